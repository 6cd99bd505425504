package org.kumiki.bench.objects;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.bench.Endpoint;
import org.kumiki.bench.ServerProcess;

/** A server in Java that others have published on Maven Central, for comparison. All keep their objects in files, and none flushes them. */
enum Peer {

    /** With the file provider that its own documentation says to use. It needs newer annotations than Maven would choose for it. */
    S3PROXY("s3proxy 4.1.0", List.of("com.fasterxml.jackson.core:jackson-annotations:2.21", "org.gaul:s3proxy:4.1.0")) {

        @Override
        List<String> arguments(Path directory, int port) throws IOException {
            Path data = Files.createDirectories(directory.resolve("data"));
            Path settings = directory.resolve("s3proxy.properties");
            Files.writeString(settings, """
                    s3proxy.endpoint=http://127.0.0.1:%d
                    s3proxy.authorization=aws-v2-or-v4
                    s3proxy.identity=%s
                    s3proxy.credential=%s
                    s3proxy.ignore-unknown-headers=true
                    jclouds.provider=filesystem-nio2
                    jclouds.identity=any
                    jclouds.credential=any
                    jclouds.filesystem.basedir=%s
                    """.formatted(port, ACCESS_KEY, SECRET_KEY, data));
            // It tells all it does unless it is told not to, which would be measured too.
            Files.writeString(directory.resolve("logback.xml"), "<configuration><root level=\"OFF\"/></configuration>\n");
            return List.of("org.gaul.s3proxy.Main", "--properties", settings.toString());
        }
    },

    /** It checks no signature. */
    S3MOCK("S3Mock 5.2.0", List.of("org.slf4j:slf4j-api:2.0.18", "com.adobe.testing:s3mock:5.2.0")) {

        @Override
        List<String> arguments(Path directory, int port) throws IOException {
            Path data = Files.createDirectories(directory.resolve("data"));
            return List.of("com.adobe.testing.s3mock.S3MockApplication", "--http.port=" + port, "--server.port=0",
                    "--com.adobe.testing.s3mock.store.root=" + data);
        }
    };

    private static final String ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET_KEY = "any";

    private final String title;
    private final List<String> artifacts;

    Peer(String title, List<String> artifacts) {
        this.title = title;
        this.artifacts = artifacts;
    }

    /** The main class and what it is told, after the files it needs have been written. */
    abstract List<String> arguments(Path directory, int port) throws IOException;

    String title() {
        return title;
    }

    /**
     * Starts it, with a Java of the same kind and as much memory as everyone.
     *
     * @param directory of its own, for its jars and its data
     * @throws IOException if it cannot be had
     */
    ObjectServer start(Path directory) throws IOException, InterruptedException {
        Path jars = Jars.fetch(directory, artifacts);
        int port = freePort();
        List<String> words = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                directory + ":" + jars + "/*"));
        words.addAll(arguments(directory, port));
        ProcessBuilder command = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        return new ObjectServer(title, new ServerProcess(command), new Endpoint("127.0.0.1", port, "us-east-1", ACCESS_KEY, SECRET_KEY),
                false);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
