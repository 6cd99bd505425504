package org.kumiki.power.ipmi;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.node.Node;

/** This machine, as far as programs are run on it. */
final class LocalPrograms implements Node {

    @Override
    public Finished run(List<String> command, Duration deadline) throws IOException {
        Path output = Files.createTempFile("kumiki-test", ".out");
        Path errors = Files.createTempFile("kumiki-test", ".err");
        Process process = new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectOutput(output.toFile())
                .redirectError(errors.toFile()).start();
        try {
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + deadline);
            }
            return new Finished(process.exitValue(), new String(Files.readAllBytes(output)), new String(Files.readAllBytes(errors)));
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException().initCause(e);
        } finally {
            process.destroyForcibly();
            Files.delete(output);
            Files.delete(errors);
        }
    }

    @Override
    public String name() {
        return "here";
    }

    @Override
    public long spawn(List<String> command, Path log) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] read(Path file, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void write(Path file, byte[] content) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> list(Path directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void makeDirectory(Path directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void delete(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ByteChannel connect(Path socket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path directory() {
        throw new UnsupportedOperationException();
    }
}
