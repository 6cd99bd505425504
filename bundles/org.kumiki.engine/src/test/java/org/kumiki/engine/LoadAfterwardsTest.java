package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.MeasuredLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.History;

class LoadAfterwardsTest {

    private static final Instant OVER = Instant.parse("2026-01-01T00:00:30Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path data;

    Rig rig;
    Instance instance;

    @BeforeEach
    void start() {
        rig = new Rig(data);
        instance = rig.await(rig.launch().id(), InstanceState.RUNNING);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /** The n-th sample after the end is n hundredths, of hosts and instances alike. */
    private static History history(int samples, int... missing) {
        return new History() {

            @Override
            public Duration interval() {
                return MINUTE;
            }

            @Override
            public Instant last() {
                return OVER.plusSeconds(20).plus(MINUTE.multipliedBy(samples - 1L));
            }

            @Override
            public double[] cpu(HostId host, int most) {
                return series(most);
            }

            @Override
            public double[] cpu(InstanceId guest, int most) {
                return series(most);
            }

            private double[] series(int most) {
                double[] series = new double[Math.min(most, samples + 3)];
                for (int index = 0; index < series.length; index++) {
                    int number = samples - series.length + 1 + index;
                    series[index] = Arrays.stream(missing).anyMatch(each -> each == number) ? Double.NaN : Math.abs(number) / 100.0;
                }
                return series;
            }

            @Override
            public Optional<Instant> moved(InstanceId guest) {
                return Optional.empty();
            }
        };
    }

    private Undertaking undertaking(Kind kind) {
        Instance now = rig.instance(instance.id());
        Undertaking.Guest guest = new Undertaking.Guest(now.id(), now.owner(), now.spec().type(), now.spec().image(), now.resources().memoryMiB());
        return Undertaking.at(now.host().orElseThrow(), kind, guest, now.decision(), "paper");
    }

    private Afterwards after(Undertaking undertaking, History history) {
        return LoadAfterwards.of(undertaking, OVER, rig.datacenter.inventory(), history);
    }

    private static String reason(Afterwards afterwards) {
        assertThat(afterwards.guest()).isEmpty();
        assertThat(afterwards.hosts()).hasSize(1).allMatch(load -> load.share().isEmpty());
        return afterwards.hosts().get(0).reason();
    }

    @Test
    void theMeanOfTheSixthToTheFifteenthSampleCounts() {
        for (int samples : new int[] { 15, 16, 40, 500 }) {
            Afterwards afterwards = after(undertaking(Kind.START), history(samples));

            MeasuredLoad load = afterwards.hosts().get(0);
            assertThat(load.share().orElseThrow()).as(samples + " samples").isCloseTo(0.105, within(1e-9));
            assertThat(load.guests()).isEqualTo(1);
            assertThat(load.reason()).isEmpty();
            assertThat(afterwards.guest().orElseThrow()).isCloseTo(0.105, within(1e-9));
        }
    }

    @Test
    void whatIsMissingIsLeftOutAndTooLittleIsSaid() {
        assertThat(after(undertaking(Kind.START), history(20, 6, 7, 8, 9, 10)).hosts().get(0).share().orElseThrow()).isCloseTo(0.13, within(1e-9));
        assertThat(reason(after(undertaking(Kind.START), history(20, 6, 7, 8, 9, 10, 11)))).isEqualTo("only 4 of 10 samples were taken");
        assertThat(reason(after(undertaking(Kind.START), history(8)))).isEqualTo("only 3 of 10 samples were taken");
        assertThat(reason(after(undertaking(Kind.START), history(0)))).isEqualTo("only 0 of 10 samples were taken");
    }

    @Test
    void aGuestThatIsGoneOrElsewhereIsSaid() {
        rig.direct((order, progress) -> new MigrationDirective.Continue(0, Duration.ofMillis(300), 0), "plain");
        Undertaking start = undertaking(Kind.START);
        rig.ask(new MigrationCommand.Start(instance.id(), Optional.of(Rig.host("h2")), Optional.empty(), "a test"));
        rig.await(inventory -> inventory.migrations().find(instance.id()).filter(move -> move.state() == Migration.State.COMPLETED).isPresent());
        assertThat(reason(after(start, history(20)))).isEqualTo(instance.id() + " was moved or started again before");

        Undertaking stop = undertaking(Kind.STOP);
        assertThat(reason(after(stop, history(20)))).as("it runs").isEqualTo(instance.id() + " was started again before");
        Undertaking there = undertaking(Kind.START);
        rig.ask(new InstanceCommand.Terminate(List.of(instance.id())));
        rig.await(instance.id(), InstanceState.TERMINATED);
        assertThat(reason(after(there, history(20)))).isEqualTo(instance.id() + " ran no longer by then");
        assertThat(after(stop, history(20)).hosts().get(0).share()).as("a host goes on without it").isPresent();
    }

    @Test
    void aHostThatIsLostIsSaid() {
        Undertaking start = undertaking(Kind.START);
        rig.estate.hosts.remove(Rig.host("h1"));
        rig.hypervisor.hostsChanged();
        Inventory lost = rig.await(inventory -> inventory.hosts().find(Rig.host("h1")).orElseThrow().state() == HostState.LOST);

        Afterwards afterwards = LoadAfterwards.of(start, OVER, lost, history(20));

        assertThat(afterwards.hosts().get(0).share()).isEmpty();
        assertThat(afterwards.hosts().get(0).reason()).isEqualTo("h1 was lost before");
    }
}
