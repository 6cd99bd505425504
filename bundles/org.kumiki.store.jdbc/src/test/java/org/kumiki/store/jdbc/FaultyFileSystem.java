package org.kumiki.store.jdbc;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.kumiki.testing.FaultyDisk;

/** A file system of H2's, {@code faulty:}, on a disk that can be told to fail. */
public final class FaultyFileSystem extends FilePathWrapper {

    /** One for all: H2 makes an object of this class for every file. */
    static final FaultyDisk DISK = new FaultyDisk();

    static {
        FilePath.register(new FaultyFileSystem());
    }

    /** A database on this disk. */
    static String url(String url) {
        return url.replace("jdbc:h2:", "jdbc:h2:faulty:");
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return DISK.over(Path.of(getBase().toString()), super.open(mode));
    }
}
