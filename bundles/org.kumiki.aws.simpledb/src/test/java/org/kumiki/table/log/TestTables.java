package org.kumiki.table.log;

import java.io.IOException;
import java.nio.file.Path;

import org.kumiki.api.table.TableStore;
import org.kumiki.wal.Disk;

/** The real store, for tests of what stands before it. */
public final class TestTables implements AutoCloseable {

    private final LogTableStore store;

    public TestTables(Path directory) throws IOException {
        store = new LogTableStore(directory, Disk.REAL, 1 << 20, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    public TableStore store() {
        return store;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
