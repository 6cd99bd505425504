package org.kumiki.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.Rounds;
import org.kumiki.api.model.Migration;

/**
 * A guest that moves, or has just ended to. Times are milliseconds since 1970.
 *
 * @param reason   why it moves; once it is over, how it went
 * @param progress how far it is; null while nobody has reported anything, and when it is over
 */
record MoveRow(String id, String name, String source, String destination, String strategy, String state, String reason, long began, long since,
        Progress progress) {

    /** More than these are a number. */
    static final int SHOWN = 40;

    /** How many of those that are over are shown, and for how long. */
    private static final int ENDED = 6;
    private static final Duration REMEMBERED = Duration.ofMinutes(2);

    /**
     * @param round    the one that is under way, from 1
     * @param throttle by how much its CPUs are slowed down, in percent
     * @param percent  of the whole move, as far as that can be said
     * @param rest     milliseconds until the end; null if no end is in sight
     */
    record Progress(String phase, int round, long sentBytes, long remainingBytes, long dirtyBytesPerSecond, long bytesPerSecond, int throttle,
            int percent, Long rest) {

        static Progress of(MigrationProgress now) {
            return new Progress(Overview.lower(now.phase()), now.round() + 1, now.sentBytes(), now.remainingBytes(),
                    Math.round(now.dirtyBytesPerSecond()), Math.round(now.bytesPerSecond()), (int) Math.round(100 * now.throttle()),
                    percent(now), Rounds.untilEnd(now).map(Duration::toMillis).orElse(null));
        }

        /** What has passed of the time that it will have taken; if no end is in sight, what was sent of what is known to be to send. */
        private static int percent(MigrationProgress now) {
            double passed = now.elapsed().toMillis();
            double share = switch (now.phase()) {
                case SETUP, FAILED -> 0;
                case COMPLETED -> 1;
                case SWITCHOVER -> 0.99;
                case PRECOPY, POSTCOPY -> {
                    Optional<Duration> rest = Rounds.untilEnd(now);
                    double whole = rest.isPresent() ? passed + rest.get().toMillis() : (double) now.sentBytes() + now.remainingBytes();
                    yield whole == 0 ? 0 : (rest.isPresent() ? passed : now.sentBytes()) / whole;
                }
            };
            return (int) Math.round(100 * Math.min(0.99, share));
        }
    }

    /** Those that are under way, the oldest first, and then those that ended a moment ago, the newest first. */
    static List<MoveRow> of(Datacenter datacenter, Inventory inventory, Instant now) {
        List<Migration> moving = new ArrayList<>();
        List<Migration> ended = new ArrayList<>();
        for (Migration move : inventory.migrations()) {
            if (move.isMoving()) {
                moving.add(move);
            } else if (move.since().plus(REMEMBERED).isAfter(now)) {
                ended.add(move);
            }
        }
        moving.sort(Comparator.comparing(Migration::began).thenComparing(Migration::instance));
        ended.sort(Comparator.comparing(Migration::since).reversed().thenComparing(Migration::instance));
        List<MoveRow> rows = new ArrayList<>();
        moving.stream().limit(SHOWN).forEach(move -> rows.add(row(datacenter, inventory, move)));
        ended.stream().limit(ENDED).forEach(move -> rows.add(row(datacenter, inventory, move)));
        return rows;
    }

    private static MoveRow row(Datacenter datacenter, Inventory inventory, Migration move) {
        List<MigrationProgress> reports = move.isMoving() ? datacenter.progress(move.instance()) : List.of();
        return new MoveRow(move.instance().value(), inventory.instances().find(move.instance()).map(InstanceRow::name).orElse(""),
                move.source().value(), move.destination().value(), move.strategy().orElse(null), Overview.lower(move.state()), move.reason(),
                move.began().toEpochMilli(), move.since().toEpochMilli(),
                reports.isEmpty() ? null : Progress.of(reports.get(reports.size() - 1)));
    }
}
