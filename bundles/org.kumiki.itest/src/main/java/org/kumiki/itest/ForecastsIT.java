package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.itest.Eventually.anotherEngineAfter;
import static org.kumiki.itest.Eventually.eventually;

import java.io.InputStream;
import java.net.URI;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.policy.History;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** What the twin foresees stands beside what happens, while the twin itself is taken out, put back and replaced, and beside one that is broken. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class ForecastsIT {

    private static final String TWIN = "org.kumiki.twin";

    BundleContext context;
    Configuration engine;
    Estate estate;

    /** The engine measures each second, so that what hosts carry is known after a quarter of a minute. */
    @BeforeAll
    void build(@InjectBundleContext BundleContext ours, @InjectService(timeout = 30_000) ConfigurationAdmin admin) throws Exception {
        context = ours;
        engine = admin.getConfiguration("org.kumiki.engine", "?");
        anotherEngineAfter(context, () -> engine.update(new Hashtable<>(Map.of("sample.seconds", 1))));
        estate = new Estate(context, admin);
        running(); // now it is known how long that takes
        eventually("a start that is over", () -> estate.datacenter().forecasts(Estate.OPERATOR).stream().anyMatch(each -> each.happened().isPresent()));
    }

    @AfterAll
    void remove() throws Exception {
        estate.close();
        anotherEngineAfter(context, engine::delete);
    }

    private Instance running() {
        return estate.await(estate.launched().id(), InstanceState.RUNNING);
    }

    private List<Foreseen> of(InstanceId instance, Kind kind) {
        return estate.datacenter().forecasts(Estate.OPERATOR).stream()
                .filter(each -> each.undertaking().guest().id().equals(instance) && each.undertaking().kind() == kind).toList();
    }

    private Foreseen over(InstanceId instance, Kind kind) {
        eventually("a " + kind + " that is over", () -> of(instance, kind).stream().anyMatch(each -> each.over().isPresent()));
        return of(instance, kind).get(0);
    }

    private HostId elsewhere(HostId here) {
        return estate.datacenter().inventory().hosts().stream()
                .filter(host -> host.state() == HostState.UP && host.technology().equals("simulated") && !host.id().equals(here)).map(Host::id).findFirst().orElseThrow();
    }

    private Optional<PlugIn> plugIn(String bundle) {
        return estate.datacenter().plugIns().stream().filter(plugIn -> plugIn.kind().equals("forecaster") && plugIn.name().equals(bundle)).findFirst();
    }

    private void present() {
        eventually("the twin", () -> plugIn(TWIN).filter(plugIn -> plugIn.state() == PlugIn.State.ACTIVE).isPresent());
    }

    @Test
    void aStartALiveMoveAndAStopHaveAForecastAndAnOutcomeAndHostsCarryWhatWasForeseen() {
        Instance guest = running();
        Foreseen start = over(guest.id(), Kind.START);
        assertThat(start.by()).startsWith(TWIN + " (" + TWIN);
        assertThat(start.forecast().orElseThrow().total()).isPositive();
        assertThat(start.happened().orElseThrow().total()).isPositive();
        assertThat(start.undertaking().decision()).isEqualTo(guest.decision());
        eventually("what the host carries", () -> of(guest.id(), Kind.START).get(0).afterwards().isPresent());
        Afterwards afterwards = of(guest.id(), Kind.START).get(0).afterwards().orElseThrow();
        assertThat(afterwards.guest().orElseThrow()).as("what simulated guests use").isBetween(0.1, 0.3);
        assertThat(afterwards.hosts()).hasSize(1).allMatch(load -> load.share().isPresent() && load.guests() > 0);

        HostId source = guest.host().orElseThrow();
        Estate.get(estate.datacenter().submit(Estate.OPERATOR, new MigrationCommand.Start(guest.id(), Optional.of(elsewhere(source)), Optional.empty(), "a test")));
        Foreseen move = over(guest.id(), Kind.MOVE);
        assertThat(move.happened().orElseThrow().bytes()).isPositive();
        assertThat(move.forecast().orElseThrow().downtime()).isPositive();
        assertThat(move.forecast().orElseThrow().loads()).extracting(load -> load.host()).containsExactly(elsewhere(source), source);
        eventually("what both hosts carry", () -> of(guest.id(), Kind.MOVE).get(0).loads().size() == 2);
        assertThat(of(guest.id(), Kind.MOVE).get(0).loads()).allMatch(load -> load.error() < 0.05);

        Estate.get(estate.datacenter().submit(Estate.OPERATOR, new InstanceCommand.Stop(List.of(guest.id()), false)));
        assertThat(over(guest.id(), Kind.STOP).happened()).isPresent();
    }

    @Test
    void theTwinIsTakenOutPutBackAndReplacedAndKnowsWhatHasHappened() throws Exception {
        Bundle twin = estate.bundle(TWIN);
        twin.stop(Bundle.STOP_TRANSIENT);
        Instance meanwhile = running();
        assertThat(over(meanwhile.id(), Kind.START).forecast()).as("nobody is there").isEmpty();

        twin.start(Bundle.START_TRANSIENT);
        present();
        assertThat(over(running().id(), Kind.START).forecast()).isPresent();

        try (InputStream jar = URI.create(twin.getLocation().replaceFirst("^reference:", "")).toURL().openStream()) {
            twin.update(jar);
        }
        twin.start(Bundle.START_TRANSIENT);
        present();
        assertThat(over(running().id(), Kind.START).forecast()).isPresent();
    }

    @Test
    void theyAreThereAfterARestartOfTheEngine() throws Exception {
        Instance guest = running();
        Foreseen start = over(guest.id(), Kind.START);

        anotherEngineAfter(context, () -> {
            estate.bundle("org.kumiki.engine").stop(Bundle.STOP_TRANSIENT);
            estate.bundle("org.kumiki.engine").start(Bundle.START_TRANSIENT);
        });

        Foreseen kept = of(guest.id(), Kind.START).get(0);
        assertThat(kept.forecast()).isPresent().isEqualTo(start.forecast());
        assertThat(kept.happened()).isPresent().isEqualTo(start.happened());
        assertThat(kept.over()).isEqualTo(start.over());
        present();
        assertThat(over(running().id(), Kind.START).forecast()).as("what was learned is known").isPresent();
    }

    @Test
    void oneThatThrowsIsQuarantinedAndTheTwinForesees() {
        Forecaster broken = new Forecaster() {

            @Override
            public Optional<Forecast> foresee(Undertaking undertaking, Inventory now, History history) {
                throw new IllegalStateException("sabotage");
            }

            @Override
            public void learn(Undertaking undertaking, Happened happened) {
                // it learns nothing
            }

            @Override
            public void learn(Undertaking undertaking, Afterwards afterwards) {
                // it learns nothing
            }
        };
        ServiceRegistration<Forecaster> registration = context.registerService(Forecaster.class, broken, new Hashtable<>(Map.of("service.ranking", 1_000)));
        try {
            for (int strike = 0; strike < 3; strike++) {
                assertThat(over(running().id(), Kind.START).forecast()).isEmpty();
            }

            assertThat(plugIn("org.kumiki.itest").orElseThrow().state()).isEqualTo(PlugIn.State.QUARANTINED);
            assertThat(over(running().id(), Kind.START).by()).startsWith(TWIN);
        } finally {
            registration.unregister();
        }
    }
}
