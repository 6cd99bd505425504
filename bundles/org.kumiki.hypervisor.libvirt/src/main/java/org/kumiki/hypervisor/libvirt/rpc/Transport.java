package org.kumiki.hypervisor.libvirt.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Bytes to and from a daemon. One thread may read while another writes. */
public interface Transport extends AutoCloseable {

    InputStream input() throws IOException;

    OutputStream output() throws IOException;

    @Override
    void close() throws IOException;

    static Transport unix(Path socket) throws IOException {
        return new Unix(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    static Transport tcp(String host, int port, Duration deadline) throws IOException {
        return new Tcp(connected(host, port, deadline));
    }

    /** The daemon must prove that it is {@code host}, and says by a byte of its own whether it takes our certificate. */
    static Transport tls(String host, int port, SSLSocketFactory factory, Duration deadline) throws IOException {
        Socket plain = connected(host, port, deadline);
        try {
            SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout((int) deadline.toMillis());
            socket.startHandshake();
            if (socket.getInputStream().read() != 1) {
                throw new IOException("the daemon on " + host + " does not take our certificate; its log says why");
            }
            socket.setSoTimeout(0);
            return new Tcp(socket);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket connected(String host, int port, Duration deadline) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(host, port), (int) deadline.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw new IOException("nothing answers at " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    /** Over TCP, in the clear or not. */
    record Tcp(Socket socket) implements Transport {

        @Override
        public InputStream input() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream output() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** The streams that the JDK makes of a channel keep a writer waiting while somebody reads, so these are our own. */
    record Unix(SocketChannel channel) implements Transport {

        @Override
        public InputStream input() {
            return new InputStream() {

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return channel.read(ByteBuffer.wrap(into, offset, length));
                }
            };
        }

        @Override
        public OutputStream output() {
            return new OutputStream() {

                @Override
                public void write(int value) throws IOException {
                    write(new byte[] { (byte) value }, 0, 1);
                }

                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    ByteBuffer rest = ByteBuffer.wrap(from, offset, length);
                    while (rest.hasRemaining()) {
                        channel.write(rest);
                    }
                }
            };
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
