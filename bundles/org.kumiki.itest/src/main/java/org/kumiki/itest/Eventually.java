package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.kumiki.api.datacenter.Datacenter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Waits for what no listener is told of. */
final class Eventually {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    private Eventually() {
    }

    /** What is done to the configuration of the engine. */
    interface Change {

        void make() throws Exception;
    }

    static void eventually(String what, BooleanSupplier wanted) {
        eventually(what, PATIENCE, wanted);
    }

    static void eventually(String what, Duration patience, BooleanSupplier wanted) {
        long end = System.nanoTime() + patience.toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
    }

    /** A configuration that has changed takes effect a moment later. */
    static void anotherEngineAfter(BundleContext context, Change change) throws Exception {
        eventually("an engine", () -> context.getServiceReference(Datacenter.class) != null);
        ServiceReference<Datacenter> before = context.getServiceReference(Datacenter.class);
        change.make();
        eventually("another engine", () -> {
            ServiceReference<Datacenter> now = context.getServiceReference(Datacenter.class);
            return now != null && !now.equals(before);
        });
    }
}
