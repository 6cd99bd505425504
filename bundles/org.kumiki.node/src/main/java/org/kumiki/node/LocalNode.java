package org.kumiki.node;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import org.kumiki.api.node.Node;

/** The machine that the platform itself runs on. */
public final class LocalNode implements Node, AutoCloseable {

    private final String name;
    private final Path directory;
    private volatile String address;
    private final ExecutorService readers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-node");
        thread.setDaemon(true);
        return thread;
    });

    /** @param address under which other machines reach this one; a loopback address if none do */
    public LocalNode(String name, Path directory, String address) throws IOException {
        this.name = name;
        this.address = address;
        OwnerOnly.makeDirectory(directory.toAbsolutePath());
        this.directory = directory.toRealPath();
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Finished run(List<String> command, Duration deadline) throws IOException {
        return Program.run(command, deadline, readers);
    }

    @Override
    public long spawn(List<String> command, Path log) throws IOException {
        return Program.spawn(command, log);
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) { // the size of a file in /proc is not known before it is read
            byte[] content = stream.readNBytes(limit);
            if (stream.read() >= 0) {
                throw new IOException(file + " is larger than " + limit + " bytes");
            }
            return content;
        }
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        OwnerOnly.replace(file, content);
    }

    @Override
    public List<String> list(Path path) throws IOException {
        if (Files.notExists(path)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of(); // it is gone since, as the directory of a process is when that ends
        }
    }

    @Override
    public void makeDirectory(Path path) throws IOException {
        OwnerOnly.makeDirectory(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        OwnerOnly.delete(path);
    }

    @Override
    public SocketChannel connect(Path socket) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    @Override
    public String address() {
        return address;
    }

    /** From now on it is reached under another address; nothing that is under way ends. */
    void reachedAt(String newAddress) {
        address = newAddress;
    }

    @Override
    public Path directory() {
        return directory;
    }
}
