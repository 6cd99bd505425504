package org.kumiki.twin.simulation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationDirective.Cancel;
import org.kumiki.api.migration.MigrationDirective.Continue;
import org.kumiki.api.migration.MigrationDirective.StopAndCopy;
import org.kumiki.api.migration.MigrationDirective.SwitchToPostcopy;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;

/**
 * One move, as a strategy directs it, in the algebra of iterative pre-copy (Clark et al., NSDI 2005; Liu et al., HPDC 2011): a round sends what
 * was written to in the round before, of a guest that writes as fast as its load says, and to no more than its working set. Not thread-safe.
 */
final class Move {

    private static final double MIB = 1 << 20;

    private final MigrationOrder order;
    private final MigrationControl control;
    private final Physics physics;
    private final VirtualTimeline timeline;
    private final Fleet fleet;
    private final CompletableFuture<MigrationOutcome> done;
    private final double began;
    private int round;
    private double sent;
    private double left;
    private double rate;
    private double throttle;

    /** @param done is completed with the last report */
    Move(MigrationOrder order, MigrationControl control, Physics physics, VirtualTimeline timeline, Fleet fleet,
            CompletableFuture<MigrationOutcome> done) {
        this.order = order;
        this.control = control;
        this.physics = physics;
        this.timeline = timeline;
        this.fleet = fleet;
        this.done = done;
        began = timeline.seconds();
        left = order.memoryMiB() * MIB;
        rate = physics.channel().bytesPerSecond();
    }

    void begin() {
        attempt(() -> {
            if (fleet.isThere(order.destination(), order.instance())) {
                left = 0;
                done.complete(new MigrationOutcome.Moved(progress(Phase.COMPLETED), Duration.ZERO));
            } else {
                fleet.guest(order.source(), order.instance());
                after(physics.channel().setup(), () -> follow(control.report(progress(Phase.SETUP))));
            }
        });
    }

    private void follow(MigrationDirective directive) {
        if (directive instanceof Continue go) {
            rate = go.bytesPerSecond() == 0 ? physics.channel().bytesPerSecond() : Math.min(go.bytesPerSecond(), physics.channel().bytesPerSecond());
            throttle = go.throttle();
            if (round > 0 && left / rate <= go.downtimeLimit().toNanos() / 1e9) {
                stopAndCopy();
            } else {
                copyOneRound();
            }
        } else if (directive instanceof StopAndCopy) {
            stopAndCopy();
        } else if (directive instanceof SwitchToPostcopy) {
            runThereFirst();
        } else if (directive instanceof Cancel cancel) {
            done.complete(new MigrationOutcome.Stayed(progress(Phase.FAILED), cancel.reason()));
        } else {
            throw new HypervisorException(HypervisorException.Reason.REFUSED, "a move that has begun does not " + directive);
        }
    }

    private void copyOneRound() {
        double seconds = left / rate;
        double written = Math.min(physics.workingSet() * order.memoryMiB() * MIB, writes() * seconds);
        after(seconds, () -> {
            round++;
            sent += left;
            left = written;
            follow(control.report(progress(Phase.PRECOPY)));
        });
    }

    private void stopAndCopy() {
        control.report(progress(Phase.SWITCHOVER));
        double downtime = left / rate + physics.channel().switchOver();
        after(downtime, () -> {
            fleet.move(order.source(), order.destination(), order.instance());
            complete(downtime);
        });
    }

    private void runThereFirst() {
        control.report(progress(Phase.SWITCHOVER));
        after(physics.channel().switchOver(), () -> {
            fleet.move(order.source(), order.destination(), order.instance());
            control.report(progress(Phase.POSTCOPY));
            after(left / rate, () -> complete(physics.channel().switchOver()));
        });
    }

    private void complete(double downtime) {
        sent += left;
        left = 0;
        done.complete(new MigrationOutcome.Moved(progress(Phase.COMPLETED), seconds(downtime)));
    }

    private void after(double seconds, Runnable step) {
        timeline.after(seconds(seconds), () -> attempt(step));
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            done.completeExceptionally(FleetDriver.asDriver(e));
        }
    }

    private MigrationProgress progress(Phase phase) {
        return new MigrationProgress(phase, seconds(timeline.seconds() - began), round, Math.round(sent), Math.round(left), writes(), rate, throttle);
    }

    private double writes() {
        boolean isHere = fleet.isThere(order.source(), order.instance());
        Guest guest = fleet.guest(isHere ? order.source() : order.destination(), order.instance());
        return guest.use.dirtyMiBPerSecond(timeline.seconds()) * MIB * (1 - throttle);
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
