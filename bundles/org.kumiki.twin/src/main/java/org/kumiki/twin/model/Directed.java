package org.kumiki.twin.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationDirective.Continue;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.migration.MigrationStrategy;

/**
 * A move that a strategy of the real datacenter directs, byte for byte: it is shown a report after each round, as a driver would, and does what it says. A
 * guest that is slowed down writes less by the same share.
 *
 * @param order    that the strategy sees; its memory is that of the guest
 * @param postCopy what happens when the strategy switches to it, and what of the memory is not there yet follows
 * @param cold     seconds from the guest's shutdown to its being there again, when the strategy says cold
 */
public record Directed(MigrationStrategy strategy, MigrationOrder order, PostCopy postCopy, double cold) implements MoveModel {

    private static final int FOREVER = 1_000;

    @Override
    public Moved move(Writes guest, Channel channel) {
        return new Course(guest, channel).run();
    }

    /** One move. */
    private final class Course {

        private final Writes guest;
        private final Channel channel;
        private final List<MigrationProgress> reports = new ArrayList<>();
        private final List<Moved.Round> rounds = new ArrayList<>();
        private double seconds;
        private double sent;
        private double left;
        private double lost;

        Course(Writes guest, Channel channel) {
            this.guest = guest;
            this.channel = channel;
            left = guest.memory();
            seconds = channel.setup();
        }

        Moved run() {
            MigrationDirective directive = strategy.direct(order, List.of());
            while (directive instanceof Continue go && rounds.size() < FOREVER) {
                double rate = rate(go);
                if (!rounds.isEmpty() && left / rate <= go.downtimeLimit().toNanos() / 1e9) {
                    return stopAndCopy(rate);
                }
                round(rate, go.throttle());
                directive = strategy.direct(order, List.copyOf(reports));
            }
            if (directive instanceof MigrationDirective.StopAndCopy) {
                return stopAndCopy(channel.bytesPerSecond());
            } else if (directive instanceof MigrationDirective.SwitchToPostcopy) {
                return follow();
            } else if (directive instanceof MigrationDirective.Cold) {
                return new Moved(true, cold, cold, 0, cold, rounds);
            }
            return new Moved(false, seconds, 0, sent, lost, rounds);
        }

        private double rate(Continue go) {
            return go.bytesPerSecond() == 0 ? channel.bytesPerSecond() : Math.min(go.bytesPerSecond(), channel.bytesPerSecond());
        }

        private void round(double rate, double throttle) {
            double took = left / rate;
            rounds.add(new Moved.Round(left, took));
            seconds += took;
            sent += left;
            lost += throttle * took;
            left = guest.dirtied(rounds.size(), took * (1 - throttle));
            reports.add(new MigrationProgress(Phase.PRECOPY, Duration.ofNanos(Math.round(seconds * 1e9)), rounds.size(), Math.round(sent), Math.round(left),
                    took > 0 ? left / took : 0, rate, throttle));
        }

        private Moved stopAndCopy(double rate) {
            double last = left / rate;
            rounds.add(new Moved.Round(left, last));
            double downtime = last + channel.switchOver();
            return new Moved(true, seconds + downtime, downtime, sent + left, lost + downtime, rounds);
        }

        private Moved follow() {
            Moved rest = postCopy.move(left == 0 ? Writes.recorded(StopRule.PAGE) : Writes.recorded(left), new Channel(channel.bytesPerSecond(), 0, channel.switchOver()));
            rounds.addAll(rest.rounds());
            return new Moved(true, seconds + rest.seconds(), rest.downtime(), sent + rest.bytes(), lost + rest.lost(), rounds);
        }
    }
}
