package org.kumiki.shell;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.kumiki.api.datacenter.DatacenterListener;
import org.kumiki.api.datacenter.Inventory;
import org.osgi.service.component.annotations.Component;

/** For commands that wait until something is over: they look when the datacenter has changed, and not all the time. Thread-safe. */
@Component(service = { News.class, DatacenterListener.class })
public class News implements DatacenterListener {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    private long number;

    @Override
    public synchronized void changed(Inventory before, Inventory after) {
        number++;
        notifyAll();
    }

    /**
     * Prints what there is to say, when that has changed and no more than once a second, until it is over. Interrupted when its client leaves;
     * what is waited for goes on.
     */
    void follow(PrintStream out, BooleanSupplier over, Supplier<String> line) {
        String said = "";
        long next = System.nanoTime();
        try {
            for (long seen = latest(); !over.getAsBoolean(); seen = await(seen, next - System.nanoTime())) {
                if (System.nanoTime() - next >= 0) {
                    next = System.nanoTime() + BETWEEN_LINES.toNanos();
                    String now = line.get();
                    if (!now.equals(said)) {
                        out.println(now);
                    }
                    said = now;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("not waited for any more; it goes on", e);
        }
    }

    private synchronized long latest() {
        return number;
    }

    private synchronized long await(long seen, long nanos) throws InterruptedException {
        if (number == seen) {
            wait(Math.max(1, nanos / 1_000_000));
        }
        return number;
    }
}
