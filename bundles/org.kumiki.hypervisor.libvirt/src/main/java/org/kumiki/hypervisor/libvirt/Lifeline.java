package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;
import org.kumiki.hypervisor.libvirt.rpc.Procedure;
import org.kumiki.hypervisor.libvirt.rpc.ProtocolException;
import org.kumiki.hypervisor.libvirt.rpc.RpcClient;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a connection to one libvirt, and makes it anew whenever it broke. Thread-safe. */
final class Lifeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lifeline.class);
    private static final Duration TO_WAIT = Duration.ofSeconds(60);
    private static final long LONGEST_PAUSE_MILLIS = 30_000;
    private static final long FIRST_PAUSE_MILLIS = 500;

    /** Told what becomes of the connection. */
    interface Listener {

        /** There is a new one; whoever waits for it goes on when this returns. */
        void connected(Session session) throws IOException, LibvirtError, InterruptedException;

        /** What libvirt tells by itself; on a thread that must not wait. */
        void event(Procedure procedure, XdrReader body);

        /** There is none any more. */
        void lost(String reason);
    }

    private final Settings settings;
    private final Listener listener;
    private final ScheduledExecutorService thread;
    private volatile CompletableFuture<Session> current = new CompletableFuture<>();
    private final AtomicReference<Events> live = new AtomicReference<>();
    private volatile boolean closed;
    private volatile String complaint = "";
    private long pause = FIRST_PAUSE_MILLIS; // of the one thread alone

    Lifeline(Settings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "kumiki-libvirt-" + settings.name());
            made.setDaemon(true);
            return made;
        });
    }

    /** Connects, on a thread of its own. */
    void begin() {
        thread.execute(this::connect);
    }

    /** The connection; waits for one that is being made. */
    Session session() throws IOException, InterruptedException {
        try {
            return current.get(TO_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("there is no connection to libvirt at " + settings.uri().remote() + " yet", e);
        }
    }

    /** The connection, if there is one. */
    Optional<Session> now() {
        CompletableFuture<Session> known = current;
        return known.isDone() && !known.isCompletedExceptionally() ? Optional.of(known.join()) : Optional.empty();
    }

    /** Why there is no connection; empty if there is one. */
    String complaint() {
        return complaint;
    }

    private void connect() {
        CompletableFuture<Session> attempt = new CompletableFuture<>();
        if (current.isDone()) {
            current = attempt;
        } else {
            attempt = current;
        }
        try {
            Events events = new Events();
            Session session = Session.open(settings, events);
            try {
                listener.connected(session);
            } catch (IOException | LibvirtError | InterruptedException | RuntimeException e) {
                session.close();
                throw e;
            }
            complaint = "";
            pause = FIRST_PAUSE_MILLIS;
            LOG.info("{} is {} {} by libvirt {} on {}", settings.host(), settings.kind().technology(), session.facts().version(),
                    session.facts().libraryVersion(), session.facts().hostname());
            live.set(events);
            attempt.complete(session);
            events.lookWhetherLost();
            if (closed) {
                session.close();
            }
        } catch (IOException | LibvirtError | ProtocolException e) {
            fail(attempt, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            fail(attempt, "interrupted", e);
        } catch (RuntimeException e) {
            LOG.error("{} cannot be looked after", settings.host(), e);
            fail(attempt, e.toString(), e);
        }
    }

    private void fail(CompletableFuture<Session> attempt, String why, Exception cause) {
        if (!why.equals(complaint) && !closed) { // once is enough
            LOG.warn("{} is no host now: {}", settings.host(), why);
        }
        complaint = why;
        attempt.completeExceptionally(cause);
        later(pause);
        pause = Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
    }

    private void later(long millis) {
        try {
            thread.schedule(this::connect, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is given up", settings.host(), e);
        }
    }

    /** What one connection says; when it ends, the next one is made. */
    private final class Events implements RpcClient.Listener {

        private volatile String end;

        @Override
        public void event(Procedure procedure, XdrReader body) {
            listener.event(procedure, body);
        }

        @Override
        public void closed(String reason) {
            end = reason;
            lookWhetherLost();
        }

        /** One that has ended before it was used is not lost, but was never made. */
        void lookWhetherLost() {
            String reason = end;
            if (reason == null || !live.compareAndSet(this, null) || closed) {
                return;
            }
            LOG.warn("{} is lost until libvirt answers again: {}", settings.host(), reason);
            complaint = reason;
            current = CompletableFuture.failedFuture(new IOException(reason));
            listener.lost(reason);
            later(0);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
        now().ifPresent(Session::close);
        current = CompletableFuture.failedFuture(new IOException("the driver is being taken out"));
    }
}
