package org.kumiki.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes files that nobody uses any more, in the background. If that does not happen, it happens at the next start. */
final class Remover implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Remover.class);
    private static final long CLOSE_SECONDS = 30;

    private final ExecutorService background = Executors.newSingleThreadExecutor(task -> new Thread(task, "kumiki-blobs-remover"));

    void remove(Path file) {
        try {
            background.execute(() -> delete(file));
        } catch (RejectedExecutionException e) {
            LOG.debug("The store of blobs is being closed; {} is deleted at its next start", file, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted", file, e);
        }
    }

    /** Deletes what it has been told to. */
    @Override
    public void close() {
        background.shutdown();
        try {
            if (!background.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("The store of blobs is closed while files are being deleted; the others are at its next start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
