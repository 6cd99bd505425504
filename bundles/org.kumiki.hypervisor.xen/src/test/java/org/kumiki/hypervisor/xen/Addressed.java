package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.node.Node;

/** A node that others reach at another address than we do. */
record Addressed(Node node, String address) implements Node {

    @Override
    public String name() {
        return node.name();
    }

    @Override
    public Finished run(List<String> command, Duration deadline) throws IOException {
        return node.run(command, deadline);
    }

    @Override
    public long spawn(List<String> command, Path log) throws IOException {
        return node.spawn(command, log);
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        return node.read(file, limit);
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        node.write(file, content);
    }

    @Override
    public List<String> list(Path path) throws IOException {
        return node.list(path);
    }

    @Override
    public void makeDirectory(Path path) throws IOException {
        node.makeDirectory(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        node.delete(path);
    }

    @Override
    public ByteChannel connect(Path socket) throws IOException {
        return node.connect(socket);
    }

    @Override
    public Path directory() {
        return node.directory();
    }
}
