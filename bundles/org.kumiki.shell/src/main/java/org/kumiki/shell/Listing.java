package org.kumiki.shell;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Values that are printed as a table, and are a list to a script. */
final class Listing<T> extends AbstractList<T> {

    private record Column<T>(String title, Function<T, Object> value) {
    }

    private final List<T> values;
    private final List<Column<T>> columns;

    Listing(List<T> values) {
        this(List.copyOf(values), List.of());
    }

    private Listing(List<T> values, List<Column<T>> columns) {
        this.values = values;
        this.columns = columns;
    }

    /** The same values with one more column. */
    Listing<T> column(String title, Function<T, Object> value) {
        List<Column<T>> more = new ArrayList<>(columns);
        more.add(new Column<>(title, value));
        return new Listing<>(values, more);
    }

    @Override
    public T get(int index) {
        return values.get(index);
    }

    @Override
    public int size() {
        return values.size();
    }

    /** The titles, and below them one line a value; columns are as wide as what is in them. */
    String table() {
        String[][] cells = new String[values.size() + 1][columns.size()];
        int[] widths = new int[columns.size()];
        for (int c = 0; c < columns.size(); c++) {
            for (int row = 0; row <= values.size(); row++) {
                Object cell = row == 0 ? columns.get(c).title() : columns.get(c).value().apply(values.get(row - 1));
                cells[row][c] = Text.line(cell);
                widths[c] = Math.max(widths[c], cells[row][c].length());
            }
        }
        StringBuilder table = new StringBuilder();
        for (String[] row : cells) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < row.length; c++) {
                line.append(row[c]).append(" ".repeat(widths[c] - row[c].length() + 2));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString().stripTrailing();
    }

    /** One value, as {@code title: value} lines. */
    String details(T value) {
        StringBuilder text = new StringBuilder();
        int width = columns.stream().mapToInt(column -> column.title().length()).max().orElse(0);
        for (Column<T> column : columns) {
            String title = column.title() + ":";
            text.append(title).append(" ".repeat(width - column.title().length() + 1)).append(Text.line(column.value().apply(value)))
                    .append('\n');
        }
        return text.toString().stripTrailing();
    }
}
