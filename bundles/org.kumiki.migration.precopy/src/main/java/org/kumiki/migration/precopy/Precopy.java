package org.kumiki.migration.precopy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.migration.Rounds;
import org.kumiki.api.migration.StrategyBrain;
import org.kumiki.api.model.Technology.Feature;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Iterative pre-copy (Clark et al., <i>Live Migration of Virtual Machines</i>, NSDI 2005): memory is copied in rounds while the guest runs,
 * each round what the round before left dirty, until the rest can be sent within the downtime that its owner accepts.
 * <p>
 * A guest that writes as fast as can be sent would be copied for ever. So each round that has brought the end no nearer slows its CPUs down
 * by a step more; when they are as slow as they may be and that does not help either, the guest stays where it is.
 */
@StrategyBrain(name = "precopy")
@Component(configurationPid = "org.kumiki.migration.precopy")
@Designate(ocd = Precopy.Config.class)
public final class Precopy implements MigrationStrategy {

    private static final double BYTES_PER_MBIT = 1e6 / 8;

    @ObjectClassDefinition(name = "Kumiki Migration: Pre-copy", description = "Copies memory in rounds while the guest runs.")
    @interface Config {

        @AttributeDefinition(name = "Bandwidth", description = "Upper bound for one migration, in Mbit/s; 0 for none.")
        long bandwidth_mbps() default 0;

        @AttributeDefinition(name = "First slow-down", description = "By how much the guest is slowed down at first, in per cent.")
        int throttle_initial() default 20;

        @AttributeDefinition(name = "Slow-down step", description = "By how much more in each further round without progress, in per cent.")
        int throttle_increment() default 10;

        @AttributeDefinition(name = "Largest slow-down", description = "By how much it may be slowed down at most, in per cent; 0 for never.")
        int throttle_max() default 80;

        @AttributeDefinition(name = "Patience", description = "How many rounds without progress, at the largest slow-down, are enough.")
        int patience_rounds() default 3;

        @AttributeDefinition(name = "Longest time", description = "After how many seconds it is given up; 0 for never.")
        long longest_seconds() default 1_800;
    }

    /**
     * What an operator allows.
     *
     * @param bytesPerSecond 0 for as many as can be sent
     * @param longest        zero for as long as it takes
     */
    record Limits(long bytesPerSecond, double firstThrottle, double throttleStep, double mostThrottle, int patience, Duration longest) {
    }

    private final Limits limits;

    @Activate
    public Precopy(Config config) {
        this(new Limits(Math.round(config.bandwidth_mbps() * BYTES_PER_MBIT), config.throttle_initial() / 100.0, config.throttle_increment() / 100.0,
                config.throttle_max() / 100.0, config.patience_rounds(), Duration.ofSeconds(config.longest_seconds())));
    }

    Precopy(Limits limits) {
        this.limits = limits;
    }

    @Override
    public MigrationDirective direct(MigrationOrder order, List<MigrationProgress> progress) {
        if (!order.allows(Feature.LIVE_MIGRATION_PRECOPY)) {
            return new MigrationDirective.Cancel("its technology does not move guests by pre-copy");
        }
        if (progress.isEmpty()) {
            return goOn(order, 0);
        }
        MigrationProgress now = progress.get(progress.size() - 1);
        if (!limits.longest().isZero() && now.elapsed().compareTo(limits.longest()) >= 0) {
            return new MigrationDirective.Cancel("it is not over after " + limits.longest().toSeconds() + " s");
        }
        int stalled = Rounds.stalled(progress);
        if (stalled >= limits.patience() && now.throttle() >= limits.mostThrottle()) {
            return new MigrationDirective.Cancel(String.format(Locale.ROOT, "the guest writes %.0f MB/s and %.0f MB/s can be sent, so the rest of"
                    + " %.0f MB does not shrink; try postcopy, or stopcopy in a quiet hour", now.dirtyBytesPerSecond() / 1e6,
                    now.bytesPerSecond() / 1e6, now.remainingBytes() / 1e6));
        }
        return goOn(order, stalled > 0 && Rounds.justEnded(progress) ? slower(now.throttle()) : now.throttle());
    }

    private double slower(double throttle) {
        double next = throttle == 0 ? limits.firstThrottle() : throttle + limits.throttleStep();
        return Math.max(throttle, Math.min(limits.mostThrottle(), next));
    }

    private MigrationDirective goOn(MigrationOrder order, double throttle) {
        return new MigrationDirective.Continue(limits.bytesPerSecond(), order.downtimeBudget(), throttle);
    }
}
