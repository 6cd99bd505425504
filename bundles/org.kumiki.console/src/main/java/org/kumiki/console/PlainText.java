package org.kumiki.console;

/**
 * Makes a guest's console output harmless to whoever shows it: what is left is letters and lines. Terminals obey their input; colours,
 * cursor moves, window titles, clipboard writes and the like are taken out, as are the marks that turn the direction of writing round.
 */
final class PlainText {

    private static final char ESCAPE = 0x1b;
    private static final char BELL = 0x07;

    private final String source;
    private final StringBuilder text;
    private int at;
    private int line;

    private PlainText(String source) {
        this.source = source;
        this.text = new StringBuilder(source.length());
    }

    static String of(String source) {
        PlainText plain = new PlainText(source);
        while (plain.at < source.length()) {
            plain.next();
        }
        return plain.text.toString();
    }

    private void next() {
        char c = source.charAt(at++);
        switch (c) {
            case '\n' -> {
                text.append('\n');
                line = text.length();
            }
            case '\t' -> text.append('\t');
            case '\r' -> carriageReturn();
            case '\b' -> text.setLength(Math.max(line, text.length() - 1));
            case ESCAPE -> escape();
            case 0x9b -> controlSequence();
            case 0x90, 0x98, 0x9d, 0x9e, 0x9f -> controlString();
            default -> {
                if (c >= ' ' && !(c >= 0x7f && c < 0xa0) && !turnsDirection(c)) {
                    text.append(c);
                }
            }
        }
    }

    /** What follows is written over the line, as a progress bar does it; before a line feed it means nothing. */
    private void carriageReturn() {
        int next = at;
        while (next < source.length() && source.charAt(next) == '\r') {
            next++;
        }
        if (next < source.length() && source.charAt(next) != '\n') {
            text.setLength(line);
        }
        at = next;
    }

    private void escape() {
        if (at == source.length()) {
            return;
        }
        char kind = source.charAt(at++);
        switch (kind) {
            case '[' -> controlSequence();
            case ']', 'P', 'X', '^', '_' -> controlString();
            default -> {
                at--;
                skip(' ', '/');
                skipOne('0', '~');
            }
        }
    }

    /** CSI: parameters, intermediates, and one final character. */
    private void controlSequence() {
        skip('0', '?');
        skip(' ', '/');
        skipOne('@', '~');
    }

    /** OSC, DCS and their like: a string that BEL or ST ends; if nothing does, the line does. */
    private void controlString() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\n') {
                return;
            }
            at++;
            if (c == BELL || c == 0x9c) {
                return;
            }
            if (c == ESCAPE) {
                if (at < source.length() && source.charAt(at) == '\\') {
                    at++;
                }
                return;
            }
        }
    }

    private void skip(char from, char to) {
        while (at < source.length() && source.charAt(at) >= from && source.charAt(at) <= to) {
            at++;
        }
    }

    private void skipOne(char from, char to) {
        if (at < source.length() && source.charAt(at) >= from && source.charAt(at) <= to) {
            at++;
        }
    }

    private static boolean turnsDirection(char c) {
        return c == 0x061c || c == 0x200e || c == 0x200f || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
    }
}
