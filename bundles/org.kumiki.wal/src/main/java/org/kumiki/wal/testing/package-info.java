/** What stores on a write-ahead log are tested with. */
@Export
@Version("1.0.0")
package org.kumiki.wal.testing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
