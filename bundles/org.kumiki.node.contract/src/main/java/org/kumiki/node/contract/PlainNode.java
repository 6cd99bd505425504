package org.kumiki.node.contract;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.kumiki.api.node.Node;

/**
 * This machine as a node, in the plainest way: for tests of what works through nodes. It does not keep all that {@link NodeContract} asks for,
 * such as modes and durability, which nobody needs in a directory that a test throws away.
 */
public class PlainNode implements Node {

    private final String name;
    private final Path directory;
    private final List<String> prefix;

    /** @param directory of the test's own */
    public PlainNode(String name, Path directory) {
        this(name, directory, List.of());
    }

    /** @param prefix the program, with arguments, by which every other is started; e.g. one that enters a namespace first */
    public PlainNode(String name, Path directory, List<String> prefix) {
        this.name = name;
        this.directory = directory;
        this.prefix = List.copyOf(prefix);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Finished run(List<String> command, Duration deadline) throws IOException {
        Path output = Files.createTempFile("kumiki-test", ".out");
        Path errors = Files.createTempFile("kumiki-test", ".err");
        Process process = new ProcessBuilder(whole(command)).redirectInput(new File("/dev/null")).redirectOutput(output.toFile())
                .redirectError(errors.toFile()).start();
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + deadline);
            }
            return new Finished(process.exitValue(), Files.readString(output), Files.readString(errors));
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException().initCause(e);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
            Files.delete(errors);
        }
    }

    @Override
    public long spawn(List<String> command, Path log) throws IOException {
        List<String> own = new ArrayList<>(List.of("setsid"));
        own.addAll(whole(command));
        return new ProcessBuilder(own).redirectInput(new File("/dev/null")).redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile())).start().pid();
    }

    private List<String> whole(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        byte[] content = Files.readAllBytes(file);
        if (content.length > limit) {
            throw new IOException(file + " is too large");
        }
        return content;
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
    }

    @Override
    public List<String> list(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of(); // there is none, or none any more
        }
    }

    @Override
    public void makeDirectory(Path path) throws IOException {
        Files.createDirectories(path);
    }

    @Override
    public void delete(Path path) throws IOException {
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (NoSuchFileException e) {
            // there is none, or none any more
        } catch (UncheckedIOException e) { // of what goes while it is walked through
            throw e.getCause();
        }
    }

    @Override
    public SocketChannel connect(Path socket) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }
}
