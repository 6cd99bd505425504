package org.kumiki.engine;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

import org.kumiki.api.storage.DiskExport;

/** A disk on paper that is taken away. */
record PaperExport(byte[] content) implements DiskExport {

    @Override
    public long length() {
        return content.length;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(content);
    }

    @Override
    public void close() {
        // paper takes no room
    }
}
