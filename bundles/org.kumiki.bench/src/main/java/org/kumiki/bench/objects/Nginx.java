package org.kumiki.bench.objects;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.ServerProcess;

/** A server of files and nothing else: how fast objects can be handed out at all. It checks no signature and no checksum, and writes no log. */
final class Nginx {

    static final String TITLE = "nginx, files";

    private Nginx() {
    }

    /**
     * Starts the installed one with settings of its own.
     *
     * @param directory for those, and for the objects of all measures that get some
     * @throws IOException if there is none
     */
    static ObjectServer start(Path directory, List<Measure> measures) throws IOException {
        Path program = find().orElseThrow(() -> new IOException("there is no nginx (Debian, Ubuntu: nginx-light)"));
        Path root = directory.resolve("root");
        for (Measure measure : measures) {
            if (measure.kind() == Measure.Kind.GET) {
                for (int number = 0; number < measure.objects(); number++) {
                    Path file = root.resolve(Bucket.PATH.substring(1)).resolve(measure.prefix() + number);
                    Files.createDirectories(file.getParent());
                    Files.write(file, measure.body().bytes());
                }
            }
        }
        int port = Peer.freePort();
        Path settings = directory.resolve("nginx.conf");
        Files.writeString(settings, settings(directory, root, port));
        ProcessBuilder command = new ProcessBuilder(program.toString(), "-p", directory.toString(), "-c", settings.toString(), "-e",
                directory.resolve("error.log").toString()).redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        return new ObjectServer(TITLE, new ServerProcess(command, true), new Endpoint("127.0.0.1", port, "us-east-1", "any", "any"), true);
    }

    private static Optional<Path> find() {
        Stream<String> path = Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"));
        return Stream.concat(path.filter(name -> !name.isEmpty()), Stream.of("/usr/sbin")).map(name -> Path.of(name, "nginx"))
                .filter(Files::isExecutable).findFirst();
    }

    private static String settings(Path directory, Path root, int port) {
        return """
                daemon off;
                user %1$s;
                worker_processes auto;
                pid %2$s/pid;
                events { }
                http {
                    access_log off;
                    client_body_temp_path %2$s/temporary;
                    proxy_temp_path %2$s/temporary;
                    fastcgi_temp_path %2$s/temporary;
                    uwsgi_temp_path %2$s/temporary;
                    scgi_temp_path %2$s/temporary;
                    sendfile on;
                    tcp_nopush on;
                    keepalive_requests 1000000000;
                    server {
                        listen 127.0.0.1:%4$d;
                        root %3$s;
                    }
                }
                """.formatted(System.getProperty("user.name"), directory, root, port);
    }
}
