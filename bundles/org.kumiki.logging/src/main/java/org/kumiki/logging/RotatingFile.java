package org.kumiki.logging;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

/**
 * A log file that is always called the same. When it reaches its limit it becomes {@code name.1}, what was {@code name.1}
 * becomes {@code name.2}, and so on; the oldest goes.
 */
final class RotatingFile extends Handler {

    private final Path file;
    private final long limitBytes;
    private final int generations;
    private OutputStream out;
    private long written;

    RotatingFile(Path file, long limitBytes, int generations) throws IOException {
        this.file = file;
        this.limitBytes = limitBytes;
        this.generations = generations;
        setFormatter(new LineFormat());
        Files.createDirectories(file.toAbsolutePath().getParent());
        open();
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        if (!isLoggable(entry) || out == null) {
            return;
        }
        try {
            byte[] line = getFormatter().format(entry).getBytes(StandardCharsets.UTF_8);
            if (written > 0 && written + line.length > limitBytes) {
                rotate();
            }
            out.write(line);
            written += line.length;
        } catch (IOException e) {
            reportError("cannot write " + file, e, ErrorManager.WRITE_FAILURE);
        }
    }

    @Override
    public void flush() {
        // nothing is buffered: a log that misses its last lines is of no use after a crash
    }

    @Override
    public synchronized void close() {
        if (out != null) {
            try {
                out.close();
            } catch (IOException e) {
                reportError("cannot close " + file, e, ErrorManager.CLOSE_FAILURE);
            }
            out = null;
        }
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
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        written = Files.size(file);
    }

    private Path generation(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
