package org.kumiki.hypervisor.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.kumiki.node.contract.PlainNode;

/** This machine, with what scripts need of a node's contract: bounded answers, and files and directories for their owner alone. */
final class TestNode extends PlainNode {

    private static final int LONGEST = 1 << 20;

    private final ExecutorService readers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test-node");
        thread.setDaemon(true);
        return thread;
    });

    TestNode(Path directory) {
        super("here", directory);
    }

    @Override
    public Finished run(List<String> command, Duration deadline) throws IOException {
        Process process = new ProcessBuilder(command).redirectInput(new File("/dev/null")).start();
        try {
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> drain(process.getInputStream()), readers);
            CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> drain(process.getErrorStream()), readers);
            if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + deadline);
            }
            return new Finished(process.exitValue(), output.join(), errors.join());
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException().initCause(e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String drain(InputStream stream) {
        try (stream) {
            String kept = new String(stream.readNBytes(LONGEST), UTF_8);
            stream.skip(Long.MAX_VALUE);
            while (stream.read() >= 0) {
                stream.skip(Long.MAX_VALUE);
            }
            return kept;
        } catch (IOException e) {
            return ""; // it was killed, and nobody asks what it wrote
        }
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        Files.createFile(aside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(aside, content);
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void makeDirectory(Path path) throws IOException {
        Files.createDirectories(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
