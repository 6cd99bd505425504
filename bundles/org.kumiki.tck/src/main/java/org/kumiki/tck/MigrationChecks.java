package org.kumiki.tck;

import static org.kumiki.tck.Trial.expect;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;

/** Guests that move while they run: each declared mode, and that no other one is pretended. */
final class MigrationChecks {

    private static final Duration BUDGET = Duration.ofSeconds(10);
    private static final Map<Feature, String> MODES = new EnumMap<>(Map.of(Feature.LIVE_MIGRATION_PRECOPY, "pre-copy",
            Feature.LIVE_MIGRATION_POSTCOPY, "post-copy", Feature.STOP_AND_COPY, "stop and copy"));

    private MigrationChecks() {
    }

    static List<Check> all() {
        return MODES.entrySet().stream().flatMap(mode -> of(mode.getKey(), mode.getValue())).toList();
    }

    private static Stream<Check> of(Feature mode, String name) {
        return Stream.of(
                Check.with(mode, "moves a guest by " + name + ", and it runs once", trial -> moves(trial, mode)),
                Check.with(mode, "says that a guest has moved by " + name + " when it is asked for the same move again", trial -> twice(trial, mode)),
                Check.with(mode, "lets a guest stay whose move by " + name + " is cancelled", trial -> cancelled(trial, mode)),
                Check.with(mode, "moves by " + name + " only what is there and runs", trial -> wrongState(trial, mode)),
                Check.without(mode, "refuses to move a guest by " + name + ", and lets it run where it is", trial -> refused(trial, mode)));
    }

    /** Directs a move by one mode, and keeps what it was told. */
    private static final class Pilot implements MigrationControl {

        private final Feature mode;
        private final List<Phase> phases = new CopyOnWriteArrayList<>();

        Pilot(Feature mode) {
            this.mode = mode;
        }

        @Override
        public MigrationDirective report(MigrationProgress progress) {
            phases.add(progress.phase());
            return switch (mode) {
            case LIVE_MIGRATION_POSTCOPY -> progress.phase() == Phase.PRECOPY ? new MigrationDirective.SwitchToPostcopy() : onwards();
            case STOP_AND_COPY -> progress.phase() == Phase.SETUP || progress.phase() == Phase.PRECOPY ? new MigrationDirective.StopAndCopy() : onwards();
            default -> onwards();
            };
        }

        private static MigrationDirective onwards() {
            return new MigrationDirective.Continue(0, BUDGET, 0);
        }
    }

    private static CompletableFuture<MigrationOutcome> migrate(Trial trial, MigrationOrder order, MigrationControl control) {
        LiveMigration driver = trial.facet(LiveMigration.class);
        GuestSpec spec = trial.spec(order.instance());
        return trial.call("migrate", () -> driver.migrate(order, spec, control));
    }

    private static MigrationOrder order(Trial trial, InstanceId guest, Feature mode) {
        return order(trial, guest, trial.bed().destination(), mode);
    }

    private static MigrationOrder order(Trial trial, InstanceId guest, HostId destination, Feature mode) {
        return new MigrationOrder(guest, trial.host(), destination, trial.spec(guest).resources().memoryMiB(), BUDGET, Set.of(mode));
    }

    private static void moves(Trial trial, Feature mode) throws Exception {
        HostId destination = trial.bed().destination();
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        Events events = trial.watch();
        Pilot pilot = new Pilot(mode);
        moved(trial, migrate(trial, order(trial, guest, mode), pilot));
        expect(!pilot.phases.isEmpty(), "nobody was asked how a guest is to move");
        expectOnlyAt(trial, guest, destination, trial.host());
        trial.destroy(guest); // what is left of it where it was
        expectOnlyAt(trial, guest, destination, trial.host());
        expect(events.of(guest).isEmpty(), "a listener is told of a guest that has moved: " + events.of(guest));
        trial.destroy(destination, guest);
        trial.expectGone(guest, "after it has moved and was destroyed");
    }

    private static void twice(Trial trial, Feature mode) throws Exception {
        HostId destination = trial.bed().destination();
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        moved(trial, migrate(trial, order(trial, guest, mode), new Pilot(mode)));
        moved(trial, migrate(trial, order(trial, guest, mode), new Pilot(mode)));
        expectOnlyAt(trial, guest, destination, trial.host());
    }

    private static void moved(Trial trial, CompletableFuture<MigrationOutcome> move) throws Exception {
        MigrationOutcome outcome = trial.await("migrate", move);
        expect(outcome instanceof MigrationOutcome.Moved, "the guest should have moved: " + outcome);
        expect(!((MigrationOutcome.Moved) outcome).downtime().isNegative(), "a guest stood still for less than no time: " + outcome);
    }

    private static void cancelled(Trial trial, Feature mode) throws Exception {
        HostId destination = trial.bed().destination();
        InstanceId guest = trial.running();
        trial.bed().awaitReady(guest);
        MigrationOutcome outcome = trial.await("migrate",
                migrate(trial, order(trial, guest, mode), progress -> new MigrationDirective.Cancel("the tck has changed its mind")));
        expect(outcome instanceof MigrationOutcome.Stayed, "a move that was cancelled is: " + outcome);
        expectOnlyAt(trial, guest, trial.host(), destination);
        trial.destroy(destination, guest);
        expectOnlyAt(trial, guest, trial.host(), destination);
    }

    private static void wrongState(Trial trial, Feature mode) throws Exception {
        InstanceId nobody = trial.newGuest();
        trial.expectRefusal("migrate of a guest that is not there", migrate(trial, order(trial, nobody, mode), new Pilot(mode)), Reason.NOT_FOUND,
                Reason.CONFLICT);
        InstanceId off = trial.stopped();
        trial.expectRefusal("migrate of a guest that is off", migrate(trial, order(trial, off, mode), new Pilot(mode)), Reason.CONFLICT);
        trial.expectState(off, GuestState.STOPPED, "after its move was refused");
        InstanceId guest = trial.running();
        trial.expectRefusal("migrate to a host that is not there",
                migrate(trial, order(trial, guest, new HostId("kumiki-tck-nowhere"), mode), new Pilot(mode)), Reason.NOT_FOUND);
        trial.expectRunning(guest, "after its move to nowhere was refused");
    }

    private static void refused(Trial trial, Feature mode) throws Exception {
        Optional<LiveMigration> driver = trial.driver().facet(LiveMigration.class);
        InstanceId guest = trial.running();
        if (driver.isPresent()) {
            HostId destination = trial.bed().destination();
            trial.bed().awaitReady(guest);
            trial.expectRefusal("migrate", migrate(trial, order(trial, guest, mode), new Pilot(mode)), Reason.UNSUPPORTED);
            expectOnlyAt(trial, guest, trial.host(), destination);
        }
        trial.expectRunning(guest, "after a move was refused");
    }

    private static void expectOnlyAt(Trial trial, InstanceId guest, HostId here, HostId notThere) throws Exception {
        expect(trial.states(here).get(guest) == GuestState.RUNNING, "the guest should run on " + here + ": " + trial.states(here));
        expect(trial.states(notThere).get(guest) != GuestState.RUNNING, "the guest runs on " + notThere + ", too");
    }
}
