package org.kumiki.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The image that every platform makes for itself. */
final class BuiltInImage {

    private BuiltInImage() {
    }

    /**
     * Where it is.
     *
     * @param images what a platform keeps images in; one is started to make it, if it is not there
     * @param data   of that platform
     */
    static Path in(Path images, Path home, Path data) throws IOException, InterruptedException {
        Optional<Path> present = find(images);
        if (present.isPresent()) {
            return present.get();
        }
        keep(images, data);
        try (Platform platform = Platform.start(home, data); Ec2 ec2 = new Ec2(platform.endpoint())) {
            ec2.awaitImage();
        }
        return find(images).orElseThrow(() -> new IOException("the platform has made no image in " + images));
    }

    /** Tells a platform, before it starts, where its images are. */
    static void keep(Path images, Path data) throws IOException {
        Files.createDirectories(images);
        Files.writeString(Files.createDirectories(data.resolve("load")).resolve("org.kumiki.image.cfg"), "directory = \"" + images.toAbsolutePath() + "\"\n");
    }

    private static Optional<Path> find(Path images) throws IOException {
        if (!Files.isDirectory(images)) {
            return Optional.empty();
        }
        try (Stream<Path> directories = Files.list(images)) {
            return directories.filter(directory -> Files.exists(directory.resolve("initrd"))).findFirst();
        }
    }
}
