package org.kumiki.wal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

import org.osgi.annotation.versioning.ConsumerType;

/** Opens the files that are written, and directories whose names are to be durable; tests have others that are full, or forget. */
@ConsumerType
public interface Disk {

    Disk REAL = FileChannel::open;

    FileChannel open(Path path, OpenOption... options) throws IOException;

    /** A new name is durable only when its directory is. */
    default void sync(Path directory) throws IOException {
        try (FileChannel channel = open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Whether something failed because there is no room. Java tells that by the words of the operating system only. */
    static boolean isFull(Throwable cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
