package org.kumiki.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;

import org.kumiki.api.node.Node.Finished;

/** One run of a program on this machine. */
final class Program {

    private static final int OUTPUT_LIMIT = 1 << 20;
    private static final int ERRORS_LIMIT = 64 << 10;
    /**
     * How long what a dead program wrote may take to arrive, in case a child of its own holds the pipe open. On a busy machine it takes a while
     * in any case: so does each program that is being started at that time, until it gets as far as to close what it has of ours.
     */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);
    private static final File NOTHING = new File("/dev/null");

    private Program() {
    }

    static Finished run(List<String> command, Duration deadline, Executor readers) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        Process process = prepare(command).start();
        try {
            CompletableFuture<String> output = drain(process.getInputStream(), OUTPUT_LIMIT, readers);
            CompletableFuture<String> errors = drain(process.getErrorStream(), ERRORS_LIMIT, readers);
            if (!process.waitFor(end - System.nanoTime(), NANOSECONDS)) {
                throw new IOException(command.get(0) + " did not end within " + deadline);
            }
            return new Finished(process.exitValue(), lastWords(output), lastWords(errors));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException(command.get(0) + " was interrupted").initCause(e);
        } finally {
            if (process.isAlive()) { // one that has ended has no descendants, and to find that out takes a look at every process there is
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    /** {@code setsid} keeps the process id, because what this Java starts never leads a process group. */
    static long spawn(List<String> command, Path log) throws IOException {
        OwnerOnly.create(log);
        List<String> inItsOwnSession = new ArrayList<>(List.of("setsid"));
        inItsOwnSession.addAll(command);
        return prepare(inItsOwnSession)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .start()
                .pid();
    }

    /** Programs get no secret that the platform may have in its own environment, and speak English. */
    private static ProcessBuilder prepare(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectInput(NOTHING);
        String path = System.getenv("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/sbin:/usr/bin:/sbin:/bin" : path);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    /** Reads to the end, so that the program never waits for us, and keeps the beginning. */
    private static CompletableFuture<String> drain(InputStream stream, int limit, Executor readers) {
        return CompletableFuture.supplyAsync(() -> {
            var kept = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            try (stream) {
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    kept.write(buffer, 0, Math.min(n, limit - kept.size()));
                }
            } catch (IOException e) {
                // The stream is closed under us when the program is killed: what has come so far is what there is.
                return kept.toString(UTF_8);
            }
            return kept.toString(UTF_8);
        }, readers);
    }

    private static String lastWords(CompletableFuture<String> text) throws InterruptedException, IOException {
        try {
            return text.get(LAST_WORDS.toMillis(), MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("a child of the program holds its output open", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }
}
