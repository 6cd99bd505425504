/** The tests that every {@link org.kumiki.api.blob.BlobStore} passes. */
package org.kumiki.storage.contract;
