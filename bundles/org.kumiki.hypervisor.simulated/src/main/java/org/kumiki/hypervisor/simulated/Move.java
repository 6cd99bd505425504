package org.kumiki.hypervisor.simulated;

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
import org.kumiki.api.time.Timeline;

/**
 * One live migration, as the strategy directs it.
 * <p>
 * The model is iterative pre-copy in the usual algebra (Liu et al., <i>Performance and Energy Modeling for Live Migration of Virtual
 * Machines</i>, HPDC 2011): a round sends what was dirtied in the round before, and takes V/R; meanwhile the guest dirties D&middot;V/R,
 * but never more than its writable working set. Each step runs on the timeline after the step before, so nothing here is shared.
 */
final class Move {

    private final MigrationOrder order;
    private final MigrationControl control;
    private final Channel channel;
    private final Timeline timeline;
    private final Estate estate;
    private final CompletableFuture<MigrationOutcome> done;

    private Duration elapsed = Duration.ZERO;
    private int round;
    private long sent;
    private long remaining;
    private double rate;
    private double throttle;

    /** @param done is completed with the last report */
    Move(MigrationOrder order, MigrationControl control, Channel channel, Timeline timeline, Estate estate,
            CompletableFuture<MigrationOutcome> done) {
        this.order = order;
        this.control = control;
        this.channel = channel;
        this.timeline = timeline;
        this.estate = estate;
        this.done = done;
        remaining = order.memoryMiB() << 20;
        rate = channel.bytesPerSecond();
    }

    void begin() {
        attempt(() -> {
            if (estate.hasMoved(order.instance(), order.source(), order.destination())) {
                remaining = 0;
                done.complete(new MigrationOutcome.Moved(progress(Phase.COMPLETED), Duration.ZERO));
            } else {
                follow(control.report(progress(Phase.SETUP)));
            }
        });
    }

    private void follow(MigrationDirective directive) {
        if (directive instanceof Continue go) {
            rate = go.bytesPerSecond() == 0 ? channel.bytesPerSecond() : Math.min(go.bytesPerSecond(), channel.bytesPerSecond());
            throttle = go.throttle();
            boolean shortEnough = round > 0 && sendingTime().compareTo(go.downtimeLimit()) <= 0;
            if (shortEnough) {
                stopAndCopy();
            } else {
                copyOneRound();
            }
        } else if (directive instanceof StopAndCopy) {
            stopAndCopy();
        } else if (directive instanceof SwitchToPostcopy) {
            runAtDestinationFirst();
        } else if (directive instanceof Cancel cancel) {
            done.complete(new MigrationOutcome.Stayed(progress(Phase.FAILED), cancel.reason()));
        } else {
            throw new HypervisorException(HypervisorException.Reason.REFUSED, "a migration that has begun does not " + directive);
        }
    }

    private void copyOneRound() {
        Duration time = sendingTime();
        long dirtied = Math.min(Math.min(channel.workingSetBytes(), order.memoryMiB() << 20), Math.round(dirtyRate() * seconds(time)));
        after(time, () -> {
            round++;
            sent += remaining;
            remaining = dirtied;
            follow(control.report(progress(Phase.PRECOPY)));
        });
    }

    private void stopAndCopy() {
        control.report(progress(Phase.SWITCHOVER));
        Duration downtime = sendingTime().plus(channel.resume());
        after(downtime, () -> {
            estate.move(order.instance(), order.source(), order.destination());
            complete(downtime);
        });
    }

    private void runAtDestinationFirst() {
        control.report(progress(Phase.SWITCHOVER));
        after(channel.resume(), () -> {
            estate.move(order.instance(), order.source(), order.destination());
            control.report(progress(Phase.POSTCOPY));
            after(sendingTime(), () -> complete(channel.resume()));
        });
    }

    private void complete(Duration downtime) {
        sent += remaining;
        remaining = 0;
        done.complete(new MigrationOutcome.Moved(progress(Phase.COMPLETED), downtime));
    }

    private void after(Duration time, Runnable step) {
        timeline.after(time, () -> attempt(() -> {
            elapsed = elapsed.plus(time);
            estate.checkOpen();
            step.run();
        }));
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            done.completeExceptionally(SimulatedHypervisor.failure(e));
        }
    }

    private MigrationProgress progress(Phase phase) {
        return new MigrationProgress(phase, elapsed, round, sent, remaining, dirtyRate(), rate, throttle);
    }

    private double dirtyRate() {
        return channel.dirtyBytesPerSecond() * (1 - throttle);
    }

    private Duration sendingTime() {
        return Duration.ofNanos(Math.round(remaining / rate * 1e9));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
