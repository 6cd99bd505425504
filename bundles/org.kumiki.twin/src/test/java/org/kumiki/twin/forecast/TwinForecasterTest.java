package org.kumiki.twin.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.policy.History;
import org.kumiki.twin.simulation.Days;
import org.kumiki.twin.simulation.Simulation;

class TwinForecasterTest {

    private static final HostId NOWHERE = new HostId("nowhere");
    private static final ImageId IMAGE = new ImageId("ami-00000001");

    /** Ten hosts, whose guests have been measured. */
    private static Simulation live;

    private final TwinForecaster forecaster = new TwinForecaster();

    @BeforeAll
    static void build() {
        live = Days.live(List.of());
    }

    @AfterAll
    static void close() {
        live.close();
    }

    private static Undertaking.Guest guest(String type, ImageId image, long memoryMiB) {
        return new Undertaking.Guest(new InstanceId("i-00000001"), new AccountId("000000000001"), type, image, memoryMiB);
    }

    private static Undertaking of(Kind kind, String technology, String type) {
        return Undertaking.at(NOWHERE, kind, guest(type, IMAGE, 512), 1, technology);
    }

    private static Undertaking start(String technology, String type) {
        return of(Kind.START, technology, type);
    }

    private static Undertaking move(long memoryMiB, String strategy) {
        return new Undertaking(Kind.MOVE, guest("t2.nano", IMAGE, memoryMiB), 1, "qemu", NOWHERE, Optional.of(NOWHERE), Optional.of(strategy), Duration.ofMillis(300));
    }

    private static Undertaking cold(Optional<String> strategy) {
        return new Undertaking(Kind.COLD_MOVE, guest("t2.nano", IMAGE, 512), 1, "qemu", NOWHERE, Optional.of(NOWHERE), strategy, Duration.ofMillis(300));
    }

