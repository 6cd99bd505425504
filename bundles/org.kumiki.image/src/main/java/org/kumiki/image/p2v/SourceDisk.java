package org.kumiki.image.p2v;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.kumiki.api.node.Node;

/**
 * A disk of a machine that runs, read block by block. A small program there reads it, which is started for that and ends with it; nothing is
 * installed. What comes from there is not believed further than it can be checked: nothing is longer than it was asked for.
 */
final class SourceDisk implements AutoCloseable {

    /** What is compared and copied at a time. The last block of a disk may be shorter. */
    static final int BLOCK = 1 << 20;
    static final int SUM = 32;
    /** Memory of that machine, also while its file systems stand still. */
    private static final Path DIRECTORY = Path.of("/run/kumiki-p2v");
    private static final String PROGRAM = program();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 20;
    private static final int LONGEST_LOG = 64 << 10;
    private static final int LONGEST_LINE = 4_096;

    private final Node node;
    private final Path socket;
    private final Path log;
    private final ByteChannel channel;
    private final InputStream in;

    private SourceDisk(Node node, Path socket, Path log, ByteChannel channel) {
        this.node = node;
        this.socket = socket;
        this.log = log;
        this.channel = channel;
        this.in = Channels.newInputStream(channel);
    }

    private static String program() {
        try (InputStream in = SourceDisk.class.getResourceAsStream("source.pl")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param device e.g. {@code /dev/sda}, on that machine */
    static SourceDisk open(Node node, String device) throws IOException {
        node.makeDirectory(DIRECTORY);
        String name = UUID.randomUUID().toString();
        Path socket = DIRECTORY.resolve(name);
        Path log = DIRECTORY.resolve(name + ".log");
        node.spawn(List.of("perl", "-e", PROGRAM, device, socket.toString(), Integer.toString(BLOCK)), log);
        try {
            return new SourceDisk(node, socket, log, connect(node, socket, log));
        } catch (IOException e) {
            clear(node, socket, log);
            throw e;
        }
    }

    private static ByteChannel connect(Node node, Path socket, Path log) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!node.list(DIRECTORY).contains(socket.getFileName().toString())) {
            String complaint = complaint(node, log);
            if (!complaint.isEmpty()) {
                throw new SourceException(node.name() + " cannot read the disk: " + complaint);
            }
            if (System.nanoTime() > end) {
                throw new SourceException(node.name() + " did not begin to read the disk; is perl there?");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        return node.connect(socket);
    }

    private static String complaint(Node node, Path log) throws IOException {
        return node.list(DIRECTORY).contains(log.getFileName().toString()) ? new String(node.read(log, LONGEST_LOG), UTF_8).strip() : "";
    }

    private static void clear(Node node, Path socket, Path log) throws IOException {
        node.delete(socket);
        node.delete(log);
    }

    /** In bytes. */
    long size() throws IOException {
        String size = ask("SIZE");
        if (!size.matches("\\d{1,18}") || Long.parseLong(size) == 0) {
            throw new SourceException(node.name() + " says no size of the disk: " + printable(size));
        }
        return Long.parseLong(size);
    }

    /** What is read from now on is what is on the disk, and not what was read before. */
    void flush() throws IOException {
        ask("FLUSH");
    }

    /** The SHA-256 of blocks, one after the other; zeroes for a block of zeroes. */
    byte[] sums(long first, int count) throws IOException {
        ask("SUMS " + first + " " + count);
        return exactly(SUM * count);
    }

    /** Asks for blocks, which are then to be {@linkplain #next(int) taken} one by one. */
    void read(long first, int count) throws IOException {
        ask("READ " + first + " " + count);
    }

    /**
     * The next block of those that were asked for.
     *
     * @return its bytes; none, if it is a block of zeroes
     */
    byte[] next(int length) throws IOException {
        return switch (exactly(1)[0]) {
            case 'z' -> new byte[0];
            case 'd' -> exactly(length);
            default -> throw new SourceException(node.name() + " sends what is no block");
        };
    }

    /**
     * Stops all writing to file systems. That machine itself lets them go on when the time is over, or when it hears from us no more.
     *
     * @param mounts where they are mounted, in the order in which they are stopped
     */
    void freeze(Duration most, List<String> mounts) throws IOException {
        ask("FREEZE " + most.toSeconds() + " " + mounts.stream().map(mount -> HexFormat.of().formatHex(mount.getBytes(UTF_8))).collect(Collectors.joining(" ")));
    }

    /** @throws SourceException if the file systems went on before */
    void thaw() throws IOException {
        ask("THAW");
    }

    private String ask(String question) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((question + "\n").getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() > LONGEST_LINE) {
                throw stopped();
            }
            line.append((char) next);
        }
        String answer = line.toString();
        if (!answer.startsWith("OK")) {
            throw new SourceException(node.name() + ": " + printable(answer.replaceFirst("^NO ", "")));
        }
        return answer.substring(2).strip();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw stopped();
        }
        return bytes;
    }

    /** What the program there complained of before it ended is the reason, if we hear of it. */
    private IOException stopped() throws IOException {
        String complaint = printable(complaint(node, log));
        return new EOFException(node.name() + " has stopped to read the disk" + (complaint.isEmpty() ? "" : ": " + complaint));
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{C}", "?").strip();
    }

    /** The program there ends by itself when it is no longer connected. May be called from any thread, and ends what waits. */
    void hangUp() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        hangUp();
        clear(node, socket, log);
    }
}
