package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table for a terminal: the first column begins where it begins, the others end where they end. Pure. */
final class TextTable {

    private TextTable() {
    }

    /** @param rows equally long */
    static List<String> lines(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        });
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-" + widths[0] + "s", row.get(0)));
            for (int column = 1; column < widths.length; column++) {
                line.append(String.format(Locale.ROOT, "  %" + widths[column] + "s", row.get(column)));
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
