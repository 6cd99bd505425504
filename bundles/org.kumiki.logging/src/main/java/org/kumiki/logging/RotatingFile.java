package org.kumiki.logging;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * A log file that is always called the same. When it reaches its limit it becomes {@code name.1}, what was {@code name.1}
 * becomes {@code name.2}, and so on; the oldest goes.
 * <p>
 * A warning or an error is written at once, with all that came before it, and so is what comes after a pause. Other lines that come faster are
 * written together, a tenth of a second later at most: a log that misses its last lines is of little use after a crash.
 */
final class RotatingFile extends Handler {

    private static final long PAUSE_MILLIS = 100;
    private static final int BUFFER = 1 << 15;

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(RotatingFile::thread);
    private final Path file;
    private final long limitBytes;
    private final int generations;
    private OutputStream out;
    private long written;
    private long flushedAt;
    private boolean flushIsComing;

    RotatingFile(Path file, long limitBytes, int generations) throws IOException {
        this.file = file;
        this.limitBytes = limitBytes;
        this.generations = generations;
        setFormatter(new LineFormat());
        Files.createDirectories(file.toAbsolutePath().getParent());
        open();
    }

    /** Those who log do not wait for each other while they spell their lines out. */
    @Override
    public void publish(LogRecord entry) {
        if (isLoggable(entry)) {
            byte[] line = getFormatter().format(entry).getBytes(StandardCharsets.UTF_8);
            write(line, entry.getLevel().intValue() >= Level.WARNING.intValue());
        }
    }

    private synchronized void write(byte[] line, boolean atOnce) {
        if (out == null) {
            return;
        }
        try {
            if (written > 0 && written + line.length > limitBytes) {
                rotate();
            }
            out.write(line);
            written += line.length;
            if (atOnce || System.nanoTime() - flushedAt >= PAUSE_MILLIS * 1_000_000) {
                flush();
            } else if (!flushIsComing) {
                flushIsComing = true;
                later.schedule(this::flush, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            reportError("cannot write " + file, e, ErrorManager.WRITE_FAILURE);
        }
    }

    @Override
    public synchronized void flush() {
        flushIsComing = false;
        flushedAt = System.nanoTime();
        if (out != null) {
            try {
                out.flush();
            } catch (IOException e) {
                reportError("cannot write " + file, e, ErrorManager.FLUSH_FAILURE);
            }
        }
    }

    @Override
    public synchronized void close() {
        later.shutdownNow();
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                reportError("cannot close " + file, e, ErrorManager.CLOSE_FAILURE);
            }
            out = null;
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "kumiki-log");
        thread.setDaemon(true);
        return thread;
    }

    private void rotate() throws IOException {
        out.close();
        for (int i = generations - 1; i >= 1; i--) {
            Path from = generation(i);
            if (Files.exists(from)) {
                Files.move(from, generation(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (generations > 0) {
            Files.move(file, generation(1), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.delete(file);
        }
        open();
    }

    private void open() throws IOException {
        out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), BUFFER);
        written = Files.size(file);
    }

    private Path generation(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
