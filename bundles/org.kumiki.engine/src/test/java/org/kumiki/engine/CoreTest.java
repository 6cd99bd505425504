package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.ImageCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.SecurityGroupCommand;
import org.kumiki.api.command.SnapshotCommand;
import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.time.Timeline;

/** The state machine alone: no threads, no clock, no disk. */
class CoreTest {

    private final List<Change<?, ?>> history = new ArrayList<>();

    @Test
    void theSameInputsMakeTheSameWorld() {
        assertThat(text(run(7, 400))).isEqualTo(text(run(7, 400)));
    }

    @Test
    void otherInputsMakeAnotherWorld() {
        assertThat(text(run(7, 400))).isNotEqualTo(text(run(8, 400)));
    }

    @Test
    void theJournalMakesTheSameWorldAgainRoomsAndLeasesIncluded() {
        World world = run(3, 600);

        World again = replayed();

        assertThat(again.instances().stream().toList()).containsExactlyInAnyOrderElementsOf(world.instances());
        assertThat(again.volumes().stream().toList()).containsExactlyInAnyOrderElementsOf(world.volumes());
        assertThat(again.decisions()).containsExactlyElementsOf(world.decisions());
        assertThat(again.leases()).isEqualTo(world.leases());
        assertThat(world.volumes()).anyMatch(volume -> volume.attachment().isPresent());
        for (Instance instance : world.instances()) {
            assertThat(again.volumes(instance.id())).containsExactlyInAnyOrderElementsOf(world.volumes(instance.id()))
                    .containsExactlyInAnyOrderElementsOf(world.volumes().stream().filter(volume -> volume.attachment().map(Attachment::instance)
                            .equals(Optional.of(instance.id()))).toList());
        }
        for (int row = 0; row < world.hostTable().size(); row++) {
            assertThat(again.hostTable().free(row)).isEqualTo(world.hostTable().free(row));
            assertThat(again.hostTable().guests(row)).isEqualTo(world.hostTable().guests(row));
        }
    }

    @Test
    void roomsAddUpWhateverHappens() {
        World world = run(11, 800);

        for (int row = 0; row < world.hostTable().size(); row++) {
            HostId host = world.hostTable().id(row);
            List<Instance> there = world.instances().stream()
                    .filter(instance -> instance.state().occupiesHost() && instance.host().equals(Optional.of(host))).toList();
            assertThat(world.hostTable().guests(row)).isEqualTo(there.size());
            assertThat(world.hostTable().freeCpus(row))
                    .isEqualTo(Rig.CAPACITY.cpus() - there.stream().mapToInt(instance -> instance.resources().cpus()).sum()).isNotNegative();
        }
        assertThat(world.leases().cardinality()).isEqualTo((int) world.instances().stream()
                .filter(instance -> instance.state() != InstanceState.TERMINATED).count());
    }

    @Test
    void aGuestIsJudgedBesideAllOthersOnlyIfItIsInAGroup() {
        World world = run(11, 400);
        Instance instance = world.instances().stream().filter(one -> one.state().occupiesHost()).findFirst().orElseThrow();
        PlacementRules apart = new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.of("apart"), Optional.empty());

        World grouped = step(world, new Ids(new SplittableRandom(0), 80), 400,
                draft -> draft.put(Entity.INSTANCE, instance.with(Rig.spec(apart), instance.resources())));

