/**
 * The tests that every {@link org.kumiki.api.blob.BlobStore}, every {@link org.kumiki.api.table.TableStore}, and every
 * {@link org.kumiki.api.journal.Journal} passes.
 */
package org.kumiki.storage.contract;
