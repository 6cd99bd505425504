package org.kumiki.hypervisor.simulated;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.kumiki.api.model.InstanceId;

/**
 * The file that guests on paper are written on, so that they outlive their driver, as real guests would. One line a change; the last
 * line about a guest counts, and now and then the file is written anew. It outlives the process too, but not a power cut: nothing waits
 * for the disk. Not thread-safe.
 */
final class Ledger implements AutoCloseable {

    private static final String GONE = "-";

    private final Path file;
    private final FileLock lock;
    /** No channel: that would be closed, for all, when one caller is interrupted. */
    private RandomAccessFile out;
    private int lines;

    /** @throws IOException if the directory cannot be written to, or another driver has it */
    Ledger(Path directory) throws IOException {
        Files.createDirectories(directory);
        file = directory.resolve("guests");
        lock = lock(directory);
    }

    private static FileLock lock(Path directory) throws IOException {
        FileChannel file = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // another configuration of this process has it; reported below
        }
        if (lock == null) {
            file.close();
            throw new IOException("another simulated hypervisor uses " + directory);
        }
        return lock;
    }

    /** Every guest that was written down, and a fresh page. If it fails, this is closed. */
    Collection<Guest> open() throws IOException {
        try {
            Map<InstanceId, Guest> guests = Files.exists(file) ? read(Files.readString(file)) : Map.of();
            rewrite(guests.values());
            return guests.values();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Map<InstanceId, Guest> read(String text) throws IOException {
        Map<InstanceId, Guest> guests = new LinkedHashMap<>();
        // What follows the last line break was being written when the process died.
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : whole.lines().toList()) {
            String[] words = line.split(" ");
            try {
                if (words.length == 2 && words[1].equals(GONE)) {
                    guests.remove(new InstanceId(words[0]));
                } else {
                    Guest guest = Guest.of(words);
                    guests.put(guest.id(), guest);
                }
            } catch (IllegalArgumentException e) {
                throw new IOException(file + " holds a line that is no guest: " + line, e);
            }
        }
        return guests;
    }

    /** Writes a guest as it is now. */
    void write(Guest guest) {
        append(guest.toLine());
    }

    /** Crosses a guest out. */
    void erase(InstanceId guest) {
        append(guest + " " + GONE);
    }

    /** Whether most lines are history. */
    boolean isLong(int guests) {
        return lines > 10_000 + 4 * guests;
    }

    void rewrite(Collection<Guest> guests) throws IOException {
        StringBuilder text = new StringBuilder();
        guests.forEach(guest -> text.append(guest.toLine()).append('\n'));
        Path fresh = file.resolveSibling("guests.new");
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (out != null) {
            out.close();
        }
        out = new RandomAccessFile(file.toFile(), "rw");
        out.seek(out.length());
        lines = guests.size();
    }

    private void append(String line) {
        try {
            long end = out.length();
            try {
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                out.setLength(end);
                throw e;
            }
            lines++;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
        lock.acquiredBy().close();
    }
}
