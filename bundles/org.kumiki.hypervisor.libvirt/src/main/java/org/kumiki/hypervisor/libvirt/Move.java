package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;

/** One move of a guest that runs: two daemons make it out between themselves, and are asked how far they are. */
final class Move {

    private static final long BETWEEN_LOOKS_MILLIS = 250;
    private static final long MEBIBYTE = 1 << 20;

    private final Libvirt libvirt;
    private final Domain domain;
    private final String destination;
    private final MigrationControl control;
    private final long began = System.nanoTime();
    private String cancelled = "";

    /** @param destination how the one daemon reaches the other */
    Move(Libvirt libvirt, Domain domain, String destination, MigrationControl control) {
        this.libvirt = libvirt;
        this.domain = domain;
        this.destination = destination;
        this.control = control;
    }

    /** One that has been made already. */
    static MigrationOutcome over(MigrationControl control) {
        MigrationProgress end = progress(Phase.COMPLETED, Duration.ZERO, Map.of());
        control.report(end);
        return new MigrationOutcome.Moved(end, Duration.ZERO);
    }

    MigrationOutcome run() throws IOException, LibvirtError, InterruptedException {
        if (control.report(progress(Phase.SETUP, Map.of())) instanceof MigrationDirective.Cancel cancel) {
            return new MigrationOutcome.Stayed(progress(Phase.FAILED, Map.of()), cancel.reason());
        }
        FutureTask<Void> task = new FutureTask<>(() -> {
            libvirt.migrate(domain, destination, Map.of("migrate_uri", "tcp://" + URI.create(destination).getHost()));
            return null;
        });
        Thread thread = new Thread(task, "kumiki-libvirt-migration-call");
        thread.setDaemon(true);
        thread.start();
        Map<String, Object> last = Map.of();
        while (true) {
            try {
                task.get(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
                MigrationProgress end = progress(Phase.COMPLETED, last);
                control.report(progress(Phase.SWITCHOVER, last));
                control.report(end);
                return new MigrationOutcome.Moved(end, Duration.ofMillis(Parameters.number(last, "downtime")));
            } catch (TimeoutException e) {
                last = look(last);
            } catch (ExecutionException e) {
                return stayed(e.getCause(), last);
            }
        }
    }

    /** What libvirt refuses, or has been told to give up, has left the guest where it was. */
    private MigrationOutcome stayed(Throwable why, Map<String, Object> last) throws IOException {
        if (why instanceof LibvirtError error) {
            return new MigrationOutcome.Stayed(progress(Phase.FAILED, last), cancelled.isEmpty() ? error.getMessage() : cancelled);
        }
        throw new IOException("it cannot be known now whether it has moved: " + why.getMessage(), why);
    }

    private Map<String, Object> look(Map<String, Object> before) throws IOException, InterruptedException {
        try {
            Map<String, Object> job = libvirt.job(domain);
            MigrationDirective directive = control.report(progress(Phase.PRECOPY, job));
            if (directive instanceof MigrationDirective.Cancel cancel) {
                cancelled = cancel.reason();
                libvirt.abortJob(domain);
            } else if (directive instanceof MigrationDirective.Continue next) {
                libvirt.setDowntime(domain, next.downtimeLimit());
                if (next.bytesPerSecond() > 0) {
                    libvirt.setSpeed(domain, Math.max(1, next.bytesPerSecond() / MEBIBYTE));
                }
            }
            return job;
        } catch (LibvirtError e) {
            return before; // it is not so far yet, or it is over: the call that moves it says which
        }
    }

    private MigrationProgress progress(Phase phase, Map<String, Object> job) {
        return progress(phase, Duration.ofNanos(System.nanoTime() - began), job);
    }

    private static MigrationProgress progress(Phase phase, Duration elapsed, Map<String, Object> job) {
        return new MigrationProgress(phase, elapsed, (int) Parameters.number(job, "memory_iteration"), Parameters.number(job, "memory_processed"),
                Parameters.number(job, "memory_remaining"),
                (double) Parameters.number(job, "memory_dirty_rate") * Parameters.number(job, "memory_page_size"),
                Parameters.number(job, "memory_bps"), Parameters.number(job, "auto_converge_throttle") / 100.0);
    }
}
