package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kumiki.itest.Eventually.anotherEngineAfter;
import static org.kumiki.itest.Eventually.eventually;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.policy.Role;
import org.kumiki.testing.Candidates;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** Candidates are rehearsed beside the policy that packs guests: one that is reckless, and one that is good. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class RehearsalsIT {

    private static final String ACTIVE = "consolidate";
    private static final Bounds FEW = new Bounds(OptionalInt.of(2), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
    private static final Bounds GENEROUS = new Bounds(OptionalInt.of(50), OptionalDouble.of(0.2), OptionalDouble.empty(), OptionalDouble.empty());

    BundleContext context;
    Estate estate;
    Configuration engine;
    Bundle active;
    List<HostId> hosts;
    List<InstanceId> guests = new ArrayList<>();
    List<ServiceRegistration<?>> registered = new ArrayList<>();

    /** The engine looks at its policies each second. */
    @BeforeAll
    void build(@InjectBundleContext BundleContext ours, @InjectService(timeout = 30_000) ConfigurationAdmin admin) throws Exception {
        context = ours;
        engine = admin.getConfiguration("org.kumiki.engine", "?");
        anotherEngineAfter(context, () -> engine.update(new Hashtable<>(Map.of("policy.seconds", 1, "sample.seconds", 1))));
        try (Stream<Path> extra = Files.list(Path.of(context.getProperty("kumiki.product"), "extra"))) {
            Path file = extra.filter(path -> path.getFileName().toString().startsWith("org.kumiki.policy." + ACTIVE)).findFirst().orElseThrow();
            active = context.installBundle(file.toUri().toString());
        }
        estate = new Estate(context, admin);
        hosts = estate.datacenter().inventory().hosts().stream().filter(host -> host.state() == HostState.UP && host.technology().equals("simulated"))
                .map(Host::id).toList();
        for (int guest = 0; guest < 4; guest++) {
            Instance instance = estate.await(estate.launched().id(), InstanceState.RUNNING);
            guests.add(instance.id());
            place(instance.id(), hosts.get(hosts.size() - 1 - guest));
            place(instance.id(), hosts.get(guest));
        }
        active.start();
        eventually("the policy that packs", () -> estate.datacenter().plugIns().stream().anyMatch(one -> one.name().equals(ACTIVE)
                && one.state() == PlugIn.State.ACTIVE));
    }

    /** A guest that was moved lately is let be by the policy that packs. */
    private void place(InstanceId guest, HostId host) {
        if (!at(guest).equals(host)) {
            Estate.get(estate.datacenter().submit(Estate.OPERATOR, new MigrationCommand.Start(guest, Optional.of(host), Optional.empty(), "a test")));
        }
        eventually("the guest in its place", () -> at(guest).equals(host));
    }

    @AfterAll
    void remove() throws Exception {
        estate.close();
        active.uninstall();
        anotherEngineAfter(context, engine::delete);
    }

    @AfterEach
    void tidy() {
        registered.forEach(ServiceRegistration::unregister);
        registered.clear();
        for (Rehearsal given : estate.datacenter().inventory().roles().stream().toList()) {
            while (estate.datacenter().inventory().roles().find(given.policy()).isPresent()) {
                ask(new PolicyCommand.RollBack(given.policy()));
            }
        }
    }

    @Test
    void aRecklessCandidateIsStoppedBeforeAGuestMoves() {
        register(Candidates.RECKLESS, "reckless");

        ask(new PolicyCommand.Canary("reckless", Optional.of(ACTIVE), new Part.Named(hosts.subList(0, 3)), FEW, Optional.of(Duration.ofMinutes(1))));
        eventually("it only looks on", () -> role("reckless").role() == Role.SHADOW);

        assertThat(role("reckless").reason()).isEqualTo("it planned to break its bounds: moves: 3 within an hour, at most 2 allowed");
        eventually("its plan is shown beside the other's", () -> report("reckless").plans().filter(plans -> plans.onlyCandidate().size() >= 4)
                .isPresent());
        assertThatThrownBy(() -> ask(new PolicyCommand.Promote("reckless", Optional.of(ACTIVE), FEW))).hasCauseInstanceOf(DatacenterException.class);
        assertThat(report("reckless").moves()).isZero();
        assertThat(estate.datacenter().inventory().decisions().stream()).noneMatch(decision -> decision.brain().startsWith("reckless ("));
    }

    @Test
    void aGoodOneGoesAllTheWayThroughARestartOfTheEngineAndIsRolledBackByCommand() throws Exception {
        register(Candidates.GATHER, "gather");
        ask(new PolicyCommand.Shadow("gather", Optional.of(ACTIVE)));
        eventually("a comparison", () -> report("gather").plans().filter(plans -> plans.text().startsWith("gather against " + ACTIVE)).isPresent());
        assertThat(report("gather").moves()).isZero();

        List<HostId> part = List.of(hosts.get(0), hosts.get(1), hosts.get(5));
        Rehearsal canary = ask(new PolicyCommand.Canary("gather", Optional.of(ACTIVE), new Part.Named(part), GENEROUS,
                Optional.of(Duration.ofSeconds(20))));
        eventually("its part is gathered", () -> at(guests.get(1)).equals(at(guests.get(0))));
        assertThat(at(guests.get(2))).as("not of its part").isNotIn(part);

        Bundle bundle = estate.bundle("org.kumiki.engine");
        bundle.stop(Bundle.STOP_TRANSIENT);
        bundle.start(Bundle.START_TRANSIENT);

        eventually("an engine", () -> context.getServiceReference(Datacenter.class) != null);
        assertThat(role("gather")).isEqualTo(canary);
        eventually("what its hosts and the others do", () -> report("gather").samples().stream().anyMatch(sample -> sample.candidate().hosts() == 3
                && sample.active().filter(others -> others.hosts() >= 5).isPresent()));
        assertThat(at(guests.get(2))).as("not of its part").isNotIn(part);
        // The twin plans each second of eight hours before it lets a candidate be promoted.
        eventually("it is promoted", Duration.ofMinutes(5), () -> role("gather").role() == Role.ACTIVE);
        assertThat(role(ACTIVE).role()).isEqualTo(Role.SHADOW);
        eventually("all are gathered", () -> guests.stream().map(this::at).distinct().count() == 1);

        assertThat(ask(new PolicyCommand.RollBack("gather")).role()).isEqualTo(Role.SHADOW);
        assertThat(role(ACTIVE).role()).isEqualTo(Role.ACTIVE);
        assertThat(guests).allMatch(id -> estate.datacenter().inventory().instances().find(id).orElseThrow().state() == InstanceState.RUNNING);
    }

    private void register(Policy policy, String name) {
        registered.add(context.registerService(Policy.class, policy, new Hashtable<>(Map.of("kumiki.policy.name", name, "advise", true))));
        eventually(name, () -> estate.datacenter().plugIns().stream().anyMatch(one -> one.name().equals(name)));
    }

    private Rehearsal ask(PolicyCommand command) {
        return Estate.get(estate.datacenter().submit(Estate.OPERATOR, command));
    }

    private Rehearsal role(String policy) {
        return estate.datacenter().inventory().roles().find(policy).orElseThrow();
    }

    private RehearsalReport report(String policy) {
        return estate.datacenter().rehearsals().stream().filter(report -> report.rehearsal().policy().equals(policy)).findFirst().orElseThrow();
    }

    private HostId at(InstanceId guest) {
        return estate.datacenter().inventory().instances().find(guest).flatMap(Instance::host).orElseThrow();
    }
}
