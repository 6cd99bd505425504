/** Blobs in files. */
package org.kumiki.storage.file;
