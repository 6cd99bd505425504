/** Where blobs rest: named sequences of bytes in buckets, with versions, as S3 has them. */
@Export
@Version("1.1.0")
package org.kumiki.api.blob;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
