package org.kumiki.node.ssh;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;

import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.session.ConnectionService;

/** A connection to a unix-domain socket of the other side, as a channel of Java's. */
final class UnixSocket implements ByteChannel {

    private final UnixSocketChannel channel;
    private final ReadableByteChannel in;
    private final OutputStream out;

    private UnixSocket(UnixSocketChannel channel) {
        this.channel = channel;
        this.in = Channels.newChannel(channel.getInvertedOut());
        this.out = channel.getInvertedIn();
    }

    static UnixSocket open(ClientSession session, Path socket, Deadline deadline) throws IOException {
        UnixSocketChannel channel = new UnixSocketChannel(socket);
        session.getService(ConnectionService.class).registerChannel(channel);
        try {
            channel.open().verify(deadline.left());
        } catch (IOException e) {
            channel.close(true);
            throw e;
        }
        return new UnixSocket(channel);
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        return in.read(bytes);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        byte[] all = new byte[bytes.remaining()];
        bytes.get(all);
        out.write(all);
        out.flush();
        return all.length;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        channel.close(false);
    }
}
