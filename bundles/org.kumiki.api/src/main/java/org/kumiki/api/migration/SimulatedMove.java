package org.kumiki.api.migration;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationDirective.Cancel;
import org.kumiki.api.migration.MigrationDirective.Continue;
import org.kumiki.api.migration.MigrationDirective.StopAndCopy;
import org.kumiki.api.migration.MigrationDirective.SwitchToPostcopy;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.time.Timeline;

/**
 * The live move of a guest that is simulated, as a strategy directs it: a {@link MemoryCopy} in the time of a datacenter. Drivers whose guests are
 * real have no use for it. Each step runs on the timeline after the step before, so nothing here is shared.
 */
public final class SimulatedMove {

    private static final double MIB = 1 << 20;

    private final MigrationOrder order;
    private final MigrationControl control;
    private final SimulatedGuest guest;
    private final Timeline timeline;
    private final CompletableFuture<MigrationOutcome> done = new CompletableFuture<>();
    private MemoryCopy copy;
    private Duration elapsed = Duration.ZERO;

    private SimulatedMove(MigrationOrder order, MigrationControl control, SimulatedGuest guest, Timeline timeline) {
        this.order = order;
        this.control = control;
        this.guest = guest;
        this.timeline = timeline;
        copy = MemoryCopy.of(order.memoryMiB() * MIB, guest.bytesPerSecond());
    }

    /**
     * Begins a move, which asks {@code control} what to do after each round.
     *
     * @return as {@link LiveMigration#migrate} has it; it fails with a {@link HypervisorException}
     */
    public static CompletionStage<MigrationOutcome> begin(MigrationOrder order, MigrationControl control, SimulatedGuest guest, Timeline timeline) {
        SimulatedMove move = new SimulatedMove(order, control, guest, timeline);
        move.attempt(move::begin);
        return move.done;
    }

    private void begin() {
        if (guest.hasMoved()) {
            copy = MemoryCopy.of(0, guest.bytesPerSecond());
            done.complete(new MigrationOutcome.Moved(report(Phase.COMPLETED), Duration.ZERO));
        } else if (guest.setupSeconds() > 0) {
            after(guest.setupSeconds(), () -> follow(control.report(report(Phase.SETUP))));
        } else {
            follow(control.report(report(Phase.SETUP)));
        }
    }

    private void follow(MigrationDirective directive) {
        if (directive instanceof Continue go) {
            copy = copy.as(go);
            if (copy.endsWithin(go.downtimeLimit())) {
                stopAndCopy();
            } else {
                copyOneRound();
            }
        } else if (directive instanceof StopAndCopy) {
            stopAndCopy();
        } else if (directive instanceof SwitchToPostcopy) {
            runThereFirst();
        } else if (directive instanceof Cancel cancel) {
            done.complete(new MigrationOutcome.Stayed(report(Phase.FAILED), cancel.reason()));
        } else {
            throw new HypervisorException(Reason.REFUSED, "a move that has begun does not " + directive);
        }
    }

    private void copyOneRound() {
        double written = Math.min(Math.min(guest.workingSetBytes(), order.memoryMiB() * MIB), dirtyRate() * copy.seconds());
        after(copy.seconds(), () -> {
            copy = copy.next(written);
            follow(control.report(report(Phase.PRECOPY)));
        });
    }

    private void stopAndCopy() {
        control.report(report(Phase.SWITCHOVER));
        double downtime = copy.seconds() + guest.switchOverSeconds();
        after(downtime, () -> {
            guest.move();
            end(downtime);
        });
    }

    private void runThereFirst() {
        control.report(report(Phase.SWITCHOVER));
        after(guest.switchOverSeconds(), () -> {
            guest.move();
            control.report(report(Phase.POSTCOPY));
            after(copy.seconds(), () -> end(guest.switchOverSeconds()));
        });
    }

    private void end(double downtime) {
        copy = copy.ended();
        done.complete(new MigrationOutcome.Moved(report(Phase.COMPLETED), duration(downtime)));
    }

    private void after(double seconds, Runnable step) {
        Duration time = duration(seconds);
        timeline.after(time, () -> attempt(() -> {
            elapsed = elapsed.plus(time);
            step.run();
        }));
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (HypervisorException e) {
            done.completeExceptionally(e);
        } catch (RuntimeException e) {
            done.completeExceptionally(new HypervisorException(Reason.UNAVAILABLE, "the move failed: " + e, e));
        }
    }

    private MigrationProgress report(Phase phase) {
        return copy.report(phase, elapsed, dirtyRate());
    }

    private double dirtyRate() {
        return guest.dirtyBytesPerSecond() * (1 - copy.throttle());
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
