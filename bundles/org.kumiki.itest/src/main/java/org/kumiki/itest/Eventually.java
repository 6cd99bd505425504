package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Datacenter;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
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

    /** One bundle alone has a service of this type, and another uses it. Whoever had one before is there until all have left it. */
    static void serviceOf(BundleContext context, Class<?> type, String provider, String user) {
        eventually(user + " with the " + type.getSimpleName() + " of " + provider, () -> {
            ServiceReference<?>[] all = references(context, type);
            return all.length == 1 && is(provider, all[0].getBundle())
                    && Stream.ofNullable(all[0].getUsingBundles()).flatMap(Stream::of).anyMatch(bundle -> is(user, bundle));
        });
    }

    private static ServiceReference<?>[] references(BundleContext context, Class<?> type) {
        try {
            ServiceReference<?>[] found = context.getServiceReferences(type.getName(), null);
            return found == null ? new ServiceReference<?>[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e); // there is no filter
        }
    }

    /** @param bundle none if its service has just gone */
    private static boolean is(String name, Bundle bundle) {
        return bundle != null && bundle.getSymbolicName().equals(name);
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
