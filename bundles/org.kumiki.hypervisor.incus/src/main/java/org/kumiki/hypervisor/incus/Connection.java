package org.kumiki.hypervisor.incus;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.InstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server that has been reached, and what goes on beside the calls: it is listened to for events, and since those may be missed, its guests are
 * looked at every now and then as well. A server that goes and comes back is found again by the same connection. Thread-safe.
 */
final class Connection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long BETWEEN_TRIES_SECONDS = 2;
    private static final long BETWEEN_SWEEPS_MINUTES = 10;

    private final Server server;
    private final Guests guests;
    private final ScheduledExecutorService looker;
    /** Guests have turns, so that one that is busy must not hold up the others. */
    private final ExecutorService aftermath;
    private volatile boolean closed;

    private Connection(Server server, Guests.Listener listener) {
        this.server = server;
        this.guests = new Guests(server, listener);
        this.looker = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "look"));
        this.aftermath = Executors.newCachedThreadPool(task -> thread(task, "aftermath"));
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, "kumiki-incus-" + name);
        thread.setDaemon(true);
        return thread;
    }

    /** @throws IOException if there is no server, or it does not let us in; the message says what to do */
    static Connection open(Settings settings, Guests.Listener listener) throws IOException, InterruptedException {
        Api api = new Api(new Wire(settings.endpoint()), settings);
        try {
            Connection connection = new Connection(Server.of(api, settings), listener);
            connection.begin(settings.betweenLooks().toMillis());
            return connection;
        } catch (IOException | InterruptedException | RuntimeException e) {
            close(api);
            throw e;
        }
    }

    private void begin(long betweenLooksMillis) {
        looker.scheduleWithFixedDelay(this::look, betweenLooksMillis, betweenLooksMillis, TimeUnit.MILLISECONDS);
        looker.scheduleWithFixedDelay(guests::sweep, BETWEEN_SWEEPS_MINUTES, BETWEEN_SWEEPS_MINUTES, TimeUnit.MINUTES);
        listen();
    }

    /** As long as events do not come, it is tried again, for looking takes longer to find out. */
    private void listen() {
        try {
            server.api().listen(Events.PATH, new Events(this::happened, this::listenAgain)).exceptionally(failure -> {
                LOG.debug("{} tells of no events", server.api(), failure);
                listenAgain();
                return null;
            });
        } catch (IOException e) {
            LOG.debug("{} tells of no events", server.api(), e);
            listenAgain();
        }
    }

    private void listenAgain() {
        if (!closed) {
            looker.schedule(this::listen, BETWEEN_TRIES_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void happened(InstanceId guest) {
        if (!closed) {
            aftermath.execute(() -> {
                try {
                    guests.look(guest);
                } catch (HypervisorException e) {
                    LOG.debug("{} is not looked after", guest, e);
                }
            });
        }
    }

    private void look() {
        try {
            guests.lookAfter();
        } catch (IOException | HypervisorException e) {
            LOG.debug("guests of {} are not looked after", server.api(), e);
        } catch (RuntimeException e) { // one that got out would end the looking for ever
            LOG.warn("guests of {} are not looked after", server.api(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Server server() {
        return server;
    }

    Guests guests() {
        return guests;
    }

    /** Lets the guests run on, unwatched. */
    @Override
    public void close() {
        closed = true;
        looker.shutdownNow();
        aftermath.shutdownNow();
        close(server.api());
    }

    private static void close(Api api) {
        try {
            api.close();
        } catch (IOException e) { // its threads are daemons
            LOG.debug("the way to {} is not closed", api, e);
        }
    }
}