        assertThat(world.view().instances().size()).isGreaterThan(1);
        assertThat(world.viewOf(List.of(instance.id())).instances().size()).isEqualTo(1);
        assertThat(world.viewOf(List.of(instance.id())).hosts()).isSameAs(world.hostTable());
        assertThat(grouped.viewOf(List.of(instance.id()))).isSameAs(grouped.view());
    }

    @Test
    void whoMovesIsKnownUntilTheMoveIsOver() {
        World world = run(11, 400);
        Instance instance = world.instances().stream().filter(one -> one.state().occupiesHost()).findFirst().orElseThrow();
        HostId source = instance.host().orElseThrow();
        Migration move = new Migration(instance.id(), source, new HostId(source.value().equals("h1") ? "h2" : "h1"), instance.resources(),
                Optional.empty(), Migration.State.MOVING, "", Instant.EPOCH, Instant.EPOCH, 1);

        World moving = step(world, new Ids(new SplittableRandom(0), 80), 400, draft -> draft.put(Entity.MIGRATION, move));
        World moved = step(moving, new Ids(new SplittableRandom(0), 80), 401,
                draft -> draft.put(Entity.MIGRATION, move.with(Migration.State.COMPLETED, "", Instant.EPOCH)));

        assertThat(world.moving()).isEmpty();
        assertThat(moving.moving()).containsExactly(instance.id());
        assertThat(moved.moving()).isEmpty();
        assertThat(moved.migrations().find(instance.id())).isPresent();
    }

    /** From launch to the last file: whenever the engine dies, the next one is about to do what this one was. */
    @Test
    void whateverIsUnderWayWhenTheEngineDiesIsResumed() {
        World world = run(5, 0);
        List<Effect> open = new ArrayList<>();
        Ids ids = new Ids(new SplittableRandom(1), 80);
        world = live(world, ids, open, draft -> Launches.launch(draft, Rig.ROOT,
                new InstanceCommand.Launch(Rig.spec(Rig.DISK_IMAGE, PlacementRules.ANYWHERE), List.of(), 1, 1, Optional.empty(), Map.of(), Map.of(),
                        false),
                new Launches.Placed(new Placement(List.of(new HostId("h1")), "", List.of()), "", draft.base().view())));
        InstanceId instance = world.instances().iterator().next().id();
        VolumeId root = world.volumes().iterator().next().id();
        assertThat(open).containsExactly(new Effect.StartGuest(instance, List.of(root)));

        world = live(world, ids, open, new Report.VolumeCreated(root));
        open.clear();
        world = live(world, ids, open, new Report.GuestStarted(instance));
        world = live(world, ids, open, draft -> Core.command(draft, Rig.ROOT,
                new ImageCommand.Create(instance, "made", "", true, List.of(), Map.of(), Map.of())));
        assertThat(open).hasSize(1).allSatisfy(effect -> assertThat(((Effect.TakeSnapshots) effect).snapshots().get(0).reboot()).isTrue());
        SnapshotId snapshot = world.snapshots().iterator().next().id();
        ImageId made = world.images().stream().filter(image -> image.name().equals("made")).findFirst().orElseThrow().id();
        open.clear();
        world = live(world, ids, open, new Report.SnapshotsTaken(List.of(snapshot)));
        world = live(world, ids, open, draft -> Core.command(draft, Rig.ROOT, new ImageCommand.Deregister(Rig.DISK_IMAGE)));
        assertThat(open).as("a volume lies over it, and an image boots with its kernel").isEmpty();

        world = live(world, ids, open, draft -> Core.command(draft, Rig.ROOT, new InstanceCommand.Terminate(List.of(instance))));
        assertThat(open).containsExactly(new Effect.DestroyGuest(instance, new HostId("h1")));
        open.clear();
        world = live(world, ids, open, new Report.GuestDestroyed(instance));
        assertThat(open).containsExactly(new Effect.DeleteVolume(root));
        open.clear();
        world = live(world, ids, open, new Report.VolumeDeleted(root));
        world = live(world, ids, open, draft -> Core.command(draft, Rig.ROOT, new ImageCommand.Deregister(made)));
        assertThat(open).as("an image can still be registered of the snapshot").isEmpty();
        world = live(world, ids, open, draft -> Core.command(draft, Rig.ROOT, new SnapshotCommand.Delete(snapshot)));
        assertThat(open).containsExactlyInAnyOrder(new Effect.DeleteImage(Rig.DISK_IMAGE), new Effect.DeleteSnapshot(snapshot));
        open.remove(new Effect.DeleteImage(Rig.DISK_IMAGE));
        world = live(world, ids, open, new Report.ImageDeleted(Rig.DISK_IMAGE));
        open.clear();
        world = live(world, ids, open, new Report.SnapshotDeleted(snapshot));
        assertThat(world.table(Entity.RETIRED_IMAGE)).isEmpty();
        assertThat(world.table(Entity.RETIRED_SNAPSHOT)).isEmpty();
    }

    private World live(World world, Ids ids, List<Effect> open, Report report) {
        return live(world, ids, open, draft -> Core.report(draft, Rig.ROOT.account(), report));
    }

    /** One step, after which the engine dies, and another reads the journal. */
    private World live(World world, Ids ids, List<Effect> open, Consumer<Draft> action) {
        Draft draft = new Draft(world, Instant.EPOCH.plusSeconds(world.version()), ids);
        action.accept(draft);
        history.addAll(draft.changes());
        open.addAll(draft.effects());
        Draft next = new Draft(replayed(), Instant.EPOCH, ids);
        Core.resume(next);
        assertThat(next.effects()).containsAll(open);
        return draft.build();
    }

    private World replayed() {
        MemoryJournal journal = new MemoryJournal();
        Records records = new Records();
        List<Entry> entries = new ArrayList<>();
        history.forEach(change -> entries.add(records.entry(entries.size() + 1, change)));
        journal.append(entries);
        return LiveDatacenter.replay(journal, new Stopped(), new Ids(new SplittableRandom(0), 80), new AtomicLong(), 0);
    }

    @Test
    void aDriverSpeaksOnlyOfHostsOfItsOwn() {
        World world = run(5, 300);
        Technology other = new Technology("other", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.HARDWARE), Set.of(), "");

        World after = step(world, new Ids(new SplittableRandom(0), 80), 400,
                draft -> Core.report(draft, Rig.ROOT.account(), new Report.HostsSeen(other, List.of(report("h1")), world.instances())));

        assertThat(after).isSameAs(world);
    }

    @Test
    void aHostThatWasRemovedComesBackWhenAnOperatorWantsIt() {
        World world = host(host(run(5, 0), new HostCommand.Remove(new HostId("h1"))), seen("h1", "h2", "h3"));
        assertThat(state(world, "h1")).isEqualTo(HostState.REMOVED);

        assertThat(state(host(world, new HostCommand.Accept(new HostId("h1"), true)), "h1")).isEqualTo(HostState.UP);
    }

    @Test
    void aHostThatWasLostWhileItWasDrainedIsStillDrained() {
        World world = host(run(5, 0), new HostCommand.Accept(new HostId("h1"), false));

        world = host(world, seen("h2", "h3"));
        assertThat(state(world, "h1")).isEqualTo(HostState.LOST);
        assertThat(state(host(world, seen("h1", "h2", "h3")), "h1")).isEqualTo(HostState.DRAINING);
    }

    @Test
    void anOldReportOfAVolumeDoesNotTouchWhereItIsNow() {
        Volume volume = new Volume(new VolumeId("vol-00000000"), Rig.ROOT.account(), 1_024, Optional.empty(), Optional.empty(), Volume.State.IN_USE,
                Optional.of(new Attachment(new VolumeId("vol-00000000"), new InstanceId("i-00000002"), "/dev/sdf", Attachment.State.ATTACHED,
                        Instant.EPOCH, false)),
                Instant.EPOCH, Map.of());

        World world = step(run(5, 0), new Ids(new SplittableRandom(0), 80), 1, draft -> {
            draft.put(Entity.VOLUME, volume);
            Core.report(draft, Rig.ROOT.account(), new Report.VolumeDetached(volume.id(), new InstanceId("i-00000001")));
        });

        assertThat(world.volumes().find(volume.id())).contains(volume);
    }

    private World host(World world, HostCommand<?> command) {
        return step(world, new Ids(new SplittableRandom(0), 80), 1, draft -> Core.command(draft, Rig.ROOT, command));
    }

    private World host(World world, Report report) {
        return step(world, new Ids(new SplittableRandom(0), 80), 1, draft -> Core.report(draft, Rig.ROOT.account(), report));
    }

    private static Report seen(String... hosts) {
        return new Report.HostsSeen(PaperHypervisor.PAPER, Stream.of(hosts).map(CoreTest::report).toList(), Ordered.empty());
    }

    private static HostState state(World world, String host) {
        return world.hostTable().state(world.hostTable().row(new HostId(host)));
    }

    /** Many random commands and reports, right and wrong ones. */
    private World run(long seed, int steps) {
        history.clear();
        SplittableRandom random = new SplittableRandom(seed);
        Ids ids = new Ids(new SplittableRandom(seed), 80);
        World world = World.empty(0, Instant.EPOCH, InstanceTypes.all());
        world = step(world, ids, 0, draft -> {
            Accounts.open(draft, Rig.ROOT.account());
            Core.report(draft, Rig.ROOT.account(), new Report.HostsSeen(PaperHypervisor.PAPER,
                    List.of(report("h1"), report("h2"), report("h3")), Ordered.empty()));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageOffered(new ImageStore.BuiltIn(Rig.IMAGE, "paper", "", "x86_64")));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageStored(new ImageStore.Stored(Rig.IMAGE, Image.Format.KERNEL, 0, "x86_64")));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageOffered(new ImageStore.BuiltIn(Rig.DISK_IMAGE, "disk", "", "x86_64")));
            Core.report(draft, Rig.ROOT.account(),
                    new Report.ImageStored(new ImageStore.Stored(Rig.DISK_IMAGE, Image.Format.KERNEL, Rig.DISK_MIB, "x86_64")));
        });
        for (int i = 1; i <= steps; i++) {
            int dice = random.nextInt(10);
            int pick = random.nextInt(1_000);
            HostId host = new HostId("h" + (1 + pick % 3));
            world = step(world, ids, i, draft -> act(draft, dice, pick, host));
        }
        return world;
    }

    private static void act(Draft draft, int dice, int pick, HostId host) {
        List<Instance> instances = draft.all(Entity.INSTANCE).stream().toList();
        InstanceId id = instances.isEmpty() ? new InstanceId("i-00000000") : instances.get(pick % instances.size()).id();
        switch (dice) {
            case 0, 1, 2 -> Launches.launch(draft, Rig.ROOT,
                    new InstanceCommand.Launch(Rig.spec(pick % 2 == 0 ? Rig.IMAGE : Rig.DISK_IMAGE, PlacementRules.ANYWHERE), List.of(), 1, 1,
                            Optional.of("t" + pick), Map.of(), Map.of(), false),
                    new Launches.Placed(new Placement(List.of(host), "chance", List.of()), "dice", draft.base().view()));
            case 3 -> Core.command(draft, Rig.ROOT, new InstanceCommand.Terminate(List.of(id)));
            case 4 -> Core.command(draft, Rig.ROOT, new InstanceCommand.Stop(List.of(id), false));
            case 5 -> Core.command(draft, Rig.ROOT, new InstanceCommand.Start(List.of(id)));
            case 6 -> Core.report(draft, Rig.ROOT.account(), new Report.GuestStarted(id));
            case 7 -> Core.report(draft, Rig.ROOT.account(), pick % 2 == 0 ? new Report.GuestStopped(id, "off") : new Report.GuestDestroyed(id));
            case 8 -> Core.command(draft, Rig.ROOT, new VolumeCommand.Create(1_024, Optional.empty(), Optional.of("v" + pick), Map.of()));
            default -> Core.command(draft, Rig.ROOT, new SecurityGroupCommand.Create("g" + pick, "", Map.of()));
        }
    }

    private World step(World world, Ids ids, int second, Consumer<Draft> action) {
        Draft draft = new Draft(world, Instant.EPOCH.plusSeconds(second), ids);
        try {
            action.accept(draft);
        } catch (DatacenterException | Launches.Outdated refused) {
            return world; // many of them are, and then nothing may have happened
        }
        history.addAll(draft.changes());
        return draft.build();
    }

    private static HostReport report(String host) {
        return new HostReport(new HostId(host), Rig.CAPACITY, Map.of(), Map.of());
    }

    private static String text(World world) {
        StringBuilder text = new StringBuilder();
        for (Entity<?, ?> entity : Entity.ALL) {
            world.table(entity).forEach(value -> text.append(value).append('\n'));
        }
        return text.toString();
    }

    /** Time stands still. */
    private static final class Stopped implements Timeline {

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            return () -> { };
        }
    }
}
