package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.client.WebSocketCoreClient;

/**
 * HTTP and its web sockets, to one server. Answers that are too long or come too late are none. Thread-safe.
 */
final class Wire implements AutoCloseable {

    private static final int LONGEST_ANSWER = 32 << 20;
    private static final int MOST_THREADS = 12;
    private static final int MOST_CONNECTIONS = 64;
    /** Who waits for the end of an operation hears nothing meanwhile: a connection ends for silence after the request's own limit, never before. */
    private static final Duration SILENCE_AFTER_LIMIT = Duration.ofSeconds(5);

    /** What a server has answered. */
    record Answer(int status, byte[] body) {

        String text() {
            return new String(body, UTF_8);
        }
    }

    private final Endpoint endpoint;
    private final HttpClient client;
    private final WebSocketCoreClient sockets;

    /** @throws IOException if it cannot be made: its certificates are not there */
    Wire(Endpoint endpoint) throws IOException {
        this.endpoint = endpoint;
        this.client = new HttpClient(transport(endpoint));
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 2);
        threads.setName("kumiki-incus-wire");
        threads.setDaemon(true);
        client.setExecutor(threads);
        client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
        client.setFollowRedirects(false);
        this.sockets = new WebSocketCoreClient(client, null);
        try {
            sockets.start(); // and with it the client
        } catch (Exception e) {
            throw new IOException("there is no way to " + endpoint + ": " + e.getMessage(), e);
        }
    }

    private static HttpClientTransport transport(Endpoint endpoint) throws IOException {
        if (endpoint instanceof Endpoint.Socket socket) {
            return new OverSocket(new Transport.TCPUnix(socket.path()));
        }
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls((Endpoint.Https) endpoint));
        return new HttpClientTransportOverHTTP(connector);
    }

    /**
     * Sends everything over one socket, web sockets as well. Each connection says something as soon as it is there: LXD before August 2026 lets
     * nobody else in until then ({@code lxd/endpoints/listeners/starttls.go}), and a connection may be left without a request, because the one it
     * was opened for went over another that became free.
     */
    private static final class OverSocket extends HttpClientTransportOverHTTP {

        private final Transport socket;

        OverSocket(Transport socket) {
            this.socket = socket;
            setInitializeConnections(true);
        }

        @Override
        public Origin newOrigin(Request request) {
            return super.newOrigin(request.transport(socket));
        }
    }

    private static SslContextFactory.Client tls(Endpoint.Https https) throws IOException {
        String password = UUID.randomUUID().toString();
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setKeyStore(Pem.identity(https.certificate(), https.key(), password.toCharArray()));
        tls.setKeyStorePassword(password);
        tls.setTrustStore(Pem.trusting(https.server()));
        tls.setEndpointIdentificationAlgorithm(null); // servers sign for themselves: theirs is the one certificate that is trusted, whatever it names
        return tls;
    }

    Request request(String method, String path) {
        return client.newRequest(address("http", path)).method(method);
    }

    private URI address(String scheme, String path) {
        return endpoint instanceof Endpoint.Https https ? URI.create(scheme + "s://" + https.host() + ":" + https.port() + path)
                : URI.create(scheme + "://server" + path);
    }

    /** Sends a request and waits for the whole answer. */
    Answer exchange(Request request, Duration limit) throws IOException, InterruptedException {
        request.idleTimeout(limit.plus(SILENCE_AFTER_LIMIT).toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<ContentResponse> answer = new CompletableResponseListener(request, LONGEST_ANSWER).send();
        try {
            ContentResponse response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.getStatus(), response.getContent());
        } catch (ExecutionException e) {
            throw new IOException(endpoint + " cannot be asked: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            request.abort(e);
            throw new IOException(endpoint + " has not answered within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            request.abort(e);
            throw e;
        }
    }

    /** Opens a web socket; the handler hears of its end, or the stage fails. */
    CompletableFuture<?> listen(String path, FrameHandler handler) throws IOException {
        return sockets.connect(handler, address("ws", path));
    }

    @Override
    public void close() throws IOException {
        try {
            sockets.stop();
        } catch (Exception e) { // as Jetty declares it
            throw new IOException("the way to " + endpoint + " does not close: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return endpoint.toString();
    }
}
