package org.kumiki.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.Disk;

class StoredImageTest {

    private static final int TIMES = 2_000;

    private static final StoredImage IMAGE = new StoredImage(new ImageId("ami-0a1b2c3d4e5f60718"), Image.Format.RAW, "x86_64", Optional.empty(), "disk.raw",
            Disk.Format.RAW, 3, "0".repeat(64), "file", "stamp");

    @TempDir
    Path directory;

    @Test
    void isEitherThereOrNotWhileItIsDeleted() throws Exception {
        Path written = Files.createDirectory(directory.resolve("written"));
        IMAGE.write(written);
        Path home = directory.resolve("image");
        CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> {
            try {
                for (int time = 0; time < TIMES; time++) {
                    Files.createDirectory(home);
                    Files.createLink(home.resolve("image.properties"), written.resolve("image.properties")); // all of it at once
                    Durable.delete(home);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });

        while (!coming.isDone()) {
            assertThat(StoredImage.read(home)).satisfiesAnyOf(none -> assertThat(none).isEmpty(), all -> assertThat(all).contains(IMAGE));
        }

        coming.join();
    }
}
