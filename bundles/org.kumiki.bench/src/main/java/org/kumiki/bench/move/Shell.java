package org.kumiki.bench.move;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The shell of a running platform. */
public record Shell(Path socket) {

    /** One line of Gogo, and what it printed. */
    public String run(String line) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
            String[] answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8).split("\0");
            if (answer.length != 2 || !answer[1].strip().equals("0")) {
                throw new IOException(line + " answered " + String.join(" / ", answer));
            }
            return answer[0];
        }
    }
}
