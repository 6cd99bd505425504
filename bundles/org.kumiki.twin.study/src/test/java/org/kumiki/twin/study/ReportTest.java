package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    Path directory;

    private Scenario scenario(String first, String bounds) throws ScenarioException {
        return new ScenarioReader(Policies.of(getClass().getClassLoader()), directory).parse("""
                name: "%s"
                hosts: [{ type: ml110-g4, count: 8 }]
                workload: { generator: workdays, machines: 8 }
                seeds: 3
                policies: [{ name: none, label: "%s" }, { name: beloglazov, label: two }, { name: stochastic, label: three }]
                compare: energy_kwh
                bounds: { %s }
                """.formatted(first, first, bounds));
    }

    private String report(Scenario scenario, double[][] energies) throws IOException {
        try (Ledger ledger = new Ledger(directory, scenario, run -> "d" + run.policy() + "s" + run.seed(), false)) {
            for (Run run : scenario.runs()) {
                double energy = energies[run.policy()][(int) run.seed() - 1];
                ledger.add(run, new Result(Map.of(Metric.ENERGY_KWH, energy, Metric.ESV_KWH, energy / 1e4, Metric.MIGRATIONS, 1_000 * energy),
                        List.of(new Result.Moment(5, 3, 0.5, 0, energy / 2, 1, Double.NaN, Double.NaN),
                                new Result.Moment(10, 2, 0.25, 1, energy, 2, Double.NaN, Double.NaN))));
            }
            ledger.sort();
        }
        return Files.readString(Report.write(scenario, directory));
    }

    @Test
    void itsFiguresAreThoseOfTheTable() throws ScenarioException, IOException {
        String report = report(scenario("one", ""), new double[][] { { 5, 5.5, 6 }, { 3, 4.5, 4.2 }, { 2, 2.6, 2.9 } });

        List<String> rows = Files.readAllLines(directory.resolve(Ledger.RUNS));
        List<String> header = Csv.values(rows.get(0));
        for (String label : List.of("one", "two", "three")) {
            List<String> cells = cells(report, label);
            int cell = 0;
            for (Metric metric : List.of(Metric.ENERGY_KWH, Metric.MIGRATIONS, Metric.ESV_KWH)) {
                int column = header.indexOf(metric.key());
                double[] values = rows.stream().map(Csv::values).filter(row -> row.get(1).equals(label))
                        .mapToDouble(row -> Double.parseDouble(row.get(column))).toArray();
                double mean = (values[0] + values[1] + values[2]) / 3;
                double deviation = Math.sqrt((Math.pow(values[0] - mean, 2) + Math.pow(values[1] - mean, 2) + Math.pow(values[2] - mean, 2)) / 2);
                double half = 4.302652730 * deviation / Math.sqrt(3); // Student's t of two degrees of freedom
                String format = metric == Metric.MIGRATIONS ? "%,.0f ± %,.0f" : "%,.2f ± %,.2f";
                double scale = metric == Metric.ESV_KWH ? 1e3 : 1;
                assertThat(cells.get(cell++)).as(label + " " + metric).isEqualTo(String.format(Locale.ROOT, format, scale * mean, scale * half));
            }
        }
    }

    /** The cells of a policy's row in the first table, without markup. */
    private static List<String> cells(String report, String label) {
        Matcher row = Pattern.compile("</span>\\s*" + label + "</td>(.*?)</tr>", Pattern.DOTALL).matcher(report);
        assertThat(row.find()).as("a row of " + label).isTrue();
        List<String> cells = new ArrayList<>();
        Matcher cell = Pattern.compile("<td[^>]*>(.*?)</td>", Pattern.DOTALL).matcher(row.group(1));
        while (cell.find()) {
            cells.add(cell.group(1).replaceAll("<[^>]*>", "").strip());
        }
        return cells;
    }

    @Test
    void itSaysWhichPolicyIsBestAndWhetherThatIsMoreThanChance() throws ScenarioException, IOException {
        String clear = report(scenario("one", ""), new double[][] { { 5, 5.5, 6 }, { 3, 3.5, 4.02 }, { 2, 2.5, 3 } });
        String chance = report(scenario("one", ""), new double[][] { { 5, 5.5, 6 }, { 2, 3.5, 2.4 }, { 2.5, 2, 3 } });

        assertThat(clear).contains("three has the least energy: 2.50 ± 1.24 kWh. The difference to each of the others is more than chance.");
        assertThat(chance).contains("three has the least energy: 2.50 ± 1.24 kWh. It may be chance that it is better than two;"
                + " the difference to the others is more than that.");
    }

    @Test
    void whatBreaksABoundIsNotTheBest() throws ScenarioException, IOException {
        Scenario scenario = scenario("one", "migrations: 4000");
        report(scenario, new double[][] { { 5, 5.5, 6 }, { 3, 3.5, 4 }, { 2, 2.5, 3 } });
        Findings findings = Findings.read(scenario, directory);
        assertThat(findings.best()).contains(2);
        assertThat(findings.broken(0)).containsExactly(Metric.MIGRATIONS);

        Scenario strict = scenario("one", "migrations: 1");
        String report = report(strict, new double[][] { { 5, 5.5, 6 }, { 3, 3.5, 4 }, { 2, 2.5, 3 } });
        assertThat(report).contains("No policy keeps the bounds.");
    }

    @Test
    void nothingIsFromElsewhereAndTextsAreNoMarkup() throws ScenarioException, IOException {
        String evil = "<script>x</script>&{{table}}'<b>";

        String report = report(scenario(evil, ""), new double[][] { { 5, 5.5, 6 }, { 3, 3.5, 4 }, { 2, 2.5, 3 } });

        assertThat(report).contains("<h1>&lt;script&gt;x&lt;/script&gt;&amp;{{table}}&#39;&lt;b&gt;</h1>");
        assertThat(report.replace("http://www.w3.org/2000/svg", "")).doesNotContain("<script", "<b>", "http:", "https:", "src=", "href=", "url(",
                "@import", "javascript:");
        assertThat(report).contains("default-src 'none'");
    }

    @Test
    void thePlotsAreWellFormedAndHaveADotForEachRun() throws Exception {
        String report = report(scenario("one & two", ""), new double[][] { { 5, 5.5, 6 }, { 3, 3.5, 4 }, { 2, 2.5, 3 } });

        Matcher svg = Pattern.compile("<svg .*?</svg>", Pattern.DOTALL).matcher(report);
        int plots = 0;
        while (svg.find()) {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg.group().getBytes(StandardCharsets.UTF_8)));
            assertThat(svg.group()).doesNotContain("NaN", "Infinity");
            plots++;
        }
        assertThat(plots).isEqualTo(5);
        assertThat(Pattern.compile("r=\"3\"").matcher(report).results()).as("two policies of three runs; that which moves nothing is named below")
                .hasSize(6);
        assertThat(report).contains("Off the plot: one &amp; two, with 5.50 kWh");
    }

    @Test
    void whatDiffersByNothingAndWhatIsNoughtCanBeDrawn() throws ScenarioException, IOException {
        String report = report(scenario("one", ""), new double[][] { { 0, 0, 0 }, { 0, 0, 0 }, { 0, 0, 0 } });

        assertThat(report).doesNotContain("NaN").contains("It may be chance that it is better than");
    }
}
