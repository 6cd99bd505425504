package org.kumiki.bench.technologies;

import java.util.ArrayList;
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
    private static final int LEFT = 220;
    private static final int ROW = 18;
    private static final int DECADE = 150;
    private static final int DECADES = 3;
    private static final int TOP = 50;
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
        return "{\n  \"machine\": \"" + machine.replace("\\", "").replace("\"", "") + "\",\n  \"seconds\": {\n" + String.join(",\n", all) + "\n  }\n}\n";
    }

    /** Bars from 1 to 1,000 times as long, on a scale of decades. */
    String svg() {
        List<String> names = technologies();
        int group = ROW * names.size() + ROW / 2;
        int height = TOP + group * Measure.values().length + ROW;
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                + "font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n", LEFT + DECADE * DECADES + 70, height));
        for (int decade = 0; decade <= DECADES; decade++) {
            int x = LEFT + decade * DECADE;
            svg.append(String.format(Locale.ROOT, "<path d=\"M%d %dV%d\" stroke=\"#dddddd\"/><text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#555555\">%,d\u00d7</text>%n",
                    x, TOP - 6, height - ROW, x, TOP - 10, (long) Math.pow(10, decade)));
        }
        for (int which = 0; which < names.size(); which++) {
            svg.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"8\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"17\">%s</text>%n", 10 + which * 90,
                    COLOURS.get(which % COLOURS.size()), 24 + which * 90, names.get(which)));
        }
        int y = TOP;
        for (Measure measure : Measure.values()) {
            svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", LEFT - 8, y + group / 2, measure.title()));
            for (int which = 0; which < names.size(); which++) {
                double ratio = ratio(names.get(which), measure);
                if (!Double.isNaN(ratio)) {
                    double width = Math.max(1, DECADE * Math.min(DECADES, Math.log10(Math.max(1, ratio))));
                    svg.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/><text x=\"%.1f\" y=\"%d\" fill=\"#555555\">%.2f</text>%n",
                            LEFT, y + which * ROW, width, ROW - 4, COLOURS.get(which % COLOURS.size()), LEFT + width + 4, y + which * ROW + 11, ratio));
                }
            }
            y += group;
        }
        return svg.append("</svg>\n").toString();
    }
}
