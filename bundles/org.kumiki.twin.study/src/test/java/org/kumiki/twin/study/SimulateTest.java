package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateTest {

    private static final String SCENARIO = """
            name: Small
            length: 3 h
            hosts: [{ type: ml110-g4, count: 8 }, { type: ml110-g5, count: 8 }]
            workload: { generator: workdays, machines: 16 }
            seeds: 3
            policies:
              - none
              - { name: beloglazov, label: "thr, mmt", parameters: { overload: thr, parameter: 0.8 } }
              - { name: stochastic, parameters: { spare: [1, 2] } }
            """;
    private static final int RUNS = 12;

    @TempDir
    Path directory;

    private Path scenario;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void write() throws IOException {
        scenario = Files.writeString(directory.resolve("small.yaml"), SCENARIO);
    }

    private int simulate(Optional<Spread> elsewhere, String... options) {
        said.reset();
        List<String> arguments = new ArrayList<>(Arrays.asList(options));
        arguments.add(scenario.toString());
        return new Simulate(new PrintStream(said, true, StandardCharsets.UTF_8), false, elsewhere).run(arguments);
    }

    private int simulate(String out, String... options) {
        List<String> all = new ArrayList<>(List.of("--out", directory.resolve(out).toString()));
        all.addAll(Arrays.asList(options));
        return simulate(Optional.empty(), all.toArray(String[]::new));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private String file(String out, String name) throws IOException {
        return Files.readString(directory.resolve(out).resolve(name));
    }

    @Test
    void theSameScenarioGivesTheSameBytesWhateverTheCoresAndTheOrder() throws IOException {
        assertThat(simulate("one", "--jobs", "1")).isZero();
        assertThat(simulate("three", "--jobs", "3")).isZero();
        assertThat(simulate(Optional.of(new Backwards()), "--out", directory.resolve("backwards").toString())).isZero();

        for (String name : List.of(Ledger.RUNS, Ledger.SERIES)) {
            assertThat(file("three", name)).isEqualTo(file("one", name));
            assertThat(file("backwards", name)).isEqualTo(file("one", name));
        }
        assertThat(file("one", Ledger.RUNS).lines()).hasSize(1 + RUNS);
        assertThat(file("one", Ledger.SERIES).lines()).as("a row every five minutes but for the first and the last").hasSize(1 + RUNS * 35);
        try (var files = Files.list(directory.resolve("one"))) {
            assertThat(files.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder(Ledger.RUNS, Ledger.SERIES, Report.FILE);
        }
        assertThat(said()).contains("12 of 12 runs, 100 %").contains("has the least ESV");
    }

    /** Does the last first. */
    private static final class Backwards implements Spread {

        @Override
        public void run(Scenario scenario, List<Run> runs, Listener listener) {
            List<Run> backwards = new ArrayList<>(runs);
            Collections.reverse(backwards);
            Worker worker = new Worker(scenario, Policies.of(getClass().getClassLoader()));
            backwards.forEach(run -> listener.done(run, worker.run(run)));
        }

        @Override
        public String place() {
            return "the other end";
        }
    }

    @Test
    void whatIsThereIsNotMadeAgainEvenAfterACrash() throws IOException {
        simulate("whole");
        simulate("cut");
        String rows = file("cut", Ledger.RUNS);
        String series = file("cut", Ledger.SERIES);
        // Four runs are there, a fifth was about to be written, and half of its block is.
        List<String> lines = rows.lines().toList();
        Files.writeString(directory.resolve("cut").resolve(Ledger.RUNS),
                String.join("\n", lines.subList(0, 5)) + "\n" + lines.get(5).substring(0, 25));
        Files.writeString(directory.resolve("cut").resolve(Ledger.SERIES), series.substring(0, (int) (series.length() * 4.5 / RUNS)));
        Counting counting = new Counting();

        assertThat(simulate(Optional.of(counting), "--out", directory.resolve("cut").toString(), "--resume")).isZero();

        assertThat(counting.runs).hasValue(RUNS - 4);
        assertThat(said()).contains("12 runs, 4 of them there already");
        assertThat(file("cut", Ledger.RUNS)).isEqualTo(file("whole", Ledger.RUNS));
        assertThat(file("cut", Ledger.SERIES)).isEqualTo(file("whole", Ledger.SERIES));
        assertThat(file("cut", Report.FILE)).isEqualTo(file("whole", Report.FILE));
    }

    private static final class Counting implements Spread {

        private final AtomicInteger runs = new AtomicInteger();

        @Override
        public void run(Scenario scenario, List<Run> all, Listener listener) throws InterruptedException {
            runs.addAndGet(all.size());
            new LocalCores(Policies.of(getClass().getClassLoader()), 2).run(scenario, all, listener);
        }

        @Override
        public String place() {
            return "here";
        }
    }

    @Test
    void whatGoesInChangedIsMadeAgainAndNothingElse() throws IOException {
        simulate("out");
        Files.writeString(scenario, SCENARIO.replace("spare: [1, 2]", "spare: [1, 3]").replace("name: Small", "name: Another name"));
        Counting counting = new Counting();

        simulate(Optional.of(counting), "--out", directory.resolve("out").toString(), "--resume");

        assertThat(counting.runs).hasValue(3);
        assertThat(file("out", Ledger.RUNS)).contains("spare=3.0").doesNotContain("spare=2.0");
    }

    @Test
    void resultsAreNotOverwrittenUnlessThatIsSaid() throws IOException {
        simulate("out");
        String before = file("out", Ledger.RUNS);
        Files.writeString(scenario, SCENARIO.replace("seeds: 3", "seeds: 1"));

        assertThat(simulate("out")).isEqualTo(2);
        assertThat(file("out", Ledger.RUNS)).isEqualTo(before);
        assertThat(simulate("out", "--overwrite")).isZero();
        assertThat(file("out", Ledger.RUNS).lines()).hasSize(1 + 4);
        assertThat(said()).contains("One seed does not say whether that is more than chance");
    }

    @Test
    void aPolicyThatThrowsLeavesTheOthersAndIsTriedAgain() throws IOException {
        PlugIns.throwing(directory, "throwing");
        Files.writeString(scenario, SCENARIO + "  - { name: throwing, label: throws }\n");

        assertThat(simulate("out", "--plugins", directory.toString())).isEqualTo(1);
        assertThat(said()).contains("15 of 15 runs, 100 %").contains(", 3 failed");
        assertThat(file("out", Ledger.RUNS).lines()).hasSize(1 + RUNS).noneMatch(line -> line.contains("throws"));
        assertThat(file("out", Report.FILE)).contains("12 of 15");

        assertThat(simulate("out", "--plugins", directory.toString(), "--resume")).isEqualTo(1);
        assertThat(said()).contains("15 runs, 12 of them there already");
    }

    private void comesToTheSameOnOneThreadAndOnThree() throws IOException {
        assertThat(simulate("one", "--jobs", "1")).isZero();
        assertThat(simulate("three", "--jobs", "3")).isZero();

        assertThat(file("three", Ledger.RUNS)).isEqualTo(file("one", Ledger.RUNS));
        assertThat(file("three", Ledger.SERIES)).isEqualTo(file("one", Ledger.SERIES));
    }

    private static String cell(String table, String policy, String column) {
        List<String> lines = table.lines().toList();
        int at = Csv.values(lines.get(0)).indexOf(column);
        return lines.stream().map(Csv::values).filter(row -> row.get(1).equals(policy)).findFirst().orElseThrow().get(at);
    }

    private static double number(String table, String policy, String column) {
        return Double.parseDouble(cell(table, policy, column));
    }

    @Test
    void theProductionEngineRunsThereTooAndComesToTheSameEachTime() throws IOException {
        Files.writeString(scenario, """
                name: An engine
                physics: engine
                length: 2 h
                hosts: [{ type: x3550-x5675, count: 6 }]
                workload: { generator: workdays, machines: 20 }
                seeds: 2
                policies: [none, consolidate, { together: [consolidate, powersave] }]
                """);

        comesToTheSameOnOneThreadAndOnThree();

        assertThat(said()).contains("consolidate + powersave has the least energy");
        assertThat(file("one", Ledger.SERIES).lines()).hasSize(1 + 6 * 24);
        String runs = file("one", Ledger.RUNS);
        assertThat(cell(runs, "none", "failed_launches")).as("all machines are there all the time").isEmpty();
        assertThat(number(runs, "consolidate + powersave", "energy_kwh")).isLessThan(number(runs, "consolidate", "energy_kwh"));
        assertThat(number(runs, "consolidate + powersave", "shutdowns")).isPositive();
        assertThat(file("one", Report.FILE)).contains("not measured, as all machines are there from the beginning to the end", "not measured, as no host fails");
    }

    @Test
    void machinesComeAndGoAsTheSchedulerAndTheStrategyOfTheScenarioHaveIt() throws IOException {
        Files.writeString(scenario, """
                name: Arrivals
                physics: engine
                length: 4 h
                hosts: [{ type: x3550-x5675, count: 3 }]
                types: [{ name: small, vcpus: 1, memory_mib: 1024, share: 2 }, { name: huge, vcpus: 16, memory_mib: 15000 }]
                workload:
                  - { generator: people, arrivals_per_hour: 20, lifetime: 1 h, rhythm: steady }
                  - { generator: service, servers: 10, rhythm: { launch: { at: 1 h, peak: 2, half_life: 30 min } }, type: small }
                strategy: precopy
                seeds: 2
                policies:
                  - none
                  - { name: none, scheduler: spread }
                  - { name: consolidate, strategy: { name: precopy, parameters: { bandwidth.mbps: 100 } } }
                  - { together: [balance, consolidate], label: both, strategy: cold }
                """);

        comesToTheSameOnOneThreadAndOnThree();

        String runs = file("one", Ledger.RUNS);
        assertThat(number(runs, "none", "launches")).isGreaterThan(20);
        assertThat(number(runs, "none scheduler=spread", "failed_launches")).as("huge machines need a host each")
                .isGreaterThan(number(runs, "none", "failed_launches"));
        assertThat(number(runs, "consolidate strategy=precopy", "pdm_percent")).isPositive();
        assertThat(said()).contains("failed launches");
        assertThat(file("one", Report.FILE)).contains("machines that come and go", "machines that run", "failed launches so far");
    }

    @Test
    void hostsFailAsOftenAsTheScenarioSays() throws IOException {
        Files.writeString(scenario, """
                name: Failures
                physics: engine
                length: 1 d
                hosts: [{ type: x3550-x5675, count: 20 }]
                workload: { generator: workdays, machines: 60 }
                failures: { mean_time: 2 d }
                seeds: 3
                policies: [none, { name: none, scheduler: spread }]
                bounds: { lost: 40 }
                """);

        comesToTheSameOnOneThreadAndOnThree();

        assertThat(number(file("one", Ledger.RUNS), "none scheduler=spread", "lost")).as("two of five hosts").isBetween(10.0, 40.0);
        assertThat(file("one", Report.FILE)).contains("how many ran on hosts that failed");
    }

    @Test
    void honestPhysicsHaveNoFreeLunch() throws IOException {
        simulate("cloudsim");
        Files.writeString(scenario, SCENARIO + "physics: honest\n");

        comesToTheSameOnOneThreadAndOnThree();

        assertThat(file("one", Ledger.SERIES).lines()).as("a row every five minutes, and one at the end").hasSize(1 + RUNS * 36);
        assertThat(number(file("one", Ledger.RUNS), "none", "energy_kwh")).as("hosts without load draw something")
                .isGreaterThan(number(file("cloudsim", Ledger.RUNS), "none", "energy_kwh"));
    }

    @Test
    void machinesThatHaveNoRoomAreAFailureThatSaysSo() throws IOException {
        Files.writeString(scenario, SCENARIO.replace("machines: 16", "machines: 160") + "physics: honest\n");

        assertThat(simulate("out", "--jobs", "1")).isEqualTo(1);
        assertThat(said()).contains("12 failed").contains("There is nothing to compare: no run went well.");
    }

    @Test
    void aLabelMayChangeAndWhatIsThereStays() throws IOException {
        simulate("out");
        Files.writeString(scenario, SCENARIO.replace("thr, mmt", "by thresholds"));
        Counting counting = new Counting();

        assertThat(simulate(Optional.of(counting), "--out", directory.resolve("out").toString(), "--resume")).isZero();

        assertThat(counting.runs).hasValue(0);
        assertThat(file("out", Ledger.RUNS)).contains(",by thresholds,").doesNotContain("thr, mmt");
        assertThat(file("out", Ledger.SERIES)).contains(",by thresholds,").doesNotContain("thr, mmt");
    }

    @Test
    void tablesOfAnEarlierVersionAreMadeAnew() throws IOException {
        simulate("whole");
        simulate("out");
        Path runs = directory.resolve("out").resolve(Ledger.RUNS);
        Files.writeString(runs, file("out", Ledger.RUNS).lines().map(line -> line.substring(0, line.lastIndexOf(',')) + "\n").collect(Collectors.joining()));

        assertThat(simulate("out", "--resume")).isZero();

        assertThat(said()).contains("12 runs, on");
        assertThat(file("out", Ledger.RUNS)).isEqualTo(file("whole", Ledger.RUNS));
    }

    @Test
    void examplesArePrintedByTheirNames() {
        for (String example : Options.EXAMPLES) {
            said.reset();
            assertThat(new Simulate(new PrintStream(said, true, StandardCharsets.UTF_8), false, Optional.empty()).run(List.of("--example", example)))
                    .isZero();
            assertThat(said()).contains("policies:");
        }
        assertThat(new Simulate(new PrintStream(said), false, Optional.empty()).run(List.of("--example", "nothing"))).isEqualTo(2);
    }

    @Test
    void checkingRunsNothing() throws IOException {
        assertThat(simulate("out", "--check")).isZero();
        assertThat(said()).isEqualTo(scenario + " is well: 12 runs, 4 policies with 3 seeds each.\n");
        assertThat(directory.resolve("out")).doesNotExist();

        Files.writeString(scenario, SCENARIO.replace("stochastic", "chaotic"));
        assertThat(simulate("out", "--check")).isEqualTo(2);
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        assertThat(simulate("out", "--jobs", "0")).isEqualTo(2);
        assertThat(simulate("out", "--plugins", directory.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(simulate("out", "--wat")).isEqualTo(2);
        assertThat(simulate("out", "another.yaml")).isEqualTo(2);
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void asManyRunsAtATimeAsThereAreCoresAndMemoryFor() throws ScenarioException {
        ScenarioReader reader = new ScenarioReader(Policies.of(getClass().getClassLoader()), directory);
        Scenario small = reader.parse(SCENARIO);
        Scenario large = reader.parse(SCENARIO.replace("machines: 16", "machines: 100000"));

        assertThat(LocalCores.fitting(small, 8, 1L << 30)).isEqualTo(8);
        assertThat(LocalCores.fitting(large, 8, 2L << 30)).isEqualTo(2);
        assertThat(LocalCores.fitting(large, 8, 64L << 20)).as("one is tried in any case").isEqualTo(1);
    }
}
