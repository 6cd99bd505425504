package org.kumiki.twin.study;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of comma-separated values (RFC 4180, but for lines that end as everywhere else here). */
final class Csv {

    /** Of a number; what Java itself prints is not the same in all its versions. */
    private static final MathContext DIGITS = new MathContext(10);

    private Csv() {
    }

    static String row(List<String> values) {
        return values.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\n"));
    }

    private static String quoted(String value) {
        return value.matches("[^\",\r\n]*") ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "";
        }
        BigDecimal rounded = new BigDecimal(value).round(DIGITS);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** The values of a line without its end. */
    static List<String> values(String line) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean isQuoted = false;
        for (int at = 0; at < line.length(); at++) {
            char each = line.charAt(at);
            if (isQuoted && each == '"' && at + 1 < line.length() && line.charAt(at + 1) == '"') {
                value.append(each);
                at++;
            } else if (each == '"') {
                isQuoted = !isQuoted;
            } else if (each == ',' && !isQuoted) {
                values.add(value.toString());
                value.setLength(0);
            } else {
                value.append(each);
            }
        }
        values.add(value.toString());
        return values;
    }
}
