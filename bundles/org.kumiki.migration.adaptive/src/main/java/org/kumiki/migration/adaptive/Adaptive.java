package org.kumiki.migration.adaptive;

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
 * Chooses by what it sees. Every guest begins with pre-copy, which costs it nothing; after each round it is known how fast the guest writes
 * and how fast can be sent, and with that whether the rounds lead anywhere: with writing at D, sending at R and V left, the next round
 * leaves V&middot;D/R (Liu et al., HPDC 2011).
 * <ul>
 * <li>The rest can be sent within the owner's budget, or the rounds get shorter: pre-copy goes on.
 * <li>They do not, and the owner accepts post-copy: the guest runs at the destination now.
 * <li>They do not, and slowing the guest down would make them: it is slowed down by as much as that takes, and no more.
 * <li>Else it stays, and the reason says with which budget it could have moved.
 * </ul>
 */
@StrategyBrain(name = "adaptive")
@Component(configurationPid = "org.kumiki.migration.adaptive", property = "service.ranking:Integer=100")
@Designate(ocd = Adaptive.Config.class)
public final class Adaptive implements MigrationStrategy {

    /** Rounds get shorter fast enough if each leaves at most this share of the one before. */
    private static final double CONVERGES = 0.7;
    /** A guest is slowed down until each round leaves half of the one before. */
    private static final double WANTED = 0.5;

    @ObjectClassDefinition(name = "Kumiki Migration: Adaptive", description = "Chooses how a guest moves by what it sees of it.")
    @interface Config {

        @AttributeDefinition(name = "Largest slow-down", description = "By how much a guest may be slowed down at most, in per cent; 0 for never.")
        int throttle_max() default 80;

        @AttributeDefinition(name = "Patience", description = "How many rounds without progress are a stall.")
        int patience_rounds() default 2;

        @AttributeDefinition(name = "Longest time", description = "After how many seconds it is given up; 0 for never.")
        long longest_seconds() default 1_800;
    }

    private final double mostThrottle;
    private final int patience;
    private final Duration longest;

    @Activate
    public Adaptive(Config config) {
        this(config.throttle_max() / 100.0, config.patience_rounds(), Duration.ofSeconds(config.longest_seconds()));
    }

    /**
     * @param mostThrottle by how much a guest may be slowed down at most, from 0 to 0.99
     * @param patience     how many rounds without progress are a stall
     * @param longest      until it is given up; zero for as long as it takes
     */
    public Adaptive(double mostThrottle, int patience, Duration longest) {
        this.mostThrottle = mostThrottle;
        this.patience = patience;
        this.longest = longest;
    }

    @Override
    public MigrationDirective direct(MigrationOrder order, List<MigrationProgress> progress) {
        if (!order.allows(Feature.LIVE_MIGRATION_PRECOPY)) {
            return order.allows(Feature.LIVE_MIGRATION_POSTCOPY) ? new MigrationDirective.SwitchToPostcopy()
                    : new MigrationDirective.Cancel("its technology does not move guests while they run; try stopcopy or cold");
        }
        if (progress.isEmpty()) {
            return goOn(order, 0);
        }
        MigrationProgress now = progress.get(progress.size() - 1);
        if (!longest.isZero() && now.elapsed().compareTo(longest) >= 0) {
            return new MigrationDirective.Cancel("it is not over after " + longest.toSeconds() + " s");
        }
        if (now.round() == 0 || leads(now) || Rounds.standstill(now).compareTo(order.downtimeBudget()) <= 0) {
            return goOn(order, now.throttle());
        }
        int stalled = Rounds.stalled(progress);
        if (order.allows(Feature.LIVE_MIGRATION_POSTCOPY)) {
            return stalled > 0 || now.round() > 1 ? new MigrationDirective.SwitchToPostcopy() : goOn(order, now.throttle());
        }
        double throttle = throttle(now);
        if (throttle <= mostThrottle && throttle > now.throttle()) {
            return goOn(order, throttle);
        }
        return stalled < patience ? goOn(order, now.throttle()) : new MigrationDirective.Cancel(tooFast(now));
    }

    private static boolean leads(MigrationProgress now) {
        return now.dirtyBytesPerSecond() <= CONVERGES * now.bytesPerSecond();
    }

    /** How slow the guest must run so that rounds get shorter fast enough. It writes at its present speed while it is slowed down already. */
    private static double throttle(MigrationProgress now) {
        double unslowed = now.dirtyBytesPerSecond() / Math.max(0.01, 1 - now.throttle());
        return Math.max(now.throttle(), 1 - WANTED * now.bytesPerSecond() / unslowed);
    }

    private static String tooFast(MigrationProgress now) {
        return String.format(Locale.ROOT, "the guest writes %.0f MB/s and %.0f MB/s can be sent; it could move with a downtime budget of %d ms,"
                + " or if its owner accepted post-copy", now.dirtyBytesPerSecond() / 1e6, now.bytesPerSecond() / 1e6,
                Rounds.standstill(now).toMillis() + 1);
    }

    private static MigrationDirective goOn(MigrationOrder order, double throttle) {
        return new MigrationDirective.Continue(0, order.downtimeBudget(), throttle);
    }
}
