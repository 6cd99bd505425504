package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Stop;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.command.PlacementGroupCommand.Create;
import org.kumiki.api.command.PlacementGroupCommand.Delete;
import org.kumiki.api.command.TagCommand;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Reason;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroup.Strategy;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.PlacementRules;

/** Placement groups as things, and what launches do with them. */
@Timeout(60)
class PlacementGroupTest {

    @TempDir
    Path data;

    private Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void isThereUntilItIsDeletedAlsoAfterACrash() {
        PlacementGroup group = rig.ask(new Create("apart", Strategy.SPREAD, Map.of("k", "v")));
        rig.ask(new TagCommand.Set(List.of(group.id().value()), Map.of("more", "tags")));
        PlacementGroup tagged = group.withTags(Map.of("k", "v", "more", "tags"));

        rig.restart();
        assertThat(rig.datacenter.inventory().placementGroups()).containsExactly(tagged);

        assertThat(rig.ask(new Delete(group.id()))).isEqualTo(tagged);
        rig.restart();
        assertThat(rig.datacenter.inventory().placementGroups()).isEmpty();
    }

    @Test
    void hasANameThatIsUniqueInItsAccount() {
        rig.ask(new Create("apart", Strategy.SPREAD, Map.of()));

        refuses(Reason.DUPLICATE, () -> rig.ask(new Create("apart", Strategy.CLUSTER, Map.of())));
        refuses(Reason.INVALID, () -> rig.ask(new Create(" ", Strategy.CLUSTER, Map.of())));
        refuses(Reason.INVALID, () -> rig.ask(new Create("x".repeat(256), Strategy.CLUSTER, Map.of())));
        assertThat(rig.ask(Rig.OTHER, new Create("apart", Strategy.CLUSTER, Map.of())).owner()).isEqualTo(Rig.OTHER.account());
    }

    @Test
    void isInUseAsLongAsAnInstanceOfItIsNotTerminated() {
        PlacementGroup group = rig.ask(new Create("apart", Strategy.SPREAD, Map.of()));
        Instance instance = rig.await(launch(PlacementRules.ANYWHERE.in(group)).id(), InstanceState.RUNNING);
        refuses(Reason.IN_USE, () -> rig.ask(new Delete(group.id())));

        rig.ask(new Stop(List.of(instance.id()), true));
        rig.await(instance.id(), InstanceState.STOPPED);
        refuses(Reason.IN_USE, () -> rig.ask(new Delete(group.id())));

        rig.ask(new Terminate(List.of(instance.id())));
        rig.await(instance.id(), InstanceState.TERMINATED);
        rig.ask(new Delete(group.id()));
    }

    @Test
    void keepsItsInstancesOnOneHost() {
        PlacementRules together = rig.grouped(Strategy.CLUSTER);
        Instance first = launch(together.on(Rig.host("h2")));

        assertThat(first.host()).contains(Rig.host("h2"));
        assertThat(launch(together).host()).contains(Rig.host("h2"));
        refuses(Reason.NO_CAPACITY, () -> launch(together.on(Rig.host("h1"))));
    }

    @Test
    void doesNotMixWithAnotherAccountsGroupOfTheSameName() {
        PlacementGroup mine = rig.ask(new Create("apart", Strategy.SPREAD, Map.of()));
        PlacementGroup theirs = rig.ask(Rig.OTHER, new Create("apart", Strategy.SPREAD, Map.of()));

        assertThat(launch(PlacementRules.ANYWHERE.in(mine)).host()).contains(Rig.host("h1"));
        assertThat(launch(PlacementRules.ANYWHERE.in(theirs)).host()).contains(Rig.host("h1"));
        assertThat(launch(PlacementRules.ANYWHERE.in(mine)).host()).contains(Rig.host("h2"));
    }

    @Test
    void refusesALaunchThatNamesNoneOrTakesItForAnother() {
        PlacementGroup apart = rig.ask(new Create("apart", Strategy.SPREAD, Map.of()));
        PlacementGroup imagined = new PlacementGroup(new PlacementGroupId("pg-00000000"), Rig.ROOT.account(), "none", Strategy.SPREAD, Map.of());
        PlacementGroup mistaken = new PlacementGroup(apart.id(), apart.owner(), apart.name(), Strategy.CLUSTER, Map.of());
        PlacementRules malformed = new PlacementRules(Optional.empty(), PlacementRules.ANYWHERE.methods(), Map.of(), Optional.of("apart"),
                Optional.empty());

        refuses(Reason.NOT_FOUND, () -> launch(PlacementRules.ANYWHERE.in(imagined)));
        refuses(Reason.NOT_FOUND, () -> launch(malformed));
        refuses(Reason.INVALID, () -> launch(PlacementRules.ANYWHERE.in(mistaken)));
        assertThat(rig.datacenter.inventory().instances()).isEmpty();
    }

    private Instance launch(PlacementRules rules) {
        return rig.ask(new Launch(Rig.spec(rules), List.of(), 1, 1, Optional.empty(), Map.of(), Map.of(), false)).instances().get(0);
    }

    private static void refuses(Reason reason, ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOfSatisfying(DatacenterException.class,
                refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
