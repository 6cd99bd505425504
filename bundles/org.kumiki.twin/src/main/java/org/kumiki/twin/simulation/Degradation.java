package org.kumiki.twin.simulation;

import java.time.Duration;

import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;

/** Counts what a guest misses while it moves: a strategy may slow it down, and in the end it stands still. Not thread-safe. */
final class Degradation implements MigrationControl {

    private final MigrationOrder order;
    private final MigrationControl control;
    private final Fleet fleet;
    private final Account account;
    private Duration since = Duration.ZERO;
    private double throttle;

    /** @param control that is asked */
    Degradation(MigrationOrder order, MigrationControl control, Fleet fleet, Account account) {
        this.order = order;
        this.control = control;
        this.fleet = fleet;
        this.account = account;
    }

    @Override
    public MigrationDirective report(MigrationProgress progress) {
        lost(throttle, progress.elapsed().minus(since));
        since = progress.elapsed();
        MigrationDirective directive = control.report(progress);
        boolean runsHere = progress.phase() == Phase.SETUP || progress.phase() == Phase.PRECOPY; // later on, nothing can be directed any more
        throttle = runsHere && directive instanceof MigrationDirective.Continue go ? go.throttle() : 0;
        return directive;
    }

    /** It has ended. */
    void ended(MigrationOutcome outcome) {
        if (outcome instanceof MigrationOutcome.Moved moved) {
            lost(1, moved.downtime());
        }
    }

    private void lost(double share, Duration time) {
        account.lost(share * fleet.wants(order) * time.toNanos() / 1e9);
    }
}
