package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.SecurityGroupCommand;
import org.kumiki.api.command.VolumeCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementRules;
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
        MemoryJournal journal = new MemoryJournal();
        Records records = new Records();
        List<Entry> entries = new ArrayList<>();
        history.forEach(change -> entries.add(records.entry(entries.size() + 1, change)));
        journal.append(entries);

        World again = LiveDatacenter.replay(journal, new Stopped(), new Ids(new SplittableRandom(0)), new AtomicLong());

        assertThat(again.instances().stream().toList()).containsExactlyInAnyOrderElementsOf(world.instances());
        assertThat(again.volumes().stream().toList()).containsExactlyInAnyOrderElementsOf(world.volumes());
        assertThat(again.decisions()).containsExactlyElementsOf(world.decisions());
        assertThat(again.leases()).isEqualTo(world.leases());
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

    /** Many random commands and reports, right and wrong ones. */
    private World run(long seed, int steps) {
        history.clear();
        SplittableRandom random = new SplittableRandom(seed);
        Ids ids = new Ids(new SplittableRandom(seed));
        World world = World.empty(Instant.EPOCH, InstanceTypes.all());
        world = step(world, ids, 0, draft -> {
            Accounts.open(draft, Rig.ROOT.account());
            Core.report(draft, Rig.ROOT.account(), new Report.HostsSeen(PaperHypervisor.PAPER,
                    List.of(report("h1"), report("h2"), report("h3")), Instant.EPOCH));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageOffered(new ImageStore.BuiltIn(Rig.IMAGE, "paper", "", "x86_64")));
            Core.report(draft, Rig.ROOT.account(), new Report.ImageStored(new ImageStore.Stored(Rig.IMAGE, Image.Format.KERNEL, 0, "x86_64")));
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
                    new InstanceCommand.Launch(Rig.spec(PlacementRules.ANYWHERE), 1, 1, Optional.of("t" + pick), Map.of(), false),
                    new Launches.Placed(new Placement(List.of(host), "chance", List.of()), "dice", draft.base().version()));
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
