/** Where bytes rest: machine images, volumes with their snapshots, and blobs. */
@Export
@Version("1.0.0")
package org.kumiki.api.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
