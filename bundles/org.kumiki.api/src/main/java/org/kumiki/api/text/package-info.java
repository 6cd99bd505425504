/** What stores and façades must agree on about texts. */
@Export
@Version("1.0.0")
package org.kumiki.api.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
