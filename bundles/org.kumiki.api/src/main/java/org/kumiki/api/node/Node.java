package org.kumiki.api.node;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One machine that a driver works on. Thread-safe. Calls block; whoever makes them is a driver that the engine already runs apart.
 * <p>
 * Paths are paths of that machine. An {@link IOException} means that the machine did not do it; nothing else is thrown for what the
 * machine does.
 */
@ConsumerType
public interface Node {

    /** Service property: the name of the machine, which becomes the name of its host. */
    String NAME = "kumiki.node.name";

    /** Service property: the one technology whose driver the machine is for; absent, if it is for whichever is the first to take it. */
    String TECHNOLOGY = "kumiki.node.technology";

    String name();

    /**
     * Runs a program to its end.
     *
     * @param command  the program and its arguments, none of which any shell sees
     * @param deadline after which it is killed, and an {@link IOException} says so
     */
    Finished run(List<String> command, Duration deadline) throws IOException;

    /**
     * Starts a program that outlives us: in a session of its own, with nothing to read, in an environment of {@code PATH} alone.
     *
     * @param log where it writes its output and errors: a file that is made anew, with mode 0600
     * @return its process id
     */
    long spawn(List<String> command, Path log) throws IOException;

    /** Reads a file of at most {@code limit} bytes; a larger one is an {@link IOException}. */
    byte[] read(Path file, int limit) throws IOException;

    /** Whether there is such a file, of whatever kind. */
    default boolean exists(Path file) throws IOException {
        return list(file.getParent()).contains(file.getFileName().toString());
    }

    /**
     * What is in a file, if there is one. For files that come and go by themselves: one that is taken away while it is read is none, and one that is
     * there again by then is read.
     *
     * @param limit in bytes; a larger file is an {@link IOException}
     */
    default Optional<byte[]> find(Path file, int limit) throws IOException {
        try {
            return Optional.of(read(file, limit));
        } catch (IOException e) {
            return exists(file) ? Optional.of(read(file, limit)) : Optional.empty();
        }
    }

    /** The same as UTF-8; empty if there is no such file. */
    default String text(Path file, int limit) throws IOException {
        return find(file, limit).map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
    }

    /** Replaces a file as a whole: written aside, made durable, renamed. Its directory must exist. Mode 0600. */
    void write(Path file, byte[] content) throws IOException;

    /** The names in a directory; none if there is no such directory. */
    List<String> list(Path directory) throws IOException;

    /** Makes a directory, and those above it, with mode 0700. */
    void makeDirectory(Path directory) throws IOException;

    /** Removes a file, or a directory with all that is in it, never following a link. It is no error if there is none. */
    void delete(Path path) throws IOException;

    /** Connects to a unix-domain socket. One thread may read while another writes. The caller closes the channel. */
    ByteChannel connect(Path socket) throws IOException;

    /** The address under which other nodes reach this one, e.g. to move a guest; loopback, if only those on the same machine do. */
    default String address() {
        return "127.0.0.1";
    }

    /** Where a driver may keep what belongs to its guests. */
    Path directory();

    /**
     * How a program ended.
     *
     * @param output what it wrote to its standard output, at most 1 MiB
     * @param errors what it wrote to its standard error, at most 64 KiB
     */
    record Finished(int exitCode, String output, String errors) {

        public boolean succeeded() {
            return exitCode == 0;
        }
    }
}
