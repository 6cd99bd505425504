package org.kumiki.hypervisor.exec;

import java.util.List;

/** What a script says, made fit for a log or a message: bounded, in one line, without control characters. */
final class Words {

    private static final int LONGEST = 500;
    private static final int MOST_LINES = 100;

    private Words() {
    }

    static String of(String text) {
        String line = text.strip().replaceAll("[\\p{Cntrl}\\u2028\\u2029\\p{Cf}]+", " ");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** The lines that are not blank: the last ones, if they are too many. */
    static List<String> lines(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()).stream().map(Words::of).toList();
    }
}
