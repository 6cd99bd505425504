package org.kumiki.tck.brain;

import static org.kumiki.tck.brain.BrainTck.expect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationDirective.Cancel;
import org.kumiki.api.migration.MigrationDirective.Cold;
import org.kumiki.api.migration.MigrationDirective.Continue;
import org.kumiki.api.migration.MigrationDirective.StopAndCopy;
import org.kumiki.api.migration.MigrationDirective.SwitchToPostcopy;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** What every migration strategy must do. */
final class StrategyChecks {

    private static final int MOVES = 300;
    private static final double CHANNEL = 100e6;
    private static final double MEMORY = 1_024L << 20;
    private static final Duration TICK = Duration.ofSeconds(2);
    private static final Duration ENOUGH = Duration.ofHours(2);

    /** A move so far. */
    private record Move(MigrationOrder order, List<MigrationProgress> progress) {

        @Override
        public String toString() {
            return order.modes() + " allowed, "
                    + (progress.isEmpty() ? "nothing sent yet" : progress.size() + " reports, last " + progress.get(progress.size() - 1));
        }
    }

    private StrategyChecks() {
    }

    static List<BrainCheck<MigrationStrategy>> all() {
        return List.of(new BrainCheck<>("directs every move", StrategyChecks::answers),
                new BrainCheck<>("directs nothing that is not allowed", StrategyChecks::keepsToWhatIsAllowed),
                new BrainCheck<>("slows a guest down and its channel only as far as that goes", StrategyChecks::staysInBounds),
                new BrainCheck<>("shuts no guest down once something is sent", StrategyChecks::coldOnlyAtFirst),
                new BrainCheck<>("directs the same move in the same way", StrategyChecks::repeats),
                new BrainCheck<>("ends the move of a guest that writes as fast as is sent", StrategyChecks::ends),
                new BrainCheck<>("gives up, or moves cold, where nothing is allowed", StrategyChecks::nothingAllowed));
    }

    private static MigrationOrder order(Set<Feature> modes) {
        return new MigrationOrder(new InstanceId("i-00000001"), new HostId("source"), new HostId("destination"), 1_024,
                Duration.ofMillis(300), modes);
    }

