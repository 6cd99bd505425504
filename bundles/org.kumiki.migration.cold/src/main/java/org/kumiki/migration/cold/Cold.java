package org.kumiki.migration.cold;

import java.util.List;

import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.migration.StrategyBrain;
import org.osgi.service.component.annotations.Component;

/**
 * Cold migration: the guest is shut down and started again at the destination, which every technology can do. What it had in memory is
 * gone, as after any restart.
 */
@StrategyBrain(name = "cold")
@Component(property = "service.ranking:Integer=-200") // never by itself: it has to be named
public final class Cold implements MigrationStrategy {

    @Override
    public MigrationDirective direct(MigrationOrder order, List<MigrationProgress> progress) {
        return progress.isEmpty() ? new MigrationDirective.Cold()
                : new MigrationDirective.Cancel("it moves while it runs already; it is to be shut down only at the beginning");
    }
}
