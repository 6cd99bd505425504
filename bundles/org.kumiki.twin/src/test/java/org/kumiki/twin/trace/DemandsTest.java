package org.kumiki.twin.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class DemandsTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final double HOUR = 3_600;
    private static final double DAY = 24 * HOUR;

    private static double mean(Rhythm rhythm, double from, double to) {
        return IntStream.range(0, 1_000).mapToDouble(step -> rhythm.at(from + (to - from) * (step + 0.5) / 1_000)).average().orElseThrow();
    }

    @Test
    void anOfficeIsBusiestBeforeAndAfterLunch() {
        Rhythm office = Rhythm.office();

        assertThat(mean(office, 0, 5 * DAY)).isCloseTo(1.0, within(0.01));
        assertThat(office.at(DAY + 10.5 * HOUR)).isGreaterThan(office.at(DAY + 12.75 * HOUR)).isGreaterThan(3 * office.at(DAY + 3 * HOUR));
        assertThat(office.at(DAY + 15 * HOUR)).isGreaterThan(office.at(DAY + 12.75 * HOUR));
        assertThat(mean(office, 5 * DAY, 7 * DAY)).isLessThan(0.5 * mean(office, 0, 5 * DAY));
    }

    @Test
    void leisureIsAtLunchAndInTheEveningAndOnWeekends() {
        Rhythm leisure = Rhythm.leisure();

        double lunch = leisure.at(12.5 * HOUR);
        for (double hour = 0; hour < 24; hour += 0.25) {
            assertThat(leisure.at(hour * HOUR)).isLessThanOrEqualTo(lunch);
        }
        assertThat(lunch).isGreaterThan(1.5 * leisure.at(10 * HOUR)).isGreaterThan(1.5 * leisure.at(15.5 * HOUR));
        assertThat(leisure.at(20.5 * HOUR)).isGreaterThan(2 * leisure.at(4 * HOUR));
        assertThat(mean(leisure, 5 * DAY, 7 * DAY)).isGreaterThan(1.2 * mean(leisure, 0, 5 * DAY));
    }

    @Test
    void aLaunchDecaysToWhatStays() {
        Rhythm launch = Rhythm.launch(Duration.ofHours(10), 9, Duration.ofHours(4));

        assertThat(launch.at(9.99 * HOUR)).isZero();
        assertThat(launch.at(10 * HOUR)).isEqualTo(9);
        assertThat(launch.at(14 * HOUR)).isEqualTo(5);
        assertThat(launch.at(18 * HOUR)).isEqualTo(3);
        assertThat(launch.at(100 * HOUR)).isCloseTo(1, within(1e-4));
    }

    @Test
    void animotoGrowsFromFiftyToThreeThousandFiveHundredInThreeDays() {
        Demand demand = Demands.service("render", Duration.ofDays(5), Rhythm.animoto(), 50, 0.6, "m1.small", 1);

        assertThat(demand.population(Duration.ofHours(12))).isEqualTo(50);
        assertThat(demand.population(Duration.ofDays(1).plusHours(36))).isEqualTo((long) Math.ceil(50 * Math.sqrt(70)));
        assertThat(demand.population(Duration.ofDays(4))).isEqualTo(3_500);
        assertThat(demand.arrivals()).hasSize(3_500);
        assertThat(demand.arrivals().get(7).use().cpu(2 * DAY)).isCloseTo(0.6, within(0.2));
    }

    @Test
    void aServiceHasTheServersThatItsLoadNeeds() {
        Rhythm rhythm = Rhythm.office().times(Rhythm.growth(2, Duration.ofDays(1), Duration.ofDays(4)));
        Demand demand = Demands.service("web", WEEK, rhythm, 20, 0.5, "t2.small", 3);

        for (int hour = 0; hour < 7 * 24; hour++) {
            assertThat(demand.population(Duration.ofHours(hour))).isEqualTo((long) Math.ceil(20 * rhythm.at(hour * HOUR) - 1e-9));
        }
        double use = demand.arrivals().stream().filter(arrival -> arrival.isThere(Duration.ofHours(34))).mapToDouble(arrival -> arrival.use().cpu(34 * HOUR)).average()
                .orElseThrow();
        assertThat(use).isCloseTo(0.5, within(0.05));
        assertThat(demand.arrivals()).anyMatch(arrival -> arrival.life().isPresent()).anyMatch(arrival -> arrival.life().isEmpty());
    }

    @Test
    void asManyAreThereAsArriveInAMeanLife() {
        Demand demand = Demands.comingAndGoing("vm", WEEK, Rhythm.steady(), 60, Duration.ofHours(5), List.of("t2.nano", "t2.small"), 0.1, 5);

        assertThat((double) demand.arrivals().size()).isCloseTo(60 * 7 * 24, within(0.03 * 60 * 7 * 24));
        double population = IntStream.range(48, 168).mapToLong(hour -> demand.population(Duration.ofHours(hour))).average().orElseThrow();
        assertThat(population).isCloseTo(300, within(25.0));
        assertThat((double) demand.arrivals().stream().filter(arrival -> arrival.type().equals("t2.nano")).count()).isCloseTo(60 * 7 * 12, within(0.05 * 60 * 7 * 12));
        assertThat(demand.arrivals().stream().limit(1_000).mapToDouble(arrival -> arrival.use().cpu(3 * DAY)).average().orElseThrow()).isCloseTo(0.1, within(0.03));
    }

    @Test
    void peopleLaunchByDay() {
        Demand demand = Demands.comingAndGoing("vm", WEEK, Rhythm.office(), 100, Duration.ofHours(1), List.of("t2.nano"), 0.1, 6);

        assertThat(arriving(demand, 1, 10)).isGreaterThan(2 * arriving(demand, 1, 3)).isGreaterThan(2 * arriving(demand, 6, 10) - 30);
        assertThat(arriving(demand, 1, 10)).isCloseTo((long) (100 * mean(Rhythm.office(), DAY + 10 * HOUR, DAY + 11 * HOUR)), within(45L));
    }

    private static long arriving(Demand demand, int day, int hour) {
        return demand.arrivals().stream().filter(arrival -> arrival.at().toHours() == day * 24 + hour).count();
    }

    @Test
    void theSameSeedIsTheSameDemand() {
        assertThat(facts(7)).isEqualTo(facts(7)).isNotEqualTo(facts(8));
    }

    private static List<String> facts(long seed) {
        return Demands.comingAndGoing("vm", Duration.ofDays(1), Rhythm.leisure(), 20, Duration.ofHours(2), List.of("a", "b"), 0.2, seed).arrivals().stream()
                .map(arrival -> arrival.name() + arrival.at() + arrival.life() + arrival.type() + arrival.use().cpu(50_000) + arrival.use().dirtyMiBPerSecond(50_000)).toList();
    }

    @Test
    void tracesAndOthersGoTogether() {
        CpuTraces traces = Workdays.traces(3, 1, 1);
        Demand both = Demands.together(Demands.fixed(traces, "t2.nano"), Demands.comingAndGoing("vm", WEEK, Rhythm.steady(), 1, Duration.ofHours(1), List.of("t2.nano"), 0.1, 1));

        assertThat(both.length()).isEqualTo(WEEK);
        assertThat(both.arrivals().get(2).name()).isEqualTo("machine-000002");
        assertThat(both.arrivals().get(2).use().cpu(600)).isEqualTo(traces.percent()[2][2] / 100.0);
        assertThat(both.arrivals().get(2).use().cpu(450)).isCloseTo((traces.percent()[2][1] + traces.percent()[2][2]) / 200.0, within(1e-9));
        assertThat(both.arrivals().get(2).use().cpu(1e9)).isEqualTo(traces.percent()[2][287] / 100.0);
    }

    @Test
    void saysWhatIsWrong() {
        Arrival late = new Arrival("a", Duration.ofHours(2), Optional.empty(), "t", seconds -> 0);
        assertThatThrownBy(() -> new Demand(Duration.ofHours(1), List.of(late))).hasMessageContaining("before the end");
        assertThatThrownBy(() -> new Demand(WEEK, List.of(late, new Arrival("b", Duration.ZERO, Optional.empty(), "t", seconds -> 0)))).hasMessageContaining("in order");
        assertThatThrownBy(() -> new Arrival("a", Duration.ZERO, Optional.of(Duration.ZERO), "t", seconds -> 0)).hasMessageContaining("a life");
    }

    @Test
    void machinesThatStayAreOfEachTypeAsOften() {
        List<String> types = List.of("web", "web", "web", "db");
        Demand demand = Demands.fixed(Workdays.traces(1_000, 1, 1), types, 5);

        assertThat(demand.arrivals().stream().filter(arrival -> arrival.type().equals("web")).count()).isBetween(700L, 800L);
        assertThat(Demands.fixed(Workdays.traces(1_000, 1, 1), types, 5).arrivals()).extracting(Arrival::type)
                .isEqualTo(demand.arrivals().stream().map(Arrival::type).toList());
    }
}
