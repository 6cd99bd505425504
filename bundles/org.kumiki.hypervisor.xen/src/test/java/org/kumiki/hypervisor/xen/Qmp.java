package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** What the tests tell the QEMU in which a host of Xen runs: one answer each command. */
final class Qmp implements AutoCloseable {

    private final SocketChannel channel;
    private final BufferedReader answers;

    Qmp(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        answers = new BufferedReader(Channels.newReader(channel, UTF_8));
        ask("{\"execute\":\"qmp_capabilities\"}");
    }

    /** @return the answer, as it is; events before it are passed over */
    String ask(String command) throws IOException {
        channel.write(ByteBuffer.wrap((command + "\n").getBytes(UTF_8)));
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("{\"error\"")) {
                throw new IOException(command + ": " + line);
            }
            if (line.startsWith("{\"return\"")) {
                return line;
            }
        }
        throw new IOException("QEMU ended while it was asked " + command);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
