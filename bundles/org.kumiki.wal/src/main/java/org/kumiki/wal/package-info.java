/**
 * A write-ahead log, for stores that have their state in memory and every change of it on the disk.
 * <p>
 * A store says how a record is written ({@link org.kumiki.wal.Codec}) and what it does ({@link org.kumiki.wal.State});
 * {@link org.kumiki.wal.WriteAheadLog} does the rest. Knows nothing of what the records are about.
 */
@Export
@Version("1.1.0")
package org.kumiki.wal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
