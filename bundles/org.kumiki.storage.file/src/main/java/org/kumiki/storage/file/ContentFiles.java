package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;

import org.kumiki.wal.Disk;

/** The names of files with one content each. They are numbers, in directories of 65,536 each. */
final class ContentFiles {

    private static final HexFormat HEX = HexFormat.of();

    private final Path directory;
    private final Disk disk;
    private final Set<Path> durable = new HashSet<>();

    ContentFiles(Path directory, Disk disk) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.disk = disk;
    }

    Path file(long id) {
        return directory.resolve(HEX.toHexDigits(id >>> 16, 8) + "/" + HEX.toHexDigits(id, 4));
    }

    /** The directory of a file that will be made. It is durable itself. */
    synchronized Path directoryFor(long id) throws IOException {
        Path parent = file(id).getParent();
        if (!durable.contains(parent)) {
            Files.createDirectories(parent);
            disk.sync(directory);
            durable.add(parent);
        }
        return parent;
    }

    Set<Long> all() throws IOException {
        Set<Long> ids = new HashSet<>();
        try (Stream<Path> files = Files.walk(directory, 2)) {
            files.filter(Files::isRegularFile).map(directory::relativize).map(Path::toString)
                    .filter(name -> name.matches("[0-9a-f]{8}/[0-9a-f]{4}"))
                    .forEach(name -> ids.add(Long.parseLong(name.substring(0, 8) + name.substring(9), 16)));
        }
        return ids;
    }
}
