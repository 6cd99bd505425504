package org.kumiki.bench.queues;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.ServerProcess;
import org.kumiki.bench.objects.Jars;

/** ElasticMQ, which others have published on Maven Central, as its own documentation says to run it. It flushes nothing, and checks no signature. */
enum Peer {

    MEMORY("ElasticMQ in memory") {

        @Override
        String storage(Path data) {
            return "";
        }
    },

    H2("ElasticMQ on H2") {

        @Override
        String storage(Path data) {
            return "messages-storage { enabled = true, uri = \"jdbc:h2:%s/db\" }%nqueues-storage { enabled = true, path = \"%s/queues.conf\" }%n"
                    .formatted(data, data);
        }
    };

    private static final List<String> ARTIFACTS = List.of("org.elasticmq:elasticmq-server_2.13:1.7.1");

    private final String title;

    Peer(String title) {
        this.title = title;
    }

    /** The lines of its configuration that say where messages are kept. */
    abstract String storage(Path data);

    String title() {
        return title;
    }

    /**
     * Starts it, with a Java of the same kind and as much memory as everyone.
     *
     * @param directory of its own, for its jars and its data
     * @throws IOException if it cannot be had
     */
    QueueServer start(Path directory) throws IOException, InterruptedException {
        Path jars = Jars.fetch(directory, ARTIFACTS);
        Path data = Files.createDirectories(directory.resolve("data"));
        int port = freePort();
        Path settings = directory.resolve("elasticmq.conf");
        Files.writeString(settings, """
                include classpath("application.conf")
                node-address { protocol = http, host = "127.0.0.1", port = %d, context-path = "" }
                rest-sqs { enabled = true, bind-port = %d, bind-hostname = "127.0.0.1", sqs-limits = strict }
                rest-stats { enabled = false }
                """.formatted(port, port) + storage(data));
        ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Dconfig.file=" + settings,
                "-cp", jars + "/*", "org.elasticmq.server.Main").redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        return new QueueServer(title, new ServerProcess(command), new Endpoint("127.0.0.1", port, "us-east-1", "any", "any"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
