package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

class PlanCheckerTest {

    private static final Resources ONE = new Resources(1, 1_024, 1_024, 0);
    private static final Resources TWO = new Resources(2, 2_048, 2_048, 0);
    private static final Technology MOVING = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS, Set.of(Technology.Method.HARDWARE),
            Set.of(Technology.Feature.LIVE_MIGRATION_PRECOPY), "");
    private static final PlacementRules APART = new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.of("web"), Optional.empty());

    @Test
    void aPlanIsJudgedStepByStepAsItGoesOn() {
        Instance a = instance(1, "h1", PlacementRules.ANYWHERE);
        Instance b = instance(2, "h1", PlacementRules.ANYWHERE);
        Instance c = instance(3, "h2", PlacementRules.ANYWHERE);

        List<PlanChecker.Verdict> verdicts = check(List.of(a, b, c), new Action.Sleep(id("h1")), new Action.Migrate(a.id(), id("h2")),
                new Action.Migrate(b.id(), id("h2")), new Action.Migrate(b.id(), id("h3")), new Action.Sleep(id("h1")),
                new Action.Migrate(c.id(), id("h1")), new Action.Wake(id("h1")), new Action.Migrate(c.id(), id("h1")));

        assertThat(verdicts).extracting(verdict -> verdict.objection().orElse("")).containsExactly("host h1 still has 2 guests", "",
                "host h2 has too few cpus free", "", "", "host h1 is switched off", "", "");
    }

    @Test
    void aPlanMayNotForgetItsOwnPlacements() {
        Instance a = instance(1, "h1", APART);
        Instance b = instance(2, "h2", APART);

        List<PlanChecker.Verdict> verdicts = check(List.of(a, b), new Action.Migrate(a.id(), id("h3")), new Action.Migrate(b.id(), id("h3")));

        assertThat(verdicts.get(0).objection()).isEmpty();
        assertThat(verdicts.get(1).objection()).contains("host h3 runs another instance of its spread group");
    }

    private static List<PlanChecker.Verdict> check(List<Instance> instances, Action... actions) {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        for (String name : List.of("h1", "h2", "h3")) {
            editor.add(new Host(id(name), "paper", HostState.UP, TWO, Map.of()), MOVING);
        }
        HostTable empty = editor.build();
        HostTable.Editor filled = empty.edit();
        for (Instance instance : instances) {
            int row = empty.row(instance.host().orElseThrow());
            filled.take(row, instance.resources());
            instance.spec().rules().spreadGroup().ifPresent(group -> filled.group(group, row, true));
        }
        HostTable hosts = filled.build();
        DatacenterView view = new DatacenterView(1, Instant.EPOCH, hosts, () -> new InstanceTable(instances, hosts));
        return PlanChecker.check(view, new Plan(List.of(actions).stream().map(action -> new Plan.Step(action, "")).toList(), ""));
    }

    private static Instance instance(int number, String host, PlacementRules rules) {
        LaunchSpec spec = new LaunchSpec("t", new ImageId("ami-00000000"), Optional.empty(), List.of(), Optional.empty(), false, rules);
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "m", "172.31.16." + number, Optional.empty());
        return new Instance(new InstanceId("i-0000000" + number), new AccountId("000000000001"), "r", 0, spec, ONE, Optional.empty(),
                InstanceState.RUNNING,
                Optional.empty(), Instant.EPOCH, Instant.EPOCH, Optional.of(id(host)), nic, false, Map.of(), 1);
    }

    private static HostId id(String name) {
        return new HostId(name);
    }
}
