package org.kumiki.network.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.kumiki.api.node.Node;

/** A network namespace of this machine as a host of its own. */
final class NamespaceNode implements Node {

    private final String namespace;
    private final Path directory;

    NamespaceNode(String namespace, Path directory) throws IOException {
        this.namespace = namespace;
        this.directory = Files.createDirectories(directory);
    }

    @Override
    public String name() {
        return namespace;
    }

    @Override
    public Finished run(List<String> command, Duration deadline) throws IOException {
        Path output = Files.createTempFile("out", null);
        Path errors = Files.createTempFile("err", null);
        try {
            Process process = new ProcessBuilder(inside(command)).redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end within " + deadline);
            }
            return new Finished(process.exitValue(), Files.readString(output), Files.readString(errors));
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private List<String> inside(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(command);
        return whole;
    }

    @Override
    public long spawn(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(inside(command)).redirectErrorStream(true).redirectOutput(log.toFile()).start().pid();
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        return Files.readAllBytes(file);
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        Files.writeString(file, new String(content, UTF_8));
    }

    @Override
    public List<String> list(Path path) throws IOException {
        if (Files.notExists(path)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void makeDirectory(Path path) throws IOException {
        Files.createDirectories(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> tree = Files.walk(path)) {
                for (Path one : tree.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }

    @Override
    public SocketChannel connect(Path socket) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    @Override
    public Path directory() {
        return directory;
    }
}
