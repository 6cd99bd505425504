/** Objects in the buckets of accounts, for what is no client of theirs: what an account may read and write is the same as for its own requests. */
@Export
@Version("1.0.0")
package org.kumiki.api.object;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
