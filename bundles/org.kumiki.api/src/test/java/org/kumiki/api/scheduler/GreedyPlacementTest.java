package org.kumiki.api.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Workload;
import org.kumiki.api.view.HostTable;

class GreedyPlacementTest {

    private static final Technology TECHNOLOGY = new Technology("paper", "1", Technology.MonitorPlace.HOST_OS,
            Set.of(Method.HARDWARE), Set.of(), "");
    private static final Technology OTHER_TECHNOLOGY = new Technology("card", "1", Technology.MonitorPlace.HYPERVISOR_WITH_DRIVERS,
            Set.of(Method.PARAVIRTUAL), Set.of(), "");

    private static final List<String> GROUPS = List.of("web", "db");

    /** A cost as good as any other: it depends on everything it may depend on. */
    private static final GreedyPlacement.Cost COST = (hosts, row, each, guests) -> hosts.freeMemoryMiB(row) % 7 + guests * each.cpus() % 3;

    private static Stream<Case> cases() {
        return IntStream.range(0, 2_000).mapToObj(Case::random);
    }

    @Test
    void breaksNoRuleAmongTheGuestsOfOneRequest() {
        cases().forEach(example -> {
            HostTable hosts = example.hosts();
            for (HostId host : example.place().hosts()) {
                int row = hosts.row(host);
                assertThat(Eligibility.refusal(hosts, row, example.request().each(), example.request().rules())).as("%s", example).isNull();
                hosts = with(hosts, row, example.request());
            }
        });
    }

    @Test
    void placesAsManyGuestsAsCanBePlacedAtAll() {
        cases().forEach(example -> assertThat(example.place().hosts()).as("%s", example)
                .hasSize(most(example.hosts(), example.request(), example.request().count())));
    }

    @Test
    void isTheSameEveryTime() {
        cases().forEach(example -> assertThat(example.place()).isEqualTo(example.place()));
    }

    @Test
    void doesNotCareForHostsThatCannotTakeTheGuest() {
        cases().forEach(example -> assertThat(GreedyPlacement.place(amongOthers(example.hosts()), example.request(), COST, "").hosts())
                .as("%s", example).isEqualTo(example.place().hosts()));
    }

    @Test
    void saysWhyNotTheOthers() {
        cases().forEach(example -> assertThat(example.place().refusals()).as("%s", example)
                .isEqualTo(Eligibility.refusals(example.hosts(), example.request().each(), example.request().rules())));
    }

    @Test
    void whatItRemembersNeverShows() {
        GreedyPlacement remembers = new GreedyPlacement(COST, "any");
        Random random = new Random(1);
        HostTable hosts = large(random);
        for (int launch = 0; launch < 2_000; launch++) {
            PlacementRequest request = Case.random(random.nextInt(40)).request();
            Placement placement = remembers.place(hosts, request);
            assertThat(placement).isEqualTo(GreedyPlacement.place(hosts, request, COST, "any"));
            if (launch % 100 == 0) {
                HostTable small = table(hosts.host(3), hosts.host(70));
                assertThat(remembers.place(small, request)).as("an older table").isEqualTo(GreedyPlacement.place(small, request, COST, "any"));
                HostTable.Editor editor = hosts.edit();
                editor.add(host("more" + launch, HostState.UP, new Resources(6, 6, 6, 6)), TECHNOLOGY);
                HostTable large = editor.build();
                assertThat(remembers.place(large, request)).as("a newer table").isEqualTo(GreedyPlacement.place(large, request, COST, "any"));
            }
            HostTable other = hosts.edit().state(random.nextInt(hosts.size()), HostState.DRAINING).build();
            assertThat(remembers.place(other, request)).isEqualTo(GreedyPlacement.place(other, request, COST, "any"));
            for (HostId host : placement.hosts()) {
                hosts = with(hosts, hosts.row(host), request);
            }
            hosts = hosts.edit().release(random.nextInt(hosts.size()), new Resources(1, 1, 1, 1)).build();
        }
    }

