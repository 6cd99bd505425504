package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.kumiki.api.model.InstanceId;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;

/** Those who wait until something is so, and look whenever libvirt has said something of their guest: nobody asks again and again. Thread-safe. */
final class Waits {

    /** Whether it is so. */
    interface Condition {

        boolean holds() throws IOException, LibvirtError, InterruptedException;
    }

    private record Wait(Semaphore news, AtomicReference<String> end) {
    }

    private final Map<InstanceId, Wait> waits = new ConcurrentHashMap<>();

    /**
     * Waits, one for each guest at a time.
     *
     * @return whether it is so; if not, the time is over
     * @throws IOException if the connection breaks meanwhile
     */
    boolean until(InstanceId guest, Condition condition, Duration patience) throws IOException, LibvirtError, InterruptedException {
        Wait wait = new Wait(new Semaphore(0), new AtomicReference<>());
        waits.put(guest, wait);
        try {
            long end = System.nanoTime() + patience.toNanos();
            while (!condition.holds()) {
                boolean news = wait.news().tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (wait.end().get() != null) {
                    throw new IOException(wait.end().get());
                } else if (!news) {
                    return condition.holds();
                }
            }
            return true;
        } finally {
            waits.remove(guest);
        }
    }

    /** There is something new of a guest. */
    void wake(InstanceId guest) {
        Wait wait = waits.get(guest);
        if (wait != null) {
            wait.news().release();
        }
    }

    /** There will be nothing new. */
    void giveUp(String reason) {
        for (Wait wait : waits.values()) {
            wait.end().set(reason);
            wait.news().release();
        }
    }
}
