package org.kumiki.api.migration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.migration.MigrationProgress.Phase;

/**
 * What the rounds of a pre-copy tell: a round sends what was written to during the round before, so the rest shrinks as long as the channel
 * is faster than the guest writes (Clark et al., NSDI 2005), and stays where it is once the guest writes as fast. Pure.
 */
public final class Rounds {

    /** A round that leaves more than this share of what the round before had left has not brought the end nearer. */
    private static final double PROGRESS = 0.9;

    private Rounds() {
    }

    /** The state right after each round, oldest first. A round that nobody reported on is left out. */
    public static List<MigrationProgress> ends(List<MigrationProgress> progress) {
        List<MigrationProgress> ends = new ArrayList<>();
        int round = 0;
        for (MigrationProgress report : progress) {
            if (report.phase() == Phase.PRECOPY && report.round() > round) {
                ends.add(report);
                round = report.round();
            }
        }
        return ends;
    }

    /** How many of the newest rounds, one after the other, have not brought the end nearer. */
    public static int stalled(List<MigrationProgress> progress) {
        List<MigrationProgress> ends = ends(progress);
        int stalled = 0;
        for (int end = ends.size() - 1; end > 0; end--) {
            if (ends.get(end).remainingBytes() <= PROGRESS * ends.get(end - 1).remainingBytes()) {
                break;
            }
            stalled++;
        }
        return stalled;
    }

    /** Whether the newest report is the first one after a round: the moment to change something, since then its effect can be seen. */
    public static boolean justEnded(List<MigrationProgress> progress) {
        int last = progress.size() - 1;
        return last >= 0 && progress.get(last).phase() == Phase.PRECOPY && progress.get(last).round() > 0
                && (last == 0 || progress.get(last - 1).round() < progress.get(last).round());
    }

    /** How long the guest would stand still if it were stopped now, without the switch-over itself. */
    public static Duration standstill(MigrationProgress now) {
        double seconds = now.remainingBytes() == 0 ? 0 : now.remainingBytes() / Math.max(1, now.bytesPerSecond());
        return seconds(seconds);
    }

    /**
     * How long a move goes on if the guest writes as fast as it does, and the channel is as fast as it is. Empty if that is not known yet, or
     * if the guest writes as fast as is sent, so that only something else can end it.
     */
    public static Optional<Duration> untilEnd(MigrationProgress now) {
        return switch (now.phase()) {
            case SETUP -> Optional.empty();
            case PRECOPY -> now.bytesPerSecond() > now.dirtyBytesPerSecond()
                    ? Optional.of(seconds(now.remainingBytes() / (now.bytesPerSecond() - now.dirtyBytesPerSecond()))) : Optional.empty();
            case SWITCHOVER, POSTCOPY -> Optional.of(standstill(now));
            case COMPLETED, FAILED -> Optional.of(Duration.ZERO);
        };
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) Math.min(seconds * 1e9, Long.MAX_VALUE / 2.0));
    }
}
