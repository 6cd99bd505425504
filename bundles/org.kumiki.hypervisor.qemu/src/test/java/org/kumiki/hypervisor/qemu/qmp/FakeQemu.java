package org.kumiki.hypervisor.qemu.qmp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The other end of a QMP connection, which says exactly what a test lets it say. */
final class FakeQemu implements AutoCloseable {

    static final String GREETING = "{\"QMP\": {\"version\": {\"qemu\": {\"major\": 7, \"minor\": 2, \"micro\": 0}}, \"capabilities\": []}}\r\n";

    private final ServerSocketChannel server;
    private final SocketChannel client;
    private SocketChannel connection;
    private LineReader lines;

    FakeQemu(Path directory) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("qmp"));
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        client = SocketChannel.open(address);
        connection = server.accept();
        lines = new LineReader(connection, 1 << 20);
    }

    /** What a client is to talk through. */
    SocketChannel client() {
        return client;
    }

    void say(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    String hear() throws IOException {
        return lines.next().orElseThrow();
    }

    /** Greets and agrees. */
    void negotiate() throws IOException {
        say(GREETING);
        hear();
        say("{\"return\": {}, \"id\": 1}\r\n");
    }

    @Override
    public void close() throws IOException {
        connection.close();
        client.close();
        server.close();
    }
}
