package org.kumiki.bench.density;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.node.Node;

/**
 * A namespace and slirp4netns each, as its manual has it, with one port forwarded: the network that the driver's containers have, but without
 * a metadata service, and rules for what goes out.
 */
final class UserMode implements PlainNetwork {

    private static final int PORT = 20_080;
    private static final String DEVICE = "eth0";
    private static final String INSIDE = "10.0.2.100";
    private static final long TO_LISTEN_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Node node;
    private final Programs programs;
    private final Path directory;
    private final Map<Integer, Long> processes = new ConcurrentHashMap<>();

    /** @param directory for sockets; a short path */
    UserMode(Node node, Path directory) throws IOException {
        this.node = node;
        this.programs = new Programs(node);
        this.directory = directory;
        node.makeDirectory(directory);
        // The first of a machine mounts all names anew, and several at the same time would do so over each other.
        programs.run("ip", "netns", "add", namespace(0));
        programs.run("ip", "netns", "delete", namespace(0));
    }

    @Override
    public String name() {
        return "slirp4netns";
    }

    private static String namespace(int number) {
        return "kumiki-bench-" + number;
    }

    @Override
    public void open(int number) throws IOException, InterruptedException {
        Path file = Path.of("/run/netns", namespace(number));
        Path socket = directory.resolve(number + ".sock");
        programs.run("ip", "netns", "add", namespace(number));
        // It belongs to the machine's root, whereas the container has another: else that could not have port 80.
        programs.run("nsenter", "--net=" + file, "sysctl", "-qw", "net.ipv4.ip_unprivileged_port_start=80");
        processes.put(number, node.spawn(List.of("slirp4netns", "--configure", "--mtu=65520", "--netns-type=path", "--disable-host-loopback",
                "--api-socket", socket.toString(), file.toString(), DEVICE), directory.resolve(number + ".log")));
        String question = String.format("{\"execute\": \"add_hostfwd\", \"arguments\": {\"proto\": \"tcp\", \"host_addr\": \"%s\", \"host_port\": %d, "
                + "\"guest_addr\": \"%s\", \"guest_port\": 80}}", address(number).getHostString(), PORT, INSIDE);
        String answer = ask(socket, question);
        if (!answer.contains("\"return\"")) {
            throw new IOException("slirp4netns: " + answer);
        }
    }

    private static String ask(Path socket, String question) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_LISTEN_NANOS;
        while (true) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
                channel.write(ByteBuffer.wrap(question.getBytes(US_ASCII)));
                channel.shutdownOutput();
                return new String(Channels.newInputStream(channel).readAllBytes(), US_ASCII);
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(2); // it does not listen yet
            }
        }
    }

    @Override
    public List<String> lines(int number) {
        return List.of("lxc.namespace.share.net = /run/netns/" + namespace(number));
    }

    @Override
    public InetSocketAddress address(int number) {
        return new InetSocketAddress("127.93." + (1 + (number >> 8)) + "." + (number & 0xff), PORT);
    }

    @Override
    public void close(int number) throws IOException {
        Long process = processes.remove(number);
        if (process != null) {
            programs.tried("kill", process.toString());
            node.delete(directory.resolve(number + ".sock"));
        }
        programs.tried("ip", "netns", "delete", namespace(number));
    }

    @Override
    public void close() {
        // all is gone with the containers
    }
}
