package org.kumiki.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A socket as streams that can be read and written at the same time; those of {@link java.nio.channels.Channels} share one lock in
 * Java 17. The output ends with a NUL, so none is let through before.
 */
final class Streams {

    private final SocketChannel channel;

    Streams(SocketChannel channel) {
        this.channel = channel;
    }

    InputStream input() {
        return new InputStream() {

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return channel.read(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    OutputStream output() {
        return new OutputStream() {

            @Override
            public void write(int b) throws IOException {
                write(new byte[] { (byte) b }, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer text = ByteBuffer.allocate(length);
                for (int i = offset; i < offset + length; i++) {
                    if (bytes[i] != 0) {
                        text.put(bytes[i]);
                    }
                }
                send(text.flip());
            }
        };
    }

    /** Says that this is all, and how it went. */
    void end(int status) throws IOException {
        send(ByteBuffer.wrap(("\0" + status + "\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
