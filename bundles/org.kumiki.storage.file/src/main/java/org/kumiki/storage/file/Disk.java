package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens the files that are written, and directories whose names are to be durable. */
interface Disk {

    Disk REAL = FileChannel::open;

    FileChannel open(Path path, OpenOption... options) throws IOException;

    /** A new name is durable only when its directory is. */
    default void sync(Path directory) throws IOException {
        try (FileChannel channel = open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