    @Test
    void takesTheHostOfTheLowestRowAmongEquals() {
        HostTable hosts = table(host("b", HostState.UP, new Resources(1, 1, 1, 1)), host("a", HostState.UP, new Resources(1, 1, 1, 1)));

        assertThat(GreedyPlacement.place(hosts, new PlacementRequest(1, new Resources(1, 1, 1, 1), PlacementRules.ANYWHERE),
                (table, row, each, guests) -> 0, "").hosts()).containsExactly(new HostId("b"));
    }

    @Test
    void prefersATechnologyThatBearsTheWorkAndTakesAnotherWhereThatIsFull() {
        Resources one = new Resources(1, 1, 1, 1);
        HostTable.Editor editor = HostTable.EMPTY.edit();
        editor.add(host("translates", HostState.UP, one), TECHNOLOGY);
        editor.add(host("calls", HostState.UP, one), OTHER_TECHNOLOGY);
        Placement placement = GreedyPlacement.place(editor.build(), new PlacementRequest(2, one, PlacementRules.ANYWHERE.doing(Workload.IO)),
                (table, row, each, guests) -> row, "the lowest row");

        assertThat(placement.hosts()).containsExactly(new HostId("calls"), new HostId("translates"));
        assertThat(placement.reason()).isEqualTo("of those that suit work of the kind io best, the lowest row of 2 hosts that may take it");
        assertThat(placement.refusals()).isEmpty();
    }

    /** As {@code kumiki bench technologies} has found it. */
    @Test
    void aKernelThatIsAProgramBearsNoMoreThanATranslatedOneButForArithmetic() {
        assertThat(suited(Workload.CPU)).containsExactly("program", "translated");
        assertThat(suited(Workload.MEMORY)).containsExactly("translated", "program");
        assertThat(suited(Workload.PARALLEL)).containsExactly("translated", "program");
    }

    /** Two hosts, each with room for one guest, of which the first in the table is taken if both bear the work alike. */
    private static Stream<String> suited(Workload workload) {
        Resources one = new Resources(1, 1, 1, 1);
        HostTable.Editor editor = HostTable.EMPTY.edit();
        editor.add(host("translated", HostState.UP, one), onAHost(Method.BINARY_TRANSLATION));
        editor.add(host("program", HostState.UP, one), onAHost(Method.PARAVIRTUAL));
        return GreedyPlacement.place(editor.build(), new PlacementRequest(2, one, PlacementRules.ANYWHERE.doing(workload)),
                (table, row, each, guests) -> row, "").hosts().stream().map(HostId::value);
    }

    private static Technology onAHost(Method method) {
        return new Technology("some", "1", Technology.MonitorPlace.HOST_OS, Set.of(method), Set.of(), "");
    }

    @Test
    void beginsAClusterWhereMostOfItFits() {
        HostTable hosts = table(host("small", HostState.UP, new Resources(2, 2, 2, 2)),
                host("big", HostState.UP, new Resources(3, 3, 3, 3)));
        PlacementRules together = new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(), Optional.of("db"));

        Placement placement = GreedyPlacement.place(hosts, new PlacementRequest(4, new Resources(1, 1, 1, 1), together),
                (table, row, each, guests) -> row, "the first");