    private Optional<Forecast> foresee(Undertaking undertaking) {
        return forecaster.foresee(undertaking, live.datacenter().inventory(), live.datacenter().history());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    @Test
    void startsAreForeseenAsTheyWere() {
        assertThat(foresee(start("lxc", "t2.nano"))).as("nothing is known yet").isEmpty();
        for (int seconds : new int[] { 3, 2, 90, 2, 3 }) { // one was odd
            forecaster.learn(start("lxc", "t2.nano"), Happened.after(Duration.ofSeconds(seconds)));
        }
        forecaster.learn(start("qemu", "t2.nano"), Happened.after(Duration.ofSeconds(40)));
        Undertaking otherImage = Undertaking.at(NOWHERE, Kind.START, guest("t2.nano", new ImageId("ami-00000002"), 512), 1, "lxc");
        forecaster.learn(otherImage, Happened.after(Duration.ofSeconds(7)));

        assertThat(foresee(start("lxc", "t2.nano")).orElseThrow().total()).hasSeconds(3);
        assertThat(foresee(otherImage).orElseThrow().total()).as("another image of the same type").hasSeconds(7);
        assertThat(foresee(start("lxc", "m1.small")).orElseThrow().total()).as("another type of the same technology").hasSeconds(3);
        assertThat(foresee(start("qemu", "t2.nano")).orElseThrow().total()).hasSeconds(40);
        assertThat(foresee(start("xen", "t2.nano"))).isEmpty();
    }

    @Test
    void aColdMoveIsAStopAndAStartUntilThereWasOne() {
        assertThat(foresee(cold(Optional.empty()))).isEmpty();
        forecaster.learn(of(Kind.STOP, "qemu", "t2.nano"), Happened.after(Duration.ofSeconds(5)));
        assertThat(foresee(cold(Optional.empty()))).as("nobody knows how long it starts").isEmpty();
        forecaster.learn(start("qemu", "t2.nano"), Happened.after(Duration.ofSeconds(2)));

        Forecast first = foresee(cold(Optional.empty())).orElseThrow();
        assertThat(first.total()).hasSeconds(7);
        assertThat(first.downtime()).hasSeconds(2);
        assertThat(first.bytes()).isZero();

        forecaster.learn(cold(Optional.of("cold")), Happened.cold(Duration.ofSeconds(9), Duration.ofSeconds(3)));
        Forecast next = foresee(cold(Optional.empty())).orElseThrow();
        assertThat(next.total()).hasSeconds(9);
        assertThat(next.downtime()).hasSeconds(3);
        assertThat(foresee(of(Kind.STOP, "qemu", "t2.nano")).orElseThrow().total()).as("a stop alone").hasSeconds(5);
    }

    @Test
    void aMoveIsForeseenByItsModelBeforeThereWasOne() {
        Forecast precopy = foresee(move(1_024, "precopy")).orElseThrow();
        Forecast stopped = foresee(move(1_024, "stopcopy")).orElseThrow();
        Forecast followed = foresee(move(1_024, "postcopy")).orElseThrow();

        double once = 1_024 * 1_048_576 / 125e6;
        assertThat(seconds(precopy.total())).isCloseTo(once, within(0.2));
        assertThat(precopy.downtime()).isLessThan(Duration.ofMillis(350));
        assertThat(seconds(stopped.downtime())).isCloseTo(once + 0.05, within(0.01));
        assertThat(followed.downtime()).isLessThan(Duration.ofMillis(100));
        assertThat(stopped.bytes()).isEqualTo(1_024L << 20);
    }

    @Test
    void itLearnsHowFarTheModelIsOff() {
        // a tenth of the memory was ever used, over ten gigabits: 0.1 s and 0.9 s to set it up
        Happened happened = new Happened(Duration.ofSeconds(1), Duration.ofMillis(20), 107_374_182, 1e6, 1.25e9);
        for (int time = 0; time < 3; time++) {
            forecaster.learn(move(1_024, "precopy"), happened);
        }

        Forecast next = foresee(move(1_024, "precopy")).orElseThrow();

        assertThat(seconds(next.total())).isCloseTo(1, within(0.01));
        assertThat(seconds(next.downtime())).isCloseTo(0.02, within(0.001));
        assertThat((double) next.bytes()).isCloseTo(107_374_182, within(1e6));
        assertThat(foresee(move(2_048, "precopy")).orElseThrow().bytes()).as("a larger one").isGreaterThan(2 * next.bytes() - 2_000_000);
        assertThat(foresee(move(1_024, "stopcopy")).orElseThrow().bytes()).as("another strategy").isEqualTo(1_024L << 20);
    }

    @Test
    void aHostCarriesWhatItsGuestsUsedLatelyAndTheOtherHostTheRest() {
        Inventory now = live.datacenter().inventory();
        History history = live.datacenter().history();
        List<Instance> running = now.instances().stream().filter(instance -> instance.state() == InstanceState.RUNNING).toList();
        Instance guest = running.get(0);
        HostId source = guest.host().orElseThrow();
        HostId destination = running.stream().map(each -> each.host().orElseThrow()).filter(host -> !host.equals(source)).findFirst().orElseThrow();
        Undertaking move = new Undertaking(Kind.MOVE, new Undertaking.Guest(guest.id(), guest.owner(), "t2.small", guest.spec().image(), 2_048), 1, "simulated",
                destination, Optional.of(source), Optional.empty(), Duration.ofMillis(300));

        List<HostLoad> loads = forecaster.foresee(move, now, history).orElseThrow().loads();

        double own = mean(history, guest);
        double before = running.stream().filter(each -> each.host().equals(Optional.of(source))).mapToDouble(each -> mean(history, each)).sum();
        double there = running.stream().filter(each -> each.host().equals(Optional.of(destination))).mapToDouble(each -> mean(history, each)).sum();
        assertThat(loads).extracting(HostLoad::host).containsExactly(destination, source);
        assertThat(own).isPositive();
        assertThat(loads.get(0).share()).isCloseTo((there + own) / 16, within(1e-9));
        assertThat(loads.get(1).share()).isCloseTo((before - own) / 16, within(1e-9));
        assertThat(loads.get(0).guests() + loads.get(1).guests())
                .isEqualTo((int) running.stream().filter(each -> move.hosts().contains(each.host().orElseThrow())).count());
    }

    /** In CPUs. */
    private static double mean(History history, Instance guest) {
        double[] samples = history.cpu(guest.id(), 10);
        return Arrays.stream(samples).average().orElseThrow() * guest.resources().cpus();
    }

    @Test
    void aGuestThatStartsIsExpectedToUseWhatThoseLikeItUsedAfterTheirs() {
        Inventory now = live.datacenter().inventory();
        Instance like = now.instances().iterator().next();
        HostId host = like.host().orElseThrow();
        Undertaking start = Undertaking.at(host, Kind.START, new Undertaking.Guest(like.id(), like.owner(), like.spec().type(), like.spec().image(), 2_048), 1,
                "simulated");
        History nothing = new Unmeasured(live.datacenter().history());
        forecaster.learn(start, Happened.after(Duration.ofSeconds(2)));
        assertThat(forecaster.foresee(start, now, nothing).orElseThrow().loads()).as("nothing is known of any guest").isEmpty();

        forecaster.learn(start, new Afterwards(OptionalDouble.of(0.25), List.of()));
        HostLoad load = forecaster.foresee(start, now, nothing).orElseThrow().loads().get(0);

        assertThat(load.guests()).isPositive();
        assertThat(load.share()).isCloseTo(load.guests() * 0.25 * like.resources().cpus() / 16, within(1e-9));
    }

    /** A datacenter whose guests nobody has measured yet. */
    private record Unmeasured(History of) implements History {

        @Override
        public Duration interval() {
            return of.interval();
        }

        @Override
        public Instant last() {
            return of.last();
        }

        @Override
        public double[] cpu(HostId host, int samples) {
            return new double[0];
        }

        @Override
        public double[] cpu(InstanceId instance, int samples) {
            return new double[0];
        }

        @Override
        public Optional<Instant> moved(InstanceId instance) {
            return Optional.empty();
        }
    }
}
