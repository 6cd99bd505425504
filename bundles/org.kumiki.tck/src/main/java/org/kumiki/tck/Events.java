package org.kumiki.tck;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

/** What a driver has told of guests. Thread-safe. */
public final class Events implements GuestListener, AutoCloseable {

    /** That a guest is off, and nobody asked for it. */
    public record Stopped(HostId host, InstanceId guest, String reason) {
    }

    private final List<Stopped> told = new CopyOnWriteArrayList<>();
    private final Duration patience;
    private volatile Runnable end = () -> { };

    Events(Duration patience) {
        this.patience = patience;
    }

    void end(Runnable newEnd) {
        end = newEnd;
    }

    @Override
    public void stopped(HostId host, InstanceId guest, String reason) {
        told.add(new Stopped(host, guest, reason));
        synchronized (told) {
            told.notifyAll();
        }
    }

    @Override
    public void hostsChanged() {
        // whoever cares asks for the hosts
    }

    /** All that was told of one guest. */
    public List<Stopped> of(InstanceId guest) {
        return told.stream().filter(event -> guest.equals(event.guest())).toList();
    }

    /** Waits until something was told of a guest. */
    public Stopped await(InstanceId guest) throws InterruptedException {
        long last = System.nanoTime() + patience.toNanos();
        synchronized (told) {
            while (of(guest).isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(last - System.nanoTime());
                Trial.expect(left > 0, "no listener is told within " + patience.toMillis() + " ms of a guest that has ended by itself");
                told.wait(left);
            }
        }
        return of(guest).get(0);
    }

    /** Is told of nothing more. */
    @Override
    public void close() {
        end.run();
    }
}
