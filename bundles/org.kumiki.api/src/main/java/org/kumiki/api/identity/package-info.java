/** Accounts and their access keys. */
@Export
@Version("1.1.0")
package org.kumiki.api.identity;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
