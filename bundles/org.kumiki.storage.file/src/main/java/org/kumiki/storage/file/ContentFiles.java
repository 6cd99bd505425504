package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** The names of files with one content each. They are numbers, in directories of 65,536 each. */
final class ContentFiles {

    private final Path directory;

    ContentFiles(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    Path file(long id) {
        return directory.resolve("%08x".formatted(id >>> 16)).resolve("%04x".formatted(id & 0xffff));
    }

    /** The directory of a file that will be made. It is durable itself. */
    Path directoryFor(long id) throws IOException {
        Path parent = file(id).getParent();
        if (!Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            Disk.sync(directory);
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
