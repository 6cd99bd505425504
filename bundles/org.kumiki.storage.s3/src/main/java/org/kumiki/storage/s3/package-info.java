/** A store of blobs that keeps everything in a cluster that speaks S3. */
package org.kumiki.storage.s3;
