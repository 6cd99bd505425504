package org.kumiki.node.ssh;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.sshd.client.channel.AsyncCapableClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.ChannelPipedSink;
import org.apache.sshd.common.channel.LocalWindow;
import org.apache.sshd.common.util.buffer.Buffer;

/** OpenSSH's channel to a unix-domain socket of the other side, which MINA does not know. OpenSSH's PROTOCOL file, 2.4, says how it is opened. */
final class UnixSocketChannel extends AsyncCapableClientChannel {

    private static final String TYPE = "direct-streamlocal@openssh.com";

    private final String socket;

    UnixSocketChannel(Path socket) {
        super(TYPE, false);
        this.socket = socket.toString();
    }

    @Override
    public synchronized OpenFuture open() throws IOException {
        if (isClosing()) {
            throw new SshException("the connection has been closed");
        }
        openFuture = new DefaultOpenFuture(socket, futureLock);
        LocalWindow window = getLocalWindow();
        Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
        buffer.putString(TYPE);
        buffer.putUInt(getChannelId());
        buffer.putUInt(window.getSize());
        buffer.putUInt(window.getPacketSize());
        buffer.putString(socket);
        buffer.putString(""); // reserved
        buffer.putUInt(0); // reserved
        writePacket(buffer);
        return openFuture;
    }

    /** MINA tells a reader of the end only when the whole channel closes, which the other side leaves to us. */
    @Override
    public void handleEof() throws IOException {
        super.handleEof();
        ((ChannelPipedSink) invertedOut).eof();
    }
}
