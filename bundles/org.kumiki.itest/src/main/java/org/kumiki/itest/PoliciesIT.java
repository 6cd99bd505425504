package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.itest.Eventually.eventually;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.Policy;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** Policies act on a datacenter that runs, and are taken out, put back and configured meanwhile, as everything else is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class PoliciesIT {

    /** Ten of them when a developer waits, a hundred when nobody does. */
    private static final int MIGRATIONS = Integer.getInteger("kumiki.itest.migrations");
    private static final int BRAIN_SWAPS = 10 * MIGRATIONS;
    private static final int DRIVER_SWAPS = MIGRATIONS;
    private static final String MAINTENANCE = "org.kumiki.policy.maintenance";

    BundleContext context;
    Estate estate;
    ConfigurationAdmin configurations;
    List<InstanceId> guests = new ArrayList<>();

    @BeforeAll
    void build(@InjectBundleContext BundleContext ours, @InjectService(timeout = 30_000) ConfigurationAdmin admin) throws Exception {
        context = ours;
        configurations = admin;
        estate = new Estate(context, admin);
    }

    @AfterAll
    void remove() throws Exception {
        estate.close();
    }

    @AfterEach
    void tidy() {
        estate.terminate(guests);
        guests.clear();
        estate.datacenter().inventory().hosts().stream().filter(host -> host.state() != HostState.UP).map(Host::id).forEach(host -> accept(host, true));
    }

    @Test
    void aHostIsEmptiedAndNothingIsStopped() {
        Instance instance = running();
        HostId host = instance.host().orElseThrow();

        accept(host, false);
        estate.await(inventory -> inventory.hosts().find(host).orElseThrow().state() == HostState.MAINTENANCE);

        Instance after = estate.datacenter().inventory().instances().find(instance.id()).orElseThrow();
        assertThat(after.state()).isEqualTo(InstanceState.RUNNING);
        assertThat(after.since()).isEqualTo(instance.since());
        assertThat(estate.datacenter().inventory().decisions().find(after.decision()).orElseThrow().brain()).startsWith("maintenance (" + MAINTENANCE);
    }

    @Test
    void aPolicyThatIsConfiguredToAdviseMovesNothing() throws Exception {
        Configuration configuration = configurations.getConfiguration(MAINTENANCE, "?");
        configuration.update(new Hashtable<>(Map.of("advise", true)));
        try {
            eventually("the policy that was configured", this::isConfiguredToAdvise);
            Instance instance = running();
            HostId host = instance.host().orElseThrow();
            accept(host, false);

            eventually("advice", () -> plan().filter(plan -> plan.advice() && plan.steps().size() == 1).isPresent());
            assertThat(estate.datacenter().inventory().instances().find(instance.id()).orElseThrow().host()).contains(host);

            configuration.update(new Hashtable<>(Map.of("advise", false)));
            estate.await(inventory -> inventory.hosts().find(host).orElseThrow().state() == HostState.MAINTENANCE);
        } finally {
            configuration.delete();
        }
    }

    /** Until then it is the one before that would act. */
    private boolean isConfiguredToAdvise() {
        try {
            return !context.getServiceReferences(Policy.class, "(&(kumiki.policy.name=maintenance)(advise=true))").isEmpty();
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPolicyThatIsAwayIsDoneWithoutAndGoesOnWhenItIsBack() throws Exception {
        Instance instance = running();
        HostId host = instance.host().orElseThrow();
        Bundle policy = estate.bundle(MAINTENANCE);
        policy.stop(Bundle.STOP_TRANSIENT);
        accept(host, false);
        assertThat(estate.datacenter().inventory().hosts().find(host).orElseThrow().state()).isEqualTo(HostState.DRAINING);

        policy.start(Bundle.START_TRANSIENT);

        estate.await(inventory -> inventory.hosts().find(host).orElseThrow().state() == HostState.MAINTENANCE);
    }

    /** A host that was empty takes part again: with another policy beside, guests come back to it, and it has not to wait for new ones. */
    @Test
    void aHostIsFilledAgainAfterItsMaintenance() throws Exception {
        for (int i = 0; i < 8; i++) {
            running();
        }
        HostId host = place(guests.get(0));
        accept(host, false);
        estate.await(inventory -> inventory.hosts().find(host).orElseThrow().state() == HostState.MAINTENANCE);
        assertThat(guests).allMatch(guest -> !place(guest).equals(host));

        Configuration configuration = configurations.getConfiguration("org.kumiki.policy.balance", "?");
        configuration.update(new Hashtable<>(Map.of("uneven", 0.000_1, "even", 0.000_1, "costOfGiB", 0.0, "restMinutes", 0)));
        try {
            accept(host, true);
            estate.await(inventory -> guests.stream().anyMatch(guest -> place(guest).equals(host)));
        } finally {
            configuration.delete();
        }
        assertThat(guests).allMatch(id -> estate.datacenter().inventory().instances().find(id).orElseThrow().state() == InstanceState.RUNNING);
    }

    private HostId place(InstanceId guest) {
        return estate.datacenter().inventory().instances().find(guest).flatMap(Instance::host).orElseThrow();
    }

    /** While guests move to and fro, everything that has a say in it is taken out and put back. */
    @Test
    void brainsAndDriversAreSwappedUnderFireAndNoGuestIsLostOrRunsTwice() throws Exception {
        for (int i = 0; i < 10; i++) {
            running();
        }
        Bundle driver = estate.bundle("org.kumiki.hypervisor.simulated");
        List<Bundle> brains = List.of(estate.bundle(MAINTENANCE), estate.bundle("org.kumiki.migration.adaptive"),
                estate.bundle("org.kumiki.migration.precopy"), estate.bundle("org.kumiki.migration.postcopy"));
        List<HostId> hosts = estate.datacenter().inventory().hosts().stream().map(Host::id).toList();
        int brainSwaps = 0;
        int driverSwaps = 0;
        long heapBefore = 0;
        for (int move = 0; move < MIGRATIONS; move++) {
            InstanceId guest = guests.get(move % guests.size());
            HostId from = estate.datacenter().inventory().instances().find(guest).orElseThrow().host().orElseThrow();
            HostId to = hosts.get((hosts.indexOf(from) + 1) % hosts.size());
            Migration begun = begin(guest, to);
            while (brainSwaps < BRAIN_SWAPS * (move + 1L) / MIGRATIONS) {
                swap(brains.get(brainSwaps++ % brains.size()));
            }
            while (driverSwaps < DRIVER_SWAPS * (move + 1L) / MIGRATIONS) {
                swap(driver);
                driverSwaps++;
            }
            estate.await(inventory -> inventory.migrations().find(guest)
                    .filter(migration -> migration.decision() == begun.decision() && !migration.isMoving()).isPresent());
            if (move == MIGRATIONS / 4) {
                heapBefore = heap();
            }
        }

        assertThat(heap()).as("of heap, in bytes").isLessThan(heapBefore + (24L << 20));
        eventually("every host up", () -> estate.datacenter().inventory().hosts().stream().allMatch(host -> host.state() == HostState.UP));
        assertThat(guests).allMatch(id -> estate.datacenter().inventory().instances().find(id).orElseThrow().state() == InstanceState.RUNNING);
        assertThat(estate.running()).as("what the driver has").containsExactlyInAnyOrderElementsOf(guests);
    }

    /** A request that comes while nobody can answer it waits; it never fails for that. */
    private Migration begin(InstanceId guest, HostId to) {
        return Estate.get(estate.datacenter().submit(Estate.OPERATOR,
                new MigrationCommand.Start(guest, Optional.of(to), Optional.empty(), "under fire")));
    }

    private static void swap(Bundle bundle) throws Exception {
        bundle.stop(Bundle.STOP_TRANSIENT);
        bundle.start(Bundle.START_TRANSIENT);
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private Instance running() {
        Instance instance = estate.await(estate.launched().id(), InstanceState.RUNNING);
        guests.add(instance.id());
        return instance;
    }

    private void accept(HostId host, boolean newGuests) {
        try {
            Estate.get(estate.datacenter().submit(Estate.OPERATOR, new HostCommand.Accept(host, newGuests)));
        } catch (CompletionException e) {
            throw new AssertionError(host + " does not change", e);
        }
    }

    private Optional<PlanReport> plan() {
        return estate.datacenter().plans().stream().filter(report -> report.policy().equals("maintenance")).findFirst();
    }
}
