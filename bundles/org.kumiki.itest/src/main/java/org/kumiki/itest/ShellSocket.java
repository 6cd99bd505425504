package org.kumiki.itest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.kumiki.itest.Eventually.eventually;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import org.osgi.framework.BundleContext;

/** The operator's shell as a client has it. */
final class ShellSocket {

    private ShellSocket() {
    }

    /** Runs a command; what it answers ends with a NUL and the exit status. */
    static String run(BundleContext context, String line) throws IOException {
        Path socket = Path.of(context.getProperty("kumiki.data")).resolve("run/shell.sock");
        eventually("the shell's socket", () -> Files.exists(socket));
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            client.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer some = ByteBuffer.allocate(8192);
            while (client.read(some.clear()) >= 0) {
                answer.write(some.array(), 0, some.position());
            }
            return answer.toString(UTF_8);
        }
    }
}
