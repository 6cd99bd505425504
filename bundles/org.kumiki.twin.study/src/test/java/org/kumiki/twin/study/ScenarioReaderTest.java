package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.twin.cloudsim.HostKind;
import org.kumiki.twin.power.PowerTable;
import org.kumiki.twin.trace.CpuTraces;

class ScenarioReaderTest {

    private static final String GOOD = """
            name: A good one
            physics: cloudsim
            length: 24 h
            hosts:
              - { type: ml110-g4, count: 3 }
              - { cores: 4, mips: 2000, memory_mib: 8192, power: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], count: 1 }
            workload: { generator: workdays, machines: 4 }
            seeds: 2
            policies:
              - none
              - name: stochastic
                parameters: { spare: [0.5, 1], samples: 20 }
            compare: energy_kwh
            bounds: { slatah_percent: 5 }
            """;

    @TempDir
    Path directory;

    private Scenario parse(String text) throws ScenarioException {
        return new ScenarioReader(Policies.of(getClass().getClassLoader()), directory).parse(text);
    }

    @Test
    void readsWhatIsWritten() throws ScenarioException {
        Scenario scenario = parse(GOOD);

        assertThat(scenario.name()).isEqualTo("A good one");
        assertThat(scenario.length()).isEqualTo(Duration.ofDays(1));
        HostKind own = new HostKind(4, 2_000, 8_192, new PowerTable(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
        assertThat(scenario.hosts()).as("by turns").containsExactly(HostKind.ML110_G4, own, HostKind.ML110_G4, HostKind.ML110_G4);
        assertThat(scenario.seeds()).containsExactly(1L, 2L);
        assertThat(scenario.policies()).extracting(Choice::label)
                .containsExactly("none", "stochastic samples=20 spare=0.5", "stochastic samples=20 spare=1.0");
        assertThat(scenario.policies().get(2).policies()).containsExactly(new Brain("stochastic", Map.of("samples", 20L, "spare", 1.0)));
        assertThat(scenario.compare()).isEqualTo(Metric.ENERGY_KWH);
        assertThat(scenario.bounds()).isEqualTo(Map.of(Metric.SLATAH_PERCENT, 5.0));
        assertThat(scenario.runs()).hasSize(6).startsWith(new Run(0, 1), new Run(0, 2), new Run(1, 1));
    }

    @ParameterizedTest
    @CsvSource({ "day, 30", "arrivals, 25", "animoto, 8" })
    void theExamplesAreWell(String example, int runs) throws ScenarioException, IOException {
        assertThat(parse(Simulate.example(example)).runs()).hasSize(runs);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            physics: cloudsim            | physics: newton               | physics (line 2): unknown physics 'newton'; known are cloudsim, honest, engine
            length: 24 h                 | length: a day                 | length (line 3): must be a length such as 90 min, 24 h or 7 d
            length: 24 h                 | length: 5 min                 | length (line 3): must be from 15 min to 366 d
            type: ml110-g4               | type: vax                     | hosts[0].type (line 5): unknown type 'vax'; known are ml110-g4
            count: 1 }                   | power: x }                    | hosts[1].power (line 6): is there twice
            power: [1,                   | power: [                      | hosts[1].power (line 6): has 10 values; a table has eleven
            power: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] | power: x        | hosts[1].power (line 6): unknown table 'x'; known are ml110-g4
            power: [1,                   | power: [-1,                   | hosts[1].power[0] (line 6): must be a number of at least 0
            count: 3                     | count: 0                      | hosts[0].count (line 5): must be a whole number from 1 to 100000, and is '0'
            count: 3                     | count: 1.5                    | hosts[0].count (line 5): must be a whole number from 1 to 100000, and is '1.5'
            count: 3                     | count: 99999999999999999999   | hosts[0].count (line 5): must be a whole number from 1 to 100000
            count: 3                     | count: { 3: 4 }               | hosts[0].count (line 5): must be a whole number from 1 to 100000, and is a map of fields
            , count: 3                   | ''                            | hosts[0] (line 5): 'count' is missing: how many there are of them
            memory_mib                   | memory                        | hosts[1].memory (line 6): unknown field; known are type, count, cores, mips, memory_mib, power
            cores: 4, mips: 2000         | mips: .nan                    | hosts[1] (line 6): 'cores' is missing: how many, or a type that has it
            cores: 4, mips: 2000         | cores: 4, mips: .nan          | hosts[1].mips (line 6): must be a decimal number, and is '.nan'
            cores: 4, mips: 2000         | cores: 4, mips: 0             | hosts[1].mips (line 6): must be a number of at least 1 and at most 1000000
            name: A good one             | name: !!java.io.File [/etc]   | name (line 1): must be a text, and is a list
            generator: workdays          | generator: weekends           | workload.generator (line 7): unknown generator 'weekends'; known are workdays, people, service
            generator: workdays          | traces: /proc/nothing         | workload.traces (line 7): there is no folder or file /proc/nothing
            generator: workdays          | traces: /dev/zero             | workload.traces (line 7): there is no folder or file /dev/zero
            generator: workdays,         | ''                            | workload (line 7): needs either a generator
            seeds: 2                     | seeds: [1, 1]                 | seeds[1] (line 8): is there twice
            seeds: 2                     | seeds: []                     | seeds (line 8): must be one to 10000 seeds
            - none                       | - chaos                       | policies[0] (line 10): unknown policy 'chaos'; known are none, balance, beloglazov
            name: stochastic             | name: chaos                   | policies[1].name (line 11): unknown policy 'chaos'; known are none, balance, beloglazov
            name: stochastic             | name: none                    | policies[1].name (line 11): has no parameters
            samples: 20                  | sample: 20                    | policies[1].parameters.sample (line 12): unknown field; known are samples, spare, spareToEmpty
            samples: 20                  | samples: many                 | policies[1].parameters.samples (line 12): must be a whole number
            samples: 20                  | advise: true                  | policies[1].parameters.advise (line 12): unknown field
            spare: [0.5, 1]              | spare: []                     | policies[1].parameters.spare (line 12): must be a value, or a list of some
            spare: [0.5, 1]              | spare: [1, 1]                 | is called 'stochastic samples=20 spare=1.0', as another is; give it a label of its own
            compare: energy_kwh          | compare: beauty               | compare (line 13): unknown compare 'beauty'; known are energy_kwh
            slatah_percent               | slatah                        | bounds.slatah (line 14): unknown field; known are energy_kwh
            name: A good one             | nome: A good one              | nome (line 1): unknown field; known are name, physics
            name: A good one             | name:                         | name (line 1): must be a text, and is nothing
            physics: cloudsim            | name: again                   | name
            """)
    void whatIsWrongIsSaidWithItsPlaceAndWhatWouldBeRight(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> parse(GOOD.replace(good, bad))).isInstanceOf(ScenarioException.class).hasMessageContaining(message);
    }

    private static final String ENGINE = """
            physics: engine
            hosts: [{ type: x3550-x5675, count: 4 }]
            types:
              - { name: web, vcpus: 2, memory_mib: 4096, share: 3 }
              - { name: db, vcpus: 4, memory_mib: 8192 }
            workload:
              - { generator: workdays, machines: 4 }
              - { generator: people, arrivals_per_hour: 10, lifetime: 2 h, rhythm: steady, type: web }
              - { generator: service, servers: 5, rhythm: [leisure, { growth: { times: 2, begin: 1 h, time: 3 h } }], type: db }
            scheduler: spread
            strategy: { name: precopy, parameters: { bandwidth.mbps: 1000 } }
            policies:
              - together: [consolidate, { name: powersave, parameters: { awake: [1, 2] } }]
              - { name: none, label: nothing, scheduler: bestfit }
            """;

    @Test
    void readsWhatComesAndGoesAndWhoDecidesTogether() throws ScenarioException {
        Scenario scenario = parse(ENGINE);

        assertThat(scenario.types()).containsExactly(new MachineType("web", 2, 4_096, 3), new MachineType("db", 4, 8_192, 1));
        assertThat(scenario.workload()).isInstanceOf(Workload.Together.class);
        List<Workload> parts = ((Workload.Together) scenario.workload()).parts();
        assertThat(((Workload.Enterprise) parts.get(0)).types()).containsExactly("web", "web", "web", "db");
        assertThat(parts.get(1)).isEqualTo(new Workload.People(240, Tempo.Usual.STEADY, 10, Duration.ofHours(2), 0.2, List.of("web")));
        Tempo growing = new Tempo.Product(List.of(Tempo.Usual.LEISURE, new Tempo.Growth(2, Duration.ofHours(1), Duration.ofHours(3))));
        assertThat(parts.get(2)).isEqualTo(new Workload.Service(parts.get(2).machines(), growing, 5, 0.6, "db"));
        Brain precopy = new Brain("precopy", Map.of("bandwidth.mbps", 1_000L));
        Brain spread = new Brain("spread", Map.of());
        Brain consolidate = new Brain("consolidate", Map.of());
        assertThat(scenario.policies()).containsExactly(
                new Choice("consolidate + powersave awake=1", List.of(consolidate, new Brain("powersave", Map.of("awake", 1L))), spread, precopy),
                new Choice("consolidate + powersave awake=2", List.of(consolidate, new Brain("powersave", Map.of("awake", 2L))), spread, precopy),
                new Choice("nothing", List.of(), new Brain("bestfit", Map.of()), precopy));
        assertThat(scenario.compare()).isEqualTo(Metric.ENERGY_KWH);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            lifetime: 2 h           | lifetime: soon           | workload[1].lifetime (line 8): must be a length such as 90 min, 24 h or 7 d, and is 'soon'
            arrivals_per_hour: 10   | arrivals_per_hour: 99999 | workload[1].arrivals_per_hour (line 8): for that length comes to too many
            rhythm: steady          | rhythm: samba            | workload[1].rhythm (line 8): unknown rhythm 'samba'; known are steady, office, leisure, animoto
            rhythm: steady          | rhythm: []               | workload[1].rhythm (line 8): must be a rhythm, or some that are multiplied
            rhythm: steady          | rhythm: {}               | workload[1].rhythm (line 8): must be either a launch or a growth
            rhythm: steady          | rhythm: { launch: { at: 1 h, peak: 3 } } | workload[1].rhythm.launch (line 8): 'half_life' is missing
            type: web }             | type: worm }             | workload[1].type (line 8): unknown type 'worm'; known are web, db
            , type: db }            | ' }'                     | workload[2] (line 9): 'type' is missing: which of web, db its servers are
            servers: 5              | servers: 0               | workload[2].servers (line 9): must be a number of at least 0.01
            servers: 5              | machines: 5              | workload[2].machines (line 9): unknown field; known are generator, servers
            name: db                | name: web                | types[1].name (line 5): is there twice
            share: 3                | share: half              | types[0].share (line 4): must be a whole number from 1 to 100
            vcpus: 2, memory_mib    | memory_mib               | types[0] (line 4): 'vcpus' is missing: how many
            scheduler: spread       | failures: { mean_time: 1 min } | failures.mean_time (line 10): must be from 60 min to 36600 d
            scheduler: spread       | failures: {}             | failures (line 10): 'mean_time' is missing
            scheduler: spread       | scheduler: tetris        | scheduler (line 10): unknown scheduler 'tetris'; known are bestfit, spread
            bandwidth.mbps: 1000    | bandwidth.mbps: [1, 2]   | strategy (line 11): is one strategy, whose parameters are no lists
            together: [consolidate, | together: [powersave,    | policies[0].together[1] (line 13): is there twice
            together: [consolidate, | together: [none,         | policies[0].together[0] (line 13): unknown policy 'none'; known are balance, beloglazov
            { name: none, label: nothing, scheduler: bestfit } | { together: [balance], parameters: {} } | policies[1].parameters (line 14): belong to a policy
            name: none              | label: none              | policies[1].label (line 14): is there twice
            name: none, label: nothing | label: nothing        | policies[1] (line 14): needs either a name, or `together` with several policies
            scheduler: bestfit }    | strategy: cold, parameters: { a: 1 } } | policies[1].name (line 14): has no parameters
            """)
    void whatIsWrongOfWhatComesAndGoesIsSaidToo(String good, String bad, String message) {
        assertThat(ENGINE).contains(good);
        assertThatThrownBy(() -> parse(ENGINE.replace(good, bad))).isInstanceOf(ScenarioException.class).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            physics: cloudsim  | physics: honest%noverCommit: 2      | overCommit (line 3): unknown field
            physics: cloudsim  | physics: honest%novercommit: 2      | overcommit (line 3): needs `physics: engine`; with honest hosts promise as many CPUs
            physics: cloudsim  | types: [{ name: a }]                | types (line 2): needs `physics: engine`; with cloudsim machines are of CloudSim's four kinds
            physics: cloudsim  | failures: { mean_time: 9 d }        | failures (line 2): needs `physics: engine`; with cloudsim no host fails
            physics: cloudsim  | scheduler: bestfit                  | scheduler (line 2): needs `physics: engine`; with cloudsim machines are placed
            physics: cloudsim  | strategy: precopy                   | strategy (line 2): needs `physics: engine`; with cloudsim moves are not directed
            generator: workdays | generator: people                  | workload.generator (line 7): needs `physics: engine`; with cloudsim all machines are there
            generator: workdays | generator: service                 | workload.generator (line 7): needs `physics: engine`; with cloudsim all machines are there
            { generator: workdays, machines: 4 } | [{ generator: workdays, machines: 4 }] | workload (line 7): needs `physics: engine`; with cloudsim there is one
            machines: 4        | machines: 4, type: big              | workload.type (line 7): needs `physics: engine`
            - none             | - together: [stochastic, beloglazov] | policies[0].together (line 10): needs `physics: engine`; with cloudsim one policy decides
            - none             | - { name: none, strategy: precopy } | policies[0].strategy (line 10): needs `physics: engine`
            slatah_percent: 5  | failed_launches: 1                  | bounds.failed_launches (line 14): unknown field; known are energy_kwh
            compare: energy_kwh | compare: launches                  | compare (line 13): unknown compare 'launches'
            - none             | - { name: none, label: x }%n  - none | policies[1] (line 11): is the same as 'x', but for its label
            """)
    void whatPhysicsCannotDoIsSaid(String good, String bad, String message) {
        assertThat(GOOD).contains(good);
        assertThatThrownBy(() -> parse(GOOD.replace(good, bad.formatted()))).isInstanceOf(ScenarioException.class).hasMessageContaining(message);
    }

    @Test
    void aPolicyThatDoesNotAcceptItsParametersSaysSo() {
        String scenario = GOOD.replace("name: stochastic", "name: beloglazov").replace("{ spare: [0.5, 1], samples: 20 }", "{ overload: guess }");

        assertThatThrownBy(() -> parse(scenario))
                .hasMessage("policies[1] (line 11): the policy does not accept its parameters: \"guess\" is none of thr, iqr, mad and lr");
    }

    @Test
    void aliasesAreRefusedBeforeAnythingIsMadeOfThem() {
        String laughs = "a: &a [x, x]\n"
                + IntStream.range(0, 40).mapToObj(level -> "b" + level + ": &b" + level + " [*a, *a]\n").collect(Collectors.joining());

        assertThatThrownBy(() -> parse(laughs)).hasMessageContaining("line 1 has an anchor or an alias");
        assertThatThrownBy(() -> parse("&a [*a]")).hasMessageContaining("line 1 has an anchor or an alias");
    }

    @Test
    void deepNestingIsRefusedAndDoesNotFillTheStack() {
        assertThatThrownBy(() -> parse("a: " + "[".repeat(200_000))).isInstanceOf(ScenarioException.class).hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> parse("a: " + "{a: ".repeat(60_000))).isInstanceOf(ScenarioException.class).hasMessageContaining("nested too deep");
    }

    @Test
    void largeFilesAreRefused() throws IOException {
        assertThatThrownBy(() -> parse("a: " + "x".repeat(300_000))).isInstanceOf(ScenarioException.class).hasMessageContaining("no YAML");
        Path file = Files.writeString(directory.resolve("large.yaml"), "a: " + "x".repeat(2_000_000));
        Policies policies = Policies.of(getClass().getClassLoader());
        assertThatThrownBy(() -> ScenarioReader.read(file, policies)).hasMessageContaining("too large for a scenario");
        assertThatThrownBy(() -> ScenarioReader.read(Path.of("/dev/zero"), policies)).hasMessageContaining("there is no file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            !!javax.script.ScriptEngineManager [!!java.net.URL ["http://localhost:1/"]] | must have fields of its own
            a: 1 # and another document%n---%nb: 2                                      | no YAML
            a: 1%na: 2                                                                  | a (line 2): is there twice
            "\\x01": 1                                                                  | ?
            {                                                                           | no YAML
            ''                                                                          | the file is empty
            [a, b]                                                                      | must have fields of its own
            ? [a, b]%n: c                                                               | no YAML
            """)
    void nothingIsMadeOfWhatIsNoScenario(String text, String message) {
        assertThatThrownBy(() -> parse(text.formatted())).isInstanceOf(ScenarioException.class).hasMessageContaining(message)
                .matches(e -> e.getMessage().chars().noneMatch(each -> each < ' '), "no control characters");
    }

    @Test
    void aStudyIsNoLargerThanSomeMachineCanRun() {
        String sixty = IntStream.range(0, 60).boxed().toList().toString();
        assertThatThrownBy(() -> parse(GOOD.replace("seeds: 2", "seeds: 10000").replace("[0.5, 1]", sixty)))
                .hasMessageContaining("comes to 600000 runs with 10000 seeds; at most 100000");
        assertThatThrownBy(() -> parse(GOOD.replace("24 h", "366 d").replace("machines: 4", "machines: 1000000")))
                .hasMessageContaining("machines times days");
        assertThatThrownBy(() -> parse(GOOD.replace("count: 3", "count: 100000"))).hasMessageContaining("comes to more than 100000 hosts");
    }

    @Test
    void seedsDealTracesToMachinesAnewButForSeedNought() throws ScenarioException, IOException {
        Path day = Files.createDirectory(directory.resolve("day"));
        for (int machine = 10; machine < 30; machine++) {
            Files.writeString(day.resolve("m" + machine), (machine + "\n").repeat(288));
        }
        Scenario scenario = parse(GOOD.replace("generator: workdays, machines: 4", "traces: day, machines: 8").replace("seeds: 2", "seeds: [0, 5]"));

        Workload.Fixed workload = (Workload.Fixed) scenario.workload();
        CpuTraces asTheyAre = workload.traces(0, scenario.length());
        CpuTraces dealt = workload.traces(5, scenario.length());

        assertThat(asTheyAre.names()).isEqualTo(IntStream.range(10, 18).mapToObj(machine -> "m" + machine).toList());
        assertThat(dealt.names()).hasSize(8).doesNotHaveDuplicates().isNotEqualTo(asTheyAre.names());
        assertThat(dealt.names()).isEqualTo(workload.traces(5, scenario.length()).names());
        assertThat(Arrays.stream(dealt.percent()).map(row -> "m" + row[0]).toList()).as("each has its own trace").isEqualTo(dealt.names());
        assertThat(List.of(scenario.workload().machines(), asTheyAre.machines(), dealt.machines())).containsOnly(8);
    }
}
