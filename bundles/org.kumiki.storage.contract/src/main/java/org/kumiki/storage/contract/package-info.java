/** The tests that every {@link org.kumiki.api.blob.BlobStore}, and every {@link org.kumiki.api.table.TableStore}, passes. */
package org.kumiki.storage.contract;
