package org.kumiki.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The server of moto, a mock of AWS in Python, for comparison. It keeps everything in memory and checks no signature. */
record Moto(ServerProcess process, Endpoint endpoint) implements Cloud {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Starts it, if it is installed. */
    static Optional<Moto> start() throws IOException, InterruptedException {
        Process check = new ProcessBuilder("python3", "-c", "import moto.server").redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (check.waitFor() != 0) {
            return Optional.empty();
        }
        int port = freePort();
        ProcessBuilder command = new ProcessBuilder("python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", Integer.toString(port));
        command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        ServerProcess process = new ServerProcess(command);
        Endpoint endpoint = new Endpoint("127.0.0.1", port, "us-east-1", "AKIAIOSFODNN7EXAMPLE", "any");
        awaitAnswer(process, endpoint);
        return Optional.of(new Moto(process, endpoint));
    }

    private static void awaitAnswer(ServerProcess process, Endpoint endpoint) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try (Ec2 ec2 = new Ec2(endpoint)) {
                ec2.describeRegions();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
                    process.close();
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public String name() {
        return "moto";
    }

    @Override
    public OptionalLong heapMiB() {
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        process.close();
    }
}
