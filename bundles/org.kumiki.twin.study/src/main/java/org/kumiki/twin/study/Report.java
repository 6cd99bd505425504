package org.kumiki.twin.study;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The report of a study: one page, with nothing from elsewhere, and no script. All its figures are those of the tables. */
final class Report {

    static final String FILE = "report.html";

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z-]+)}}");

    private final Scenario scenario;
    private final Findings findings;
    private final Series series;
    private final Palette palette;

    private Report(Scenario scenario, Path directory) throws IOException {
        this.scenario = scenario;
        findings = Findings.read(scenario, directory);
        series = Series.read(scenario, directory);
        palette = new Palette(findings.ranking());
    }

    /** Writes it beside the tables. */
    static Path write(Scenario scenario, Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        Files.writeString(file, new Report(scenario, directory).page());
        return file;
    }

    private String page() throws IOException {
        String template;
        try (InputStream bytes = Report.class.getResourceAsStream(FILE)) {
            template = new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
        Map<String, String> parts = parts();
        // One pass: what a part says is never taken for a place.
        return PLACE.matcher(template).replaceAll(place -> Matcher.quoteReplacement(parts.get(place.group(1))));
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new TreeMap<>();
        parts.put("title", Markup.escaped(scenario.name()));
        parts.put("under", Markup.escaped(under()));
        parts.put("verdict", Markup.escaped(Verdict.of(findings)));
        scatter(parts);
        parts.put("table", table().toString());
        parts.put("table-note", Markup.escaped("The best is first; the least of each column is bold."
                + (isRepeated() ? " ± is half of the 95 % interval of the mean, by Student's t." : "")
                + (scenario.bounds().isEmpty() ? "" : " What breaks a bound is red.")));
        parts.put("differences", isRepeated() ? differences().toString() : "");
        courses(parts);
        parts.put("scenario", Markup.escaped(scenario.text().strip()));
        parts.put("versions", versions().toString());
        parts.put("meanings", meanings().toString());
        return parts;
    }

    private boolean isRepeated() {
        return scenario.seeds().size() > 1;
    }

    private String under() {
        String machines = scenario.workload() instanceof Workload.Fixed fixed ? count(fixed.machines(), "machine", "machines")
                : "machines that come and go";
        return count(scenario.policies().size(), "policy", "policies") + " with " + count(scenario.seeds().size(), "seed", "seeds") + " each, on "
                + count(scenario.hosts().size(), "host", "hosts") + " with " + machines + ", " + length() + " a run";
    }

    private void scatter(Map<String, String> parts) {
        Metric service = findings.metrics().contains(Metric.FAILED_LAUNCHES) ? Metric.FAILED_LAUNCHES
                : findings.metrics().contains(Metric.ESV_KWH) ? Metric.ESV_KWH : Metric.SLATAH_PERCENT;
        Metric up = scenario.compare() == Metric.ENERGY_KWH ? service : scenario.compare();
        Scatter scatter = new Scatter(findings, palette, Metric.ENERGY_KWH, up);
        parts.put("scatter-title", Markup.escaped(up == service ? "Energy, and what it costs in service" : "Energy, and " + up.title()));
        parts.put("scatter", scatter.markup().toString());
        parts.put("scatter-note", Markup.escaped((isRepeated() ? "Small dots are runs, large ones their means, with the intervals that have the true "
                + "mean in them with a confidence of 95 %. " : "") + "The nearer to the lower left, the better." + offThePlot(scatter, up)));
    }

    private String offThePlot(Scatter scatter, Metric up) {
        List<Integer> off = findings.ranking().stream().filter(policy -> !scatter.policies().contains(policy)).toList();
        return off.stream().map(policy -> " Off the plot: " + findings.label(policy) + ", with " + mean(policy, Metric.ENERGY_KWH) + " kWh and " + up.title()
                + " " + mean(policy, up) + ".").collect(Collectors.joining());
    }

    private String mean(int policy, Metric metric) {
        return metric.shown(findings.estimate(policy, metric).mean());
    }

    private void courses(Map<String, String> parts) {
        List<Integer> shown = findings.ranking().stream().limit(Palette.MOST).toList();
        parts.put("legend", legend(shown).toString());
        parts.put("courses", series.quantities().stream().map(quantity -> Course.of(series, quantity, shown, palette).toString())
                .collect(Collectors.joining()));
        parts.put("courses-note", Markup.escaped((isRepeated() ? "Lines are means over all seeds, bands go from the least to the most of them." : "")
                + (shown.size() < findings.ranking().size() ? " The " + shown.size() + " best policies of " + findings.ranking().size() + "." : "")));
    }

    /** What each metric means, and which there are none of. */
    private Markup meanings() {
        Markup list = new Markup().begin("dl");
        for (Metric metric : Metric.values()) {
            list.leaf("dt", metric.title()).leaf("dd", metric.meaning(scenario));
        }
        return list.end("dl");
    }

    private static String count(int count, String one, String more) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : more);
    }

    private String length() {
        long minutes = scenario.length().toMinutes();
        return minutes % 1_440 == 0 ? count((int) (minutes / 1_440), "day", "days") : minutes % 60 == 0 ? count((int) (minutes / 60), "hour", "hours")
                : count((int) minutes, "minute", "minutes");
    }

    private void policy(Markup cell, int policy, String label) {
        cell.begin("td").begin("span", "class", "chip", "style", "background:" + palette.of(policy)).end("span").text(label).end("td");
    }

    private Markup table() {
        List<Metric> metrics = findings.metrics();
        Markup table = new Markup().begin("table").begin("thead").begin("tr").leaf("th", "policy");
        metrics.forEach(metric -> table.begin("th").text(metric.title()).leaf("small", metric.unit()).end("th"));
        table.end("tr").end("thead").begin("tbody");
        for (int policy : findings.ranking()) {
            table.begin("tr");
            policy(table, policy, findings.label(policy));
            metrics.forEach(metric -> cell(table, policy, metric));
            table.end("tr");
        }
        return table.end("tbody").end("table");
    }

    private void cell(Markup table, int policy, Metric metric) {
        Estimate estimate = findings.estimate(policy, metric);
        boolean isLeast = metric.isCompared()
                && findings.ranking().stream().noneMatch(other -> findings.estimate(other, metric).mean() < estimate.mean());
        List<String> classes = new ArrayList<>();
        if (isLeast) {
            classes.add("least");
        }
        if (findings.broken(policy).contains(metric)) {
            classes.add("over");
        }
        table.begin("td", "class", String.join(" ", classes)).text(metric.shown(estimate.mean()));
        if (!Double.isNaN(estimate.half())) {
            table.leaf("small", " ± " + metric.shown(estimate.half()));
        }
        table.end("td");
    }

    private Markup differences() {
        Metric metric = scenario.compare();
        Markup section = new Markup();
        Optional<Integer> best = findings.best();
        if (best.isEmpty() || findings.ranking().size() < 2) {
            return section;
        }
        section.begin("section").leaf("h2", "More " + metric.title() + " than " + findings.label(best.get()));
        section.begin("div", "class", "scroll").begin("table", "class", "narrow").begin("thead").begin("tr").leaf("th", "policy");
        section.begin("th").text("difference").leaf("small", metric.unit()).end("th").leaf("th", "p").leaf("th", "").end("tr").end("thead");
        section.begin("tbody");
        for (Findings.Difference each : findings.differences(best.get())) {
            section.begin("tr");
            policy(section, each.policy(), findings.label(each.policy()));
            section.leaf("td", Findings.shown(metric, each.difference()));
            section.leaf("td", Double.isNaN(each.p()) ? "" : each.p() < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", each.p()));
            section.leaf("td", each.isSignificant() ? "more than chance" : "may be chance").end("tr");
        }
        section.end("tbody").end("table").end("div");
        section.leaf("p", "Each run is compared with that of the best policy on the same seed (Student's paired t-test; p for all comparisons "
                + "together, by Holm). Which policy is best was chosen on the same runs.", "class", "note");
        return section.end("section");
    }

    private Markup legend(List<Integer> policies) {
        Markup legend = new Markup();
        for (int policy : policies) {
            legend.begin("span").begin("span", "class", "chip", "style", "background:" + palette.of(policy)).end("span");
            legend.text(findings.label(policy)).end("span");
        }
        return legend;
    }

    private Markup versions() {
        Markup list = new Markup().begin("dl");
        list.leaf("dt", "Kumiki").leaf("dd", version());
        list.leaf("dt", "Java").leaf("dd", Runtime.version().toString());
        list.leaf("dt", "physics").leaf("dd", scenario.physics().key());
        list.leaf("dt", "runs").leaf("dd", findings.values().stream().mapToInt(Map::size).sum() + " of " + scenario.runs().size());
        return list.end("dl");
    }

    private static String version() {
        return Optional.ofNullable(Report.class.getPackage().getImplementationVersion()).orElse("from its source tree");
    }
}
