package org.kumiki.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Notices clients of HTTP/1 that hang up while they wait for an answer. Jetty does not look at a connection meanwhile, so a thread of this does: it never
 * reads from one, but asks whether there is something to read and how much; if nothing can be read, that is the end. Then the connection is closed, of
 * which Jetty tells whoever works on the request. Who is answered soon is not looked at, so that it costs the many requests nothing. Thread-safe.
 */
final class Hangups implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Hangups.class);
    private static final Duration SOON = Duration.ofMillis(250);

    /** A request that waits; a connection has one at a time. */
    private static final class Watch {

        final ConnectionMetaData client;
        final SocketChannel channel;
        private SelectionKey key;
        private boolean over;

        Watch(ConnectionMetaData client, SocketChannel channel) {
            this.client = client;
            this.channel = channel;
        }

        /** Of a connection that was watched before, the key is still there. */
        synchronized void begin(Selector selector) throws ClosedChannelException {
            if (!over) {
                SelectionKey known = channel.keyFor(selector);
                key = known != null ? known : channel.register(selector, 0);
                key.attach(this);
                key.interestOps(SelectionKey.OP_READ);
            }
        }

        /** Answers whether it was still going on. */
        synchronized boolean end() {
            boolean first = !over;
            over = true;
            if (key != null && key.attachment() == this) {
                key.attach(null);
                rest(key);
            }
            return first;
        }

        /** Whether it is valid cannot be asked before: a connection may be closed at any moment. */
        private static void rest(SelectionKey key) {
            try {
                key.interestOps(0);
            } catch (CancelledKeyException e) {
                LOG.debug("A connection is closed already", e);
            }
        }
    }

    private final Selector selector;
    /** Those that have not been waiting for long. */
    private final Set<Watch> begun = ConcurrentHashMap.newKeySet();

    Hangups() {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot watch connections", e);
        }
        Thread thread = new Thread(this::look, "kumiki-gateway-hangups");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Looks out until the request is answered; it must have been read.
     *
     * @return to be run when it is answered
     */
    Runnable watch(HttpServletRequest request) {
        if (!request.getProtocol().startsWith("HTTP/1.")) {
            return () -> { }; // others say so themselves
        }
        ConnectionMetaData client = ServletContextRequest.getServletContextRequest(request).getConnectionMetaData();
        if (!(client.getConnection().getEndPoint().getTransport() instanceof SocketChannel channel)) {
            return () -> { };
        }
        Watch watch = new Watch(client, channel);
        begun.add(watch);
        return () -> {
            begun.remove(watch);
            watch.end();
        };
    }

    private void look() {
        try {
            while (selector.isOpen()) {
                selector.select(this::look, SOON.toMillis());
                for (Watch watch : begun) {
                    begun.remove(watch);
                    begin(watch);
                }
            }
        } catch (ClosedSelectorException e) {
            LOG.debug("Nobody is looked after any more", e);
        } catch (IOException e) {
            LOG.error("Clients that hang up are not noticed any more", e);
        }
    }

    private void begin(Watch watch) {
        try {
            watch.begin(selector);
        } catch (ClosedChannelException | CancelledKeyException e) {
            LOG.debug("A connection is closed already", e);
        }
    }

    private void look(SelectionKey key) {
        if (key.attachment() instanceof Watch watch) {
            // In this order: once the request is answered, Jetty reads the next one, and then nothing to read is no end.
            boolean end = isAtItsEnd(watch.channel);
            if (watch.end() && end) {
                LOG.debug("The client {} has hung up", watch.client.getRemoteSocketAddress());
                Connection connection = watch.client.getConnection();
                watch.client.getConnector().getExecutor().execute(connection::close);
            }
        }
    }

    /** Of a connection that has something to say: its end, or its next request. */
    private static boolean isAtItsEnd(SocketChannel channel) {
        try {
            return channel.socket().getInputStream().available() == 0;
        } catch (IOException e) {
            LOG.debug("A connection is broken", e);
            return true;
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("The selector is closed anyway", e);
        }
    }
}