    private static Set<Feature> modes(int bits) {
        Set<Feature> modes = EnumSet.noneOf(Feature.class);
        List<Feature> ways = List.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY, Feature.STOP_AND_COPY);
        for (int way = 0; way < ways.size(); way++) {
            if ((bits & 1 << way) != 0) {
                modes.add(ways.get(way));
            }
        }
        return modes;
    }

    /** Moves by every combination of modes, cut off at some report; of guests that write little, much, and nothing. */
    private static List<Move> moves() {
        SplittableRandom random = new SplittableRandom(1);
        List<Move> moves = new ArrayList<>();
        for (int number = 0; number < MOVES; number++) {
            double dirty = number % 3 == 0 ? 0 : random.nextDouble(2 * CHANNEL);
            moves.add(new Move(order(modes(number % 8)), progress(random.nextInt(40), dirty)));
        }
        return moves;
    }

    private static List<MigrationProgress> progress(int reports, double dirty) {
        List<MigrationProgress> progress = new ArrayList<>();
        double left = MEMORY;
        double sent = 0;
        int round = 0;
        for (int number = 0; number < reports; number++) {
            Duration elapsed = Duration.ofMillis(500L * number);
            progress.add(new MigrationProgress(number == 0 ? Phase.SETUP : Phase.PRECOPY, elapsed, round, (long) sent, (long) left, number == 0 ? 0 : dirty,
                    number == 0 ? 0 : CHANNEL, 0));
            double portion = Math.min(left, CHANNEL / 2);
            sent += portion;
            left -= portion;
            if (left <= 0 || number % 5 == 4) {
                round++;
                left = Math.min(MEMORY, left + dirty * 2.5);
            }
        }
        return progress;
    }

    private static MigrationDirective ask(MigrationStrategy strategy, Move move) {
        MigrationDirective directive = strategy.direct(move.order(), move.progress());
        expect(directive != null, "it answered null: " + move);
        return directive;
    }

    private static void answers(MigrationStrategy strategy) {
        moves().forEach(move -> ask(strategy, move));
    }

    private static void keepsToWhatIsAllowed(MigrationStrategy strategy) {
        for (Move move : moves()) {
            MigrationDirective directive = ask(strategy, move);
            Set<Feature> modes = move.order().modes();
            expect(!(directive instanceof SwitchToPostcopy) || modes.contains(Feature.LIVE_MIGRATION_POSTCOPY), "it went over to post-copy: " + move);
            expect(!(directive instanceof StopAndCopy) || modes.contains(Feature.STOP_AND_COPY) || !move.progress().isEmpty(),
                    "it stopped the guest to copy it: " + move);
            expect(!(directive instanceof Continue) || !move.progress().isEmpty() || !modes.isEmpty(),
                    "it copied a guest that may not be copied: " + move);
        }
    }

    private static void staysInBounds(MigrationStrategy strategy) {
        for (Move move : moves()) {
            if (ask(strategy, move) instanceof Continue go) {
                expect(go.bytesPerSecond() >= 0 && !go.downtimeLimit().isNegative() && go.throttle() >= 0 && go.throttle() <= 0.99,
                        "it answered " + go + ": " + move);
            }
        }
    }

    private static void coldOnlyAtFirst(MigrationStrategy strategy) {
        for (Move move : moves()) {
            expect(move.progress().isEmpty() || !(ask(strategy, move) instanceof Cold), "it would shut the guest down: " + move);
        }
    }

    private static void repeats(MigrationStrategy strategy) {
        List<MigrationDirective> first = moves().stream().map(move -> ask(strategy, move)).toList();
        List<Move> again = moves();
        for (int index = again.size() - 1; index >= 0; index--) { // the other way round, in case something is kept between calls
            MigrationDirective second = ask(strategy, again.get(index));
            expect(first.get(index).equals(second), "it answered " + first.get(index) + ", and then " + second + ": " + again.get(index));
        }
    }

    /** It need not succeed, and it may take its time; but somebody waits for it, and it must not go on as it is for ever. */
    private static void ends(MigrationStrategy strategy) {
        for (int bits = 1; bits < 8; bits++) {
            MigrationOrder order = order(modes(bits));
            List<MigrationProgress> progress = new ArrayList<>();
            double left = MEMORY;
            double sent = 0;
            int round = 0;
            while (ask(strategy, new Move(order, List.copyOf(progress))) instanceof Continue go && left > go.downtimeLimit().toNanos() / 1e9 * CHANNEL) {
                Duration elapsed = TICK.multipliedBy(progress.size());
                expect(elapsed.compareTo(ENOUGH) < 0, "after " + elapsed.toMinutes() + " minutes of a guest that writes twice as fast as is sent it answered "
                        + go + ": " + order.modes() + " allowed");
                double dirty = 2 * CHANNEL * (1 - go.throttle());
                progress.add(new MigrationProgress(progress.isEmpty() ? Phase.SETUP : Phase.PRECOPY, elapsed, round, (long) sent, (long) left, dirty, CHANNEL,
                        go.throttle()));
                double seconds = TICK.toNanos() / 1e9;
                sent += CHANNEL * seconds;
                left = Math.max(0, Math.min(MEMORY, left + (dirty - CHANNEL) * seconds));
                if (progress.size() % 6 == 0) {
                    round++;
                }
            }
        }
    }

    private static void nothingAllowed(MigrationStrategy strategy) {
        MigrationDirective directive = ask(strategy, new Move(order(Set.of()), List.of()));
        expect(directive instanceof Cold || directive instanceof Cancel, "it answered " + directive + " where the guest may move in no way");
        expect(!(directive instanceof Cancel cancel) || !cancel.reason().isBlank(), "it gave up and said no reason");
    }
}
