package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;

class ForecastsTest {

    @TempDir
    Path data;

    Rig rig;
    final CountDownLatch learned = new CountDownLatch(2);

    @BeforeEach
    void start() {
        rig = new Rig(data);
        rig.direct((order, progress) -> new MigrationDirective.Continue(0, Duration.ofMillis(300), 0), "plain");
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private void foresee(Forecaster forecaster) {
        rig.datacenter.addForecaster(forecaster, rig.properties(0));
    }

    /** Foresees a second for all. */
    private final class Simple implements Forecaster {

        @Override
        public Optional<Forecast> foresee(Undertaking undertaking) {
            return Optional.of(new Forecast(Duration.ofSeconds(1), Duration.ofMillis(10), 1_000));
        }

        @Override
        public void learn(Undertaking undertaking, Happened happened) {
            learned.countDown();
        }
    }

    @Test
    void whatWasForeseenStandsBesideWhatHappened() throws InterruptedException {
        foresee(new Simple());

        Instance instance = rig.await(rig.launch().id(), InstanceState.RUNNING);
        long decision = rig.ask(new MigrationCommand.Start(instance.id(), Optional.of(Rig.host("h2")), Optional.empty(), "a test")).decision();
        assertThat(learned.await(30, TimeUnit.SECONDS)).as("both were learned from").isTrue();

        List<Foreseen> all = rig.datacenter.forecasts();
        assertThat(all).extracting(each -> each.undertaking().kind()).containsExactly(Kind.START, Kind.MOVE);
        assertThat(all).allMatch(each -> each.happened().isPresent() && each.undertaking().instance().equals(instance.id()));
        Foreseen move = all.get(1);
        assertThat(move.undertaking().decision()).isEqualTo(decision);
        assertThat(move.forecast().bytes()).isEqualTo(1_000);
        assertThat(move.happened().orElseThrow().downtime()).hasMillis(3);
    }

    @Test
    void nothingDependsOnIt() {
        foresee(new Forecaster() {

            @Override
            public Optional<Forecast> foresee(Undertaking undertaking) {
                throw new IllegalStateException("a test");
            }

            @Override
            public void learn(Undertaking undertaking, Happened happened) {
                throw new IllegalStateException("a test");
            }
        });

        Instance instance = rig.await(rig.launch().id(), InstanceState.RUNNING);
        rig.ask(new MigrationCommand.Start(instance.id(), Optional.of(Rig.host("h2")), Optional.empty(), "a test"));
        rig.await(inventory -> inventory.migrations().find(instance.id()).filter(move -> move.state() == Migration.State.COMPLETED).isPresent());

        assertThat(rig.datacenter.forecasts()).isEmpty();
    }
}
