package org.kumiki.hypervisor.vsphere;

import java.time.Duration;
import java.util.Optional;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;

/**
 * One move by vMotion. The hosts decide themselves how often they go through the memory and when they switch over, and say of all that only how far
 * they are; so of what a strategy directs only its giving up counts, and how long the guest stands still is not known.
 */
final class Move {

    private final MigrationOrder order;
    private final MigrationControl control;
    private final long began = System.nanoTime();
    private volatile String givenUp = "";

    Move(MigrationOrder order, MigrationControl control) {
        this.order = order;
        this.control = control;
    }

    MigrationOutcome on(Server server) {
        Optional<String> stayed = server.move(order.instance(), order.source(), order.destination(), this::begin,
                percent -> objection(Phase.PRECOPY, percent).isEmpty());
        return stayed.<MigrationOutcome>map(why -> new MigrationOutcome.Stayed(progress(Phase.FAILED, 0), givenUp.isEmpty() ? why : givenUp))
                .orElseGet(() -> new MigrationOutcome.Moved(progress(Phase.COMPLETED, 100), Duration.ZERO));
    }

    private Optional<String> begin() {
        return objection(Phase.SETUP, 0);
    }

    private Optional<String> objection(Phase phase, int percent) {
        MigrationDirective directive = control.report(progress(phase, percent));
        if (directive instanceof MigrationDirective.Cancel cancel) {
            givenUp = cancel.reason();
            return Optional.of(givenUp);
        }
        if (phase == Phase.SETUP && !(directive instanceof MigrationDirective.Continue)) {
            throw new HypervisorException(Reason.REFUSED, "vMotion goes by pre-copy alone, and does not " + directive);
        }
        return Optional.empty();
    }

    private MigrationProgress progress(Phase phase, int percent) {
        Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
        long memory = order.memoryMiB() << 20;
        long sent = memory / 100 * percent;
        double seconds = Math.max(1e-3, elapsed.toNanos() / 1e9);
        return new MigrationProgress(phase, elapsed, phase == Phase.SETUP ? 0 : 1, sent, phase == Phase.COMPLETED ? 0 : memory - sent, 0,
                sent / seconds, 0);
    }
}
