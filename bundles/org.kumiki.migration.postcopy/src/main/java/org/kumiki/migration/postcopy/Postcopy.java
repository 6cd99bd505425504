package org.kumiki.migration.postcopy;

import java.util.List;

import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.migration.StrategyBrain;
import org.kumiki.api.model.Technology.Feature;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Post-copy (Hines and Gopalan, <i>Post-Copy Based Live Virtual Machine Migration</i>, VEE 2009): the guest soon runs at the destination,
 * and fetches from the source what is not there yet. It is over in bounded time however fast the guest writes.
 * <p>
 * First comes a round of pre-copy, or more: it costs no standstill and saves the guest most of the fetching. While memory is in two places
 * the loss of either host loses the guest, so this is only for guests whose owner accepts that.
 */
@StrategyBrain(name = "postcopy")
@Component(configurationPid = "org.kumiki.migration.postcopy")
@Designate(ocd = Postcopy.Config.class)
public final class Postcopy implements MigrationStrategy {

    @ObjectClassDefinition(name = "Kumiki Migration: Post-copy", description = "Runs the guest at the destination early and lets its memory follow.")
    @interface Config {

        @AttributeDefinition(name = "Rounds", description = "How many rounds of pre-copy there are before.")
        int precopy_rounds() default 1;
    }

    private final int rounds;

    @Activate
    public Postcopy(Config config) {
        this(config.precopy_rounds());
    }

    Postcopy(int rounds) {
        this.rounds = rounds;
    }

    @Override
    public MigrationDirective direct(MigrationOrder order, List<MigrationProgress> progress) {
        if (!order.allows(Feature.LIVE_MIGRATION_POSTCOPY)) {
            return new MigrationDirective.Cancel("its technology does not move guests by post-copy, or its owner does not accept it");
        }
        int round = progress.isEmpty() ? 0 : progress.get(progress.size() - 1).round();
        return round >= rounds && !progress.isEmpty() ? new MigrationDirective.SwitchToPostcopy()
                : new MigrationDirective.Continue(0, order.downtimeBudget(), 0);
    }
}
