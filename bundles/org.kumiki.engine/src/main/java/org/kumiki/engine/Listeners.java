package org.kumiki.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;

import org.kumiki.api.datacenter.DatacenterListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of new worlds, on a thread that nothing waits for. Worlds that come faster than they are listened to are skipped. */
final class Listeners implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final List<DatacenterListener> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService thread;
    private final AtomicReference<World> latest = new AtomicReference<>();
    private World told;

    Listeners(Workers workers) {
        thread = workers.own("kumiki-listeners", 1);
    }

    void add(DatacenterListener listener) {
        listeners.add(listener);
    }

    void remove(DatacenterListener listener) {
        listeners.remove(listener);
    }

    void publish(World before, World after) {
        if (latest.getAndSet(after) == null) {
            thread.execute(() -> tell(before));
        }
    }

    private void tell(World before) {
        World after = latest.getAndSet(null);
        World from = told == null ? before : told;
        told = after;
        for (DatacenterListener listener : listeners) {
            try {
                listener.changed(from, after);
            } catch (RuntimeException e) {
                LOG.warn("{} failed on a change", listener.getClass().getName(), e);
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
