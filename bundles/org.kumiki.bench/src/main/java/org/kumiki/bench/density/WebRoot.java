package org.kumiki.bench.density;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.kumiki.api.node.Node;

/**
 * The root file system of the built-in image, in which nothing runs but a web server: as files, and packed as an image has it.
 *
 * @param place     of both, where users of containers can pass
 * @param directory of the files
 */
record WebRoot(Programs programs, Path place, Path directory, Path packed) implements AutoCloseable {

    private static final Path PLACES = Path.of("/run");
    private static final String INIT = "#!/bin/sh\nexec busybox httpd -f -p 80 -h /www\n";

    static WebRoot of(Node node, Path image) throws IOException {
        Programs programs = new Programs(node);
        Path place = Files.createTempDirectory(PLACES, "kumiki-bench-web-");
        WebRoot made = new WebRoot(programs, place, place.resolve("root"), place.resolve("initrd"));
        made.make(image.resolve("initrd"));
        return made;
    }

    private void make(Path initrd) throws IOException {
        programs.run("install", "-d", "-m", "0755", place.toString(), directory.toString(), directory.resolve("www").toString());
        programs.run("cpio", "--extract", "--make-directories", "--quiet", "--no-absolute-filenames", "--directory=" + directory, "--file=" + initrd);
        programs.run("chmod", "0755", directory.toString());
        Files.writeString(directory.resolve("www/index.html"), "hello\n");
        Path init = directory.resolve("usr/bin/init");
        Files.delete(init);
        Files.writeString(init, INIT);
        programs.run("chmod", "0755", init.toString());
        Files.write(place.resolve("names"), names(), UTF_8);
        programs.run("sh", "-c", "cd \"$1\" && exec cpio --create --format=newc --quiet <\"$2\" >\"$3\"", "sh", directory.toString(),
                place.resolve("names").toString(), packed.toString());
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.equals(directory)).map(file -> directory.relativize(file).toString()).toList();
        }
    }

    @Override
    public void close() throws IOException {
        programs.run("rm", "-r", "--one-file-system", place.toString());
    }
}
