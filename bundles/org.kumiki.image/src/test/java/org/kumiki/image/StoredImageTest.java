package org.kumiki.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.Disk;

class StoredImageTest {

    private static final StoredImage IMAGE = new StoredImage(new ImageId("ami-0a1b2c3d4e5f60718"), Image.Format.RAW, "x86_64", Optional.empty(), "disk.raw",
            Disk.Format.RAW, 3, "0".repeat(64), "file", "stamp");

    @TempDir
    Path directory;

    @Test
    void isEitherThereOrNotWhileItIsDeleted() throws IOException {
        IMAGE.write(directory);

        Fleeting.isThereOrNot(directory.resolve("image.properties"), directory.resolve("image"), StoredImage::read, IMAGE);
    }
}