        assertThat(placement.hosts()).containsOnly(new HostId("big")).hasSize(3);
        assertThat(placement.reason()).isEqualTo("the first of 2 hosts that may take it; there is room for 3 of 4");
    }

    @Test
    void saysSoIfThereIsNoRoomAtAll() {
        Placement placement = GreedyPlacement.place(HostTable.EMPTY, new PlacementRequest(1, Resources.NONE, PlacementRules.ANYWHERE),
                COST, "");

        assertThat(placement.hosts()).isEmpty();
        assertThat(placement.reason()).isEqualTo("no host may take it");
    }

    /** More hosts than there are in one block of the table. */
    private static HostTable large(Random random) {
        HostTable.Editor hosts = HostTable.EMPTY.edit();
        for (int row = 0; row < 150; row++) {
            hosts.add(new Host(new HostId("h" + row), "paper", HostState.UP, Case.resources(random, 6), Map.of("zone", "z" + row % 2)), TECHNOLOGY);
        }
        return hosts.build();
    }

    /** One datacenter and one request, made from a seed. */
    private record Case(int seed, HostTable hosts, PlacementRequest request) {

        static Case random(int seed) {
            Random random = new Random(seed);
            HostTable.Editor hosts = HostTable.EMPTY.edit();
            int size = 1 + random.nextInt(4);
            for (int row = 0; row < size; row++) {
                HostState state = random.nextInt(4) > 0 ? HostState.UP : HostState.values()[random.nextInt(HostState.values().length)];
                hosts.add(new Host(new HostId("h" + row), "paper", state, resources(random, 4), Map.of("zone", "z" + random.nextInt(2))),
                        random.nextInt(4) > 0 ? TECHNOLOGY : OTHER_TECHNOLOGY);
                for (String group : GROUPS) {
                    if (random.nextInt(4) == 0) {
                        hosts.group(group, row, true);
                    }
                }
            }
            return new Case(seed, hosts.build(), new PlacementRequest(1 + random.nextInt(5), resources(random, 1), rules(random)));
        }

        Placement place() {
            return GreedyPlacement.place(hosts, request, COST, "any");
        }

        private static Resources resources(Random random, int least) {
            return new Resources(least + random.nextInt(2), least + random.nextInt(2), least - 1 + random.nextInt(3),
                    least + random.nextInt(2));
        }

        private static PlacementRules rules(Random random) {
            return switch (random.nextInt(6)) {
                case 0 -> new PlacementRules(Optional.of(new HostId("h0")), Set.of(), Map.of(), Optional.empty(), Optional.empty());
                case 1 -> new PlacementRules(Optional.empty(), Set.of(Method.HARDWARE), Map.of("zone", "z1"), Optional.empty(),
                        Optional.empty());
                case 2 -> new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.of("web"), Optional.empty());
                case 3 -> new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.empty(), Optional.of("db"));
                case 4 -> new PlacementRules(Optional.empty(), Set.of(), Map.of(), Optional.of("web"), Optional.of("db"));
                default -> PlacementRules.ANYWHERE;
            };
        }

        @Override
        public String toString() {
            return "seed " + seed;
        }
    }

    /** The same hosts, each after one that is being drained. */
    private static HostTable amongOthers(HostTable hosts) {
        HostTable.Editor more = HostTable.EMPTY.edit();
        for (int row = 0; row < hosts.size(); row++) {
            more.add(host("other" + row, HostState.DRAINING, new Resources(99, 99, 99, 99)), TECHNOLOGY);
            int moved = more.add(hosts.host(row), hosts.technology(row));
            for (String group : GROUPS) {
                if (hosts.runs(row, group)) {
                    more.group(group, moved, true);
                }
            }
        }
        return more.build();
    }

    /** How many guests fit, found by trying every host for every guest. */
    private static int most(HostTable hosts, PlacementRequest request, int left) {
        int most = 0;
        for (int row = 0; left > 0 && most < left && row < hosts.size(); row++) {
            if (Eligibility.refusal(hosts, row, request.each(), request.rules()) == null) {
                most = Math.max(most, 1 + most(with(hosts, row, request), request, left - 1));
            }
        }
        return most;
    }

    private static HostTable with(HostTable hosts, int row, PlacementRequest request) {
        HostTable.Editor editor = hosts.edit().take(row, request.each());
        request.rules().spreadGroup().ifPresent(group -> editor.group(group, row, true));
        request.rules().clusterGroup().ifPresent(group -> editor.group(group, row, true));
        return editor.build();
    }

    private static HostTable table(Host... hosts) {
        HostTable.Editor editor = HostTable.EMPTY.edit();
        List.of(hosts).forEach(host -> editor.add(host, TECHNOLOGY));
        return editor.build();
    }

    private static Host host(String name, HostState state, Resources capacity) {
        return new Host(new HostId(name), "paper", state, capacity, Map.of());
    }
}
