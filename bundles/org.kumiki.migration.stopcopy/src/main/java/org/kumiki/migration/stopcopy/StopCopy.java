package org.kumiki.migration.stopcopy;

import java.util.List;

import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.migration.StrategyBrain;
import org.kumiki.api.model.Technology.Feature;
import org.osgi.service.component.annotations.Component;

/**
 * Stop and copy: the guest stands still while its memory is sent, once. The least work for hosts and network, and the longest standstill:
 * the memory's size over the bandwidth. Whoever names this strategy accepts that, whatever the owner's budget is.
 */
@StrategyBrain(name = "stopcopy")
@Component(property = "service.ranking:Integer=-100") // never by itself: it has to be named
public final class StopCopy implements MigrationStrategy {

    @Override
    public MigrationDirective direct(MigrationOrder order, List<MigrationProgress> progress) {
        return order.allows(Feature.STOP_AND_COPY) ? new MigrationDirective.StopAndCopy()
                : new MigrationDirective.Cancel("its technology does not move guests that are stopped");
    }
}
