package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.scheduler.Scheduler;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** Parts are taken out and put back while the datacenter is used, and nobody notices. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class SwapIT {

    private static final int SWAPS = 100;

    Estate estate;

    @BeforeAll
    void build(@InjectBundleContext BundleContext context, @InjectService(timeout = 30_000) ConfigurationAdmin configurations) throws Exception {
        estate = new Estate(context, configurations);
    }

    @AfterAll
    void remove() throws Exception {
        estate.close();
    }

    @Test
    void schedulersAreSwappedAHundredTimesAndNoLaunchFailsIsLostOrDoubled() throws Exception {
        Bundle bestfit = estate.bundle("org.kumiki.scheduler.bestfit");
        Bundle spread = estate.bundle("org.kumiki.scheduler.spread");
        AtomicBoolean over = new AtomicBoolean();
        Collection<Instance> launched = new ConcurrentLinkedQueue<>();
        ExecutorService clients = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < 2; client++) {
                running.add(clients.submit(() -> {
                    while (!over.get() && launched.size() < 200) {
                        launched.add(estate.launched());
                    }
                }));
            }
            for (int swap = 0; swap < SWAPS; swap++) {
                Bundle gone = swap % 2 == 0 ? bestfit : spread;
                gone.stop(Bundle.STOP_TRANSIENT);
                if (swap % 10 == 0) { // for a moment there is no scheduler at all
                    Bundle other = swap % 2 == 0 ? spread : bestfit;
                    other.stop(Bundle.STOP_TRANSIENT);
                    other.start(Bundle.START_TRANSIENT);
                }
                gone.start(Bundle.START_TRANSIENT);
            }
            over.set(true);
            for (Future<?> client : running) {
                client.get(); // throws what the client ran into
            }
        } finally {
            clients.shutdownNow();
        }

        Inventory inventory = estate.datacenter().inventory();
        assertThat(launched).extracting(Instance::id).doesNotHaveDuplicates().isNotEmpty();
        assertThat(launched).allMatch(instance -> inventory.instances().find(instance.id()).isPresent());
        estate.terminate(launched.stream().map(Instance::id).toList());
    }

    @Test
    void aSchedulerThatBreaksTheRulesIsQuarantinedAndTheOneBeforeDecides(@InjectBundleContext BundleContext context) {
        Scheduler sabotage = (view, request) -> {
            throw new IllegalStateException("sabotage");
        };
        ServiceRegistration<Scheduler> registration = context.registerService(Scheduler.class, sabotage,
                new Hashtable<>(Map.of("kumiki.scheduler.name", "sabotage", "service.ranking", 1_000)));
        try {
            Instance instance = estate.launched();

            assertThat(plugIn("sabotage").state()).isEqualTo(PlugIn.State.QUARANTINED);
            assertThat(estate.datacenter().inventory().decisions().find(instance.decision()).orElseThrow().brain()).doesNotContain("sabotage");
        } finally {
            registration.unregister();
        }
    }

    @Test
    void aDriverIsReplacedAndItsGuestsNeverNotice() throws Exception {
        Instance before = estate.await(estate.launched().id(), InstanceState.RUNNING);
        Bundle driver = estate.bundle("org.kumiki.hypervisor.simulated");

        driver.stop(Bundle.STOP_TRANSIENT);
        CompletionStage<Instance> meanwhile = estate.launch(Optional.empty());
        driver.start(Bundle.START_TRANSIENT);

        estate.await(Estate.get(meanwhile).id(), InstanceState.RUNNING);
        Instance after = estate.datacenter().inventory().instances().find(before.id()).orElseThrow();
        assertThat(after).isEqualTo(before);
    }

    @Test
    void theEngineIsRestartedAndKnowsEverythingAgain() throws Exception {
        Instance before = estate.await(Estate.get(estate.launch(Optional.of("once"))).id(), InstanceState.RUNNING);
        Bundle engine = estate.bundle("org.kumiki.engine");

        engine.stop(Bundle.STOP_TRANSIENT);
        engine.start(Bundle.START_TRANSIENT);

        estate.await(inventory -> inventory.hosts().stream().allMatch(host -> host.state() == HostState.UP));
        assertThat(estate.datacenter().inventory().instances().find(before.id())).contains(before);
        assertThat(Estate.get(estate.launch(Optional.of("once"))).id()).isEqualTo(before.id());
    }

    private PlugIn plugIn(String name) {
        return estate.datacenter().plugIns().stream().filter(plugIn -> plugIn.name().equals(name)).findFirst().orElseThrow();
    }
}
