package org.kumiki.hypervisor.qemu.qmp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/** Cuts what comes over a channel into lines, none of which may be longer than a limit. */
final class LineReader {

    private final ReadableByteChannel channel;
    private final int limit;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10).flip();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineReader(ReadableByteChannel channel, int limit) {
        this.channel = channel;
        this.limit = limit;
    }

    /** The next line without its end; empty when the other side has closed the channel. Half a line at the end is dropped. */
    Optional<String> next() throws IOException {
        line.reset();
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    return Optional.of(line.toString(UTF_8).stripTrailing());
                }
                if (line.size() == limit) {
                    throw new IOException("a line of more than " + limit + " bytes");
                }
                line.write(b);
            }
            buffer.clear();
            int read = channel.read(buffer);
            buffer.flip();
            if (read < 0) {
                return Optional.empty();
            }
        }
    }
}
