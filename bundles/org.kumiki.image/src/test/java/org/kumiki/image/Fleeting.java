package org.kumiki.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What is brought and deleted all the time, while it is read. */
public final class Fleeting {

    private static final int TIMES = 2_000;

    private Fleeting() {
    }

    /** Reads what may be in a directory. */
    public interface Reader<T> {

        Optional<T> read(Path directory) throws IOException;
    }

    /**
     * Expects that it is read as a whole, or not at all.
     *
     * @param written the one file that the directory has when it is there
     * @param whole   what is read of it then
     */
    public static <T> void isThereOrNot(Path written, Path directory, Reader<T> reader, T whole) throws IOException {
        CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> bringAndDelete(written, directory));
        while (!coming.isDone()) {
            reader.read(directory).ifPresent(read -> assertThat(read).isEqualTo(whole));
        }
        coming.join();
    }

    private static void bringAndDelete(Path written, Path directory) {
        try {
            for (int time = 0; time < TIMES; time++) {
                Files.createDirectory(directory);
                Files.createLink(directory.resolve(written.getFileName()), written); // all of it at once
                Durable.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
