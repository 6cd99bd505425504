package org.kumiki.image.fetch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** One connection for one request. When its time is up it is cut, wherever it stands. */
final class Connection implements Closeable {

    private final Socket plain;
    private final CompletableFuture<Void> timeout;
    private Socket socket;

    private Connection(Duration limit) {
        this.plain = new Socket(Proxy.NO_PROXY);
        this.socket = plain;
        this.timeout = new CompletableFuture<Void>().orTimeout(Math.max(1, limit.toMillis()), MILLISECONDS);
        timeout.exceptionally(e -> {
            cut();
            return null;
        });
    }

    /** @param checked where the host is; the name is not asked for again */
    static Connection open(WebAddress address, InetAddress checked, SSLSocketFactory tls, Duration silence, Duration limit)
            throws IOException {
        Connection connection = new Connection(limit);
        try {
            connection.connect(address, checked, tls, Math.toIntExact(silence.toMillis()));
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw connection.explained(e);
        }
    }

    private void connect(WebAddress address, InetAddress checked, SSLSocketFactory tls, int silence) throws IOException {
        plain.connect(new InetSocketAddress(checked, address.port()), silence);
        plain.setSoTimeout(silence);
        if (address.secure()) {
            SSLSocket secure = (SSLSocket) tls.createSocket(plain, address.host(), address.port(), true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must be the name's, not the address's
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            socket = secure;
        }
    }

    HttpHead ask(WebAddress address) throws IOException {
        String request = "GET " + address.target() + " HTTP/1.1\r\nHost: " + address.authority()
                + "\r\nUser-Agent: kumiki\r\nAccept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n";
        try {
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            socket.getOutputStream().flush();
            return HttpHead.read(socket.getInputStream());
        } catch (IOException e) {
            throw explained(e);
        }
    }

    /** The body of the answer; closing it closes the connection. */
    InputStream body(HttpHead head) throws IOException {
        return new FilterInputStream(bytes(head)) {

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                try {
                    return super.read(bytes, offset, length);
                } catch (IOException e) {
                    throw explained(e);
                }
            }

            @Override
            public void close() throws IOException {
                Connection.this.close();
            }
        };
    }

    private InputStream bytes(HttpHead head) throws IOException {
        try {
            return HttpBody.of(head, socket.getInputStream());
        } catch (IOException e) {
            throw explained(e);
        }
    }

    @Override
    public void close() throws IOException {
        timeout.complete(null);
        plain.close(); // of TLS too: a farewell could block
    }

    private void cut() {
        try {
            plain.close();
        } catch (IOException e) {
            throw new AssertionError("closing a socket only wakes its reader", e);
        }
    }

    private IOException explained(Exception e) {
        if (timeout.isCompletedExceptionally()) {
            return new IOException("the server takes too long", e);
        }
        return e instanceof IOException io ? io : new IOException(e);
    }
}
