package org.kumiki.bench.technologies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What was measured. Pure functions: the same figures, the same texts.
 *
 * @param machine what they were measured on, and how busy it was
 * @param seconds by technology, the machine itself first
 */
record Report(String machine, Map<String, Map<Measure, Double>> seconds) {

    static final String NATIVE = "native";
    private static final int LEFT = 200;
    private static final int RIGHT = 60;
    private static final int MARGIN = 8;
    private static final int ROW = 14;
    private static final int GAP = 8;
    private static final int DECADE = 160;
    private static final int KEY = 100;
    private static final int TOP = 56;
    private static final int FOOT = 24;
    private static final List<String> COLOURS = List.of("#2a6f97", "#c8553d", "#588157", "#8e6c8a", "#bc8a2f");

    List<String> technologies() {
        return seconds.keySet().stream().filter(name -> !name.equals(NATIVE)).toList();
    }

    /** How many times as long as on the machine itself. */
    double ratio(String technology, Measure measure) {
        return seconds.get(technology).getOrDefault(measure, Double.NaN) / seconds.get(NATIVE).getOrDefault(measure, Double.NaN);
    }

    String table() {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-32s %10s", "times as long as native", "native s"));
        technologies().forEach(name -> text.append(String.format(Locale.ROOT, " %10s", name)));
        for (Measure measure : Measure.values()) {
            text.append(String.format(Locale.ROOT, "%n%-32s %10.3f", measure.title(), seconds.get(NATIVE).getOrDefault(measure, Double.NaN)));
            technologies().forEach(name -> text.append(String.format(Locale.ROOT, " %10.2f", ratio(name, measure))));
        }
        return text.append(System.lineSeparator()).toString();
    }

    String json() {
        List<String> all = new ArrayList<>();
        seconds.forEach((technology, figures) -> {
            List<String> each = new ArrayList<>();
            figures.forEach((measure, value) -> each.add(String.format(Locale.ROOT, "\"%s\": %.4f", measure.name().toLowerCase(Locale.ROOT), value)));
            all.add("    \"" + technology + "\": {" + String.join(", ", each) + "}");
        });
        return "{\n  \"machine\": \"" + machine.replace("\\", "").replace("\"", "") + "\",\n  \"seconds\": {\n" + String.join(",\n", all)
                + "\n  }\n}\n";
    }

    /** Bars from as long to as many times as long as it takes the slowest, on a scale of decades. */
    String svg() {
        List<String> names = technologies();
        int decades = decades();
        int group = ROW * names.size() + GAP;
        int bottom = TOP + group * Measure.values().length;
        int width = LEFT + DECADE * decades + RIGHT;
        StringBuilder svg = new StringBuilder();
        line(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\" font-family=\"sans-serif\""
                + " font-size=\"12\">", width, bottom + FOOT);
        line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
        for (int decade = 0; decade <= decades; decade++) {
            int x = LEFT + decade * DECADE;
            line(svg, "<path d=\"M%d %dV%d\" stroke=\"#dddddd\"/>", x, TOP - GAP, bottom);
            line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#555555\">%,d\u00d7</text>", x, TOP - GAP - 4,
                    (long) Math.pow(10, decade));
        }
        for (int which = 0; which < names.size(); which++) {
            int x = LEFT + which * KEY;
            line(svg, "<rect x=\"%d\" y=\"8\" width=\"10\" height=\"10\" fill=\"%s\"/>", x, colour(which));
            line(svg, "<text x=\"%d\" y=\"17\">%s</text>", x + 14, names.get(which));
        }
        for (Measure measure : Measure.values()) {
            int y = TOP + group * measure.ordinal();
            line(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LEFT - MARGIN, y + (group - GAP) / 2 + 4, measure.title());
            for (int which = 0; which < names.size(); which++) {
                bar(svg, which, y + which * ROW, ratio(names.get(which), measure));
            }
        }
        line(svg, "<text x=\"%d\" y=\"%d\" fill=\"#555555\">times as long as without virtualization: %s</text>", MARGIN, bottom + 14, machine);
        return svg.append("</svg>\n").toString();
    }

    private int decades() {
        double slowest = technologies().stream().flatMap(name -> Arrays.stream(Measure.values()).map(measure -> ratio(name, measure)))
                .filter(ratio -> !ratio.isNaN()).max(Double::compare).orElse(1.0);
        return Math.max(1, (int) Math.ceil(Math.log10(slowest)));
    }

    private static void bar(StringBuilder svg, int which, int y, double ratio) {
        if (Double.isNaN(ratio)) {
            return;
        }
        double width = Math.max(1, DECADE * Math.log10(Math.max(1, ratio)));
        line(svg, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>", LEFT, y, width, ROW - 3, colour(which));
        line(svg, "<text x=\"%.1f\" y=\"%d\" font-size=\"10\" fill=\"#555555\">%s</text>", LEFT + width + 4, y + ROW - 5, times(ratio));
    }

    /** With no more digits than were measured. */
    private static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 10 ? "%.1f" : "%,.0f", ratio);
    }

    private static String colour(int which) {
        return COLOURS.get(which % COLOURS.size());
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
