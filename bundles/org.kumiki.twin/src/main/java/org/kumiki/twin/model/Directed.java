package org.kumiki.twin.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.migration.MemoryCopy;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationDirective.Continue;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.migration.MigrationStrategy;

/**
 * A move that a strategy of the real datacenter directs, byte for byte: it is shown a report after each round, as by a driver, and what it says is
 * done. A guest that is slowed down writes less by the same share.
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
        private MemoryCopy copy;
        private double seconds;
        private double lost;

        Course(Writes guest, Channel channel) {
            this.guest = guest;
            this.channel = channel;
            copy = MemoryCopy.of(guest.memory(), channel.bytesPerSecond());
            seconds = channel.setup();
        }

        Moved run() {
            MigrationDirective directive = strategy.direct(order, List.of());
            while (directive instanceof Continue go && rounds.size() < FOREVER) {
                copy = copy.as(go);
                if (copy.endsWithin(go.downtimeLimit())) {
                    return stopAndCopy();
                }
                round();
                directive = strategy.direct(order, List.copyOf(reports));
            }
            if (directive instanceof MigrationDirective.StopAndCopy) {
                return stopAndCopy();
            } else if (directive instanceof MigrationDirective.SwitchToPostcopy) {
                return follow();
            } else if (directive instanceof MigrationDirective.Cold) {
                return new Moved(true, cold, cold, 0, cold, rounds);
            }
            return new Moved(false, seconds, 0, copy.sent(), lost, rounds);
        }

        private void round() {
            double took = copy.seconds();
            rounds.add(new Moved.Round(copy.left(), took));
            seconds += took;
            lost += copy.throttle() * took;
            copy = copy.next(guest.dirtied(rounds.size(), took * (1 - copy.throttle())));
            reports.add(copy.report(Phase.PRECOPY, Duration.ofNanos(Math.round(seconds * 1e9)), took > 0 ? copy.left() / took : 0));
        }

        private Moved stopAndCopy() {
            double last = copy.seconds();
            rounds.add(new Moved.Round(copy.left(), last));
            double downtime = last + channel.switchOver();
            return new Moved(true, seconds + downtime, downtime, copy.ended().sent(), lost + downtime, rounds);
        }

        private Moved follow() {
            Moved rest = postCopy.move(Writes.recorded(copy.left() == 0 ? StopRule.PAGE : copy.left()),
                    new Channel(channel.bytesPerSecond(), 0, channel.switchOver()));
            rounds.addAll(rest.rounds());
            return new Moved(true, seconds + rest.seconds(), rest.downtime(), copy.sent() + rest.bytes(), lost + rest.lost(), rounds);
        }
    }
}
