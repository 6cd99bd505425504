/** Where the engine writes what happened, before it says that it happened. */
@Export
@Version("1.0.0")
package org.kumiki.api.journal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
