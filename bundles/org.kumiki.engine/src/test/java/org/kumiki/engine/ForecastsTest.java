package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.History;

class ForecastsTest {

    @TempDir
    Path data;

    Rig rig;

    @BeforeEach
    void start() {
        rig = new Rig(data);
        direct();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private void direct() {
        rig.direct((order, progress) -> new MigrationDirective.Continue(0, Duration.ofMillis(300), 0), "plain");
    }

    private <F extends Forecaster> F foresee(F forecaster) {
        rig.datacenter.addForecaster(forecaster, rig.properties(0));
        return forecaster;
    }

    /** Foresees a second for all, and says what it was taught. */
    private static class Simple implements Forecaster {

        final BlockingQueue<Undertaking> learned = new LinkedBlockingQueue<>();
        final BlockingQueue<Afterwards> measured = new LinkedBlockingQueue<>();

        @Override
        public Optional<Forecast> foresee(Undertaking undertaking, Inventory now, History history) {
            return Optional.of(new Forecast(Duration.ofSeconds(1), Duration.ofMillis(10), 1_000, List.of(new HostLoad(undertaking.host(), 0.5, 1))));
        }

        @Override
        public void learn(Undertaking undertaking, Happened happened) {
            learned.add(undertaking);
        }

        @Override
        public void learn(Undertaking undertaking, Afterwards afterwards) {
            measured.add(afterwards);
        }

        Undertaking awaitLesson(Kind kind) throws InterruptedException {
            Undertaking next = learned.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a " + kind + " to be learned from").isNotNull().returns(kind, Undertaking::kind);
            return next;
        }
    }

    private static final class Broken extends Simple {

        @Override
        public Optional<Forecast> foresee(Undertaking undertaking, Inventory now, History history) {
            throw new IllegalStateException("a test");
        }
    }

    private List<Foreseen> all() {
        return rig.datacenter.forecasts(Rig.ROOT);
    }

    private Migration move(Instance instance, String host) {
        return rig.ask(new MigrationCommand.Start(instance.id(), Optional.of(Rig.host(host)), Optional.empty(), "a test"));
    }

    private Instance running() {
        return rig.await(rig.launch().id(), InstanceState.RUNNING);
    }

    @Test
    void whatWasForeseenStandsBesideWhatHappened() throws InterruptedException {
        Simple forecaster = foresee(new Simple());

        Instance instance = running();
        forecaster.awaitLesson(Kind.START);
        long decision = move(instance, "h2").decision();
        forecaster.awaitLesson(Kind.MOVE);
        rig.ask(new InstanceCommand.Stop(List.of(instance.id()), false));
        forecaster.awaitLesson(Kind.STOP);

        assertThat(all()).extracting(each -> each.undertaking().kind()).containsExactly(Kind.START, Kind.MOVE, Kind.STOP);
        assertThat(all()).allMatch(each -> each.happened().isPresent() && each.undertaking().guest().id().equals(instance.id())
                && each.undertaking().guest().image().equals(Rig.IMAGE));
        Foreseen move = all().get(1);
        assertThat(move.undertaking().decision()).isEqualTo(decision);
        assertThat(move.undertaking().hosts()).containsExactly(Rig.host("h2"), Rig.host("h1"));
        assertThat(move.forecast().orElseThrow().bytes()).isEqualTo(1_000);
        assertThat(move.happened().orElseThrow().downtime()).hasMillis(3);
    }

    @Test
    void aColdMoveStandsStillFromTheStopToTheStart() throws InterruptedException {
        Simple forecaster = foresee(new Simple());
        rig.direct((order, progress) -> new MigrationDirective.Cold(), "cold");
        Instance instance = running();
        forecaster.awaitLesson(Kind.START);

        rig.ask(new MigrationCommand.Start(instance.id(), Optional.of(Rig.host("h2")), Optional.of("cold"), "a test"));
        forecaster.awaitLesson(Kind.COLD_MOVE);

        Foreseen move = all().get(1);
        assertThat(move.undertaking().strategy()).contains("cold");
        assertThat(move.forecast()).isPresent();
        assertThat(move.happened().orElseThrow().downtime()).isPositive().isLessThanOrEqualTo(move.happened().orElseThrow().total());
    }

    @Test
    void whatFailsSaysWhyAndTeachesNothing() {
        Simple forecaster = foresee(new Simple());
        Instance instance = running();
        rig.hypervisor.failure = "the channel broke";

        Instance other = rig.launch();
        rig.await(other.id(), InstanceState.TERMINATED);
        eventually("what failed", () -> all().size() == 2 && !all().get(1).failure().isEmpty());

        assertThat(all().get(1).failure()).isEqualTo("the channel broke");
        assertThat(all().get(1).happened()).isEmpty();
        assertThat(forecaster.learned).allMatch(each -> each.guest().id().equals(instance.id()));
    }

    @Test
    void whereNobodyMeasuresThatIsSaid() throws InterruptedException {
        Simple forecaster = foresee(new Simple());
        running();

        Afterwards afterwards = forecaster.measured.poll(30, TimeUnit.SECONDS);

        assertThat(afterwards).isNotNull();
        assertThat(afterwards.hosts()).hasSize(1).allMatch(load -> load.share().isEmpty() && load.reason().startsWith("nobody measures CPU use here"));
        assertThat(all().get(0).loads()).isEmpty();
    }

    @Test
    void nothingDependsOnItAndOneThatThrowsIsQuarantined() {
        foresee(new Broken());

        Instance instance = running();
        move(instance, "h2");
        rig.await(inventory -> inventory.migrations().find(instance.id()).filter(move -> move.state() == Migration.State.COMPLETED).isPresent());
        rig.ask(new InstanceCommand.Stop(List.of(instance.id()), false));
        rig.await(instance.id(), InstanceState.STOPPED);
        running();

        eventually("its quarantine", () -> rig.datacenter.plugIns().stream().anyMatch(plugIn -> plugIn.kind().equals("forecaster")
                && plugIn.state() == PlugIn.State.QUARANTINED));
        assertThat(all()).hasSizeGreaterThanOrEqualTo(3).allMatch(each -> each.forecast().isEmpty());
    }

    @Test
    void whatHappensWhileNobodyForeseesIsLearnedLater() throws InterruptedException {
        Instance instance = running();
        eventually("a start", () -> all().get(0).happened().isPresent());

        Simple late = foresee(new Simple());

        assertThat(late.awaitLesson(Kind.START).guest().id()).isEqualTo(instance.id());
        assertThat(all()).allMatch(each -> each.forecast().isEmpty() && each.by().isEmpty());
    }

    @Test
    void theyOutlastTheEngineAndTheNextForecasterIsTaughtByThem() throws InterruptedException {
        Simple forecaster = foresee(new Simple());
        Instance instance = running();
        forecaster.awaitLesson(Kind.START);
        assertThat(forecaster.measured.poll(30, TimeUnit.SECONDS)).isNotNull();
        rig.hypervisor.arrival = new CountDownLatch(1);
        move(instance, "h2");
        eventually("a forecast", () -> all().size() == 2 && all().get(1).forecast().isPresent());
        List<Foreseen> before = all();

        rig.restart();
        direct();

        assertThat(all().get(0)).isEqualTo(before.get(0));
        assertThat(all().get(1).forecast()).isEqualTo(before.get(1).forecast());
        assertThat(all().get(1).failure()).isEqualTo("the platform ended in the middle of it");
        Simple next = foresee(new Simple());
        next.awaitLesson(Kind.START);
        assertThat(next.measured.poll(30, TimeUnit.SECONDS)).isEqualTo(before.get(0).afterwards().orElseThrow());
    }

    @Test
    void aLineThatWasNotWrittenToItsEndIsDroppedAndNothingElse() throws IOException, InterruptedException {
        Simple forecaster = foresee(new Simple());
        running();
        forecaster.awaitLesson(Kind.START);
        assertThat(forecaster.measured.poll(30, TimeUnit.SECONDS)).isNotNull();
        List<Foreseen> before = all();
        rig.datacenter.close();
        Files.writeString(data.resolve("forecasts"), "{\"number\":2,\"foreseen\":{\"undertak", StandardOpenOption.APPEND);

        rig.restart();
        assertThat(all()).isEqualTo(before);
        foresee(new Simple());
        running();
        eventually("what was measured", () -> all().size() == 2 && all().get(1).afterwards().isPresent());
        before = all();
        rig.restart();

        assertThat(all()).as("what was written after it").isEqualTo(before);
    }

    @Test
    void anAccountSeesItsOwnAndNothingOfHosts() throws InterruptedException {
        Simple forecaster = foresee(new Simple());
        running();
        forecaster.awaitLesson(Kind.START);
        Instance theirs = rig.await(rig.ask(Rig.OTHER, Rig.launchOf(1, Optional.empty())).instances().get(0).id(), InstanceState.RUNNING);
        forecaster.awaitLesson(Kind.START);

        List<Foreseen> seen = rig.datacenter.forecasts(Rig.OTHER);

        assertThat(all()).hasSize(2).allMatch(each -> each.forecast().orElseThrow().loads().size() == 1);
        assertThat(seen).hasSize(1).allMatch(each -> each.undertaking().guest().id().equals(theirs.id()) && each.happened().isPresent());
        assertThat(seen.get(0).forecast().orElseThrow().loads()).isEmpty();
        assertThat(seen.get(0).afterwards()).isEmpty();
    }

    /** For what no listener is told of. */
    private static void eventually(String what, BooleanSupplier wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
