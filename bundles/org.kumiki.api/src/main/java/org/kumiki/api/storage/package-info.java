/** Where bytes rest: machine images, and volumes with their snapshots. */
@Export
@Version("2.2.0")
package org.kumiki.api.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
