package org.kumiki.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;

/** Lays disks out for somebody to take away. What a crash leaves of that is removed at the next start. */
record Exports(Path directory, Room room) {

    DiskExport of(Disk disk, DiskExport.Format format) throws IOException {
        if (disk.backing().isEmpty() && disk.format().name().equals(format.name())) {
            return new FileExport(disk.file(), false);
        }
        room.check();
        Path aside = aside();
        try {
            DiskFiles.convert(disk, format, aside);
            return new FileExport(aside, true);
        } catch (IOException | RuntimeException e) {
            Durable.delete(aside);
            throw e;
        }
    }

    /** A name for a file that is not to stay. */
    Path aside() {
        return directory.resolve(Durable.UNFINISHED + "export-" + System.nanoTime());
    }

    /** @param own whether the file is for this export alone */
    record FileExport(Path file, boolean own) implements DiskExport {

        @Override
        public long length() {
            return file.toFile().length();
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public void close() throws IOException {
            if (own) {
                Durable.delete(file);
            }
        }
    }
}
