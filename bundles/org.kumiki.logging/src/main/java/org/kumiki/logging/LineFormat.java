package org.kumiki.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/** One line a record: {@code 2026-01-02T03:04:05.678Z WARN  [thread] logger: message}, then the stack if there is one. */
final class LineFormat extends Formatter {

    /** @param text without a fraction and the zone */
    private record Second(long number, String text) {

        static Second of(Instant time) {
            String text = time.truncatedTo(ChronoUnit.SECONDS).toString();
            return new Second(time.getEpochSecond(), text.substring(0, text.length() - 1));
        }
    }

    /** Most lines are of the same second as the one before, and to spell it out takes longer than the rest. */
    private volatile Second last = Second.of(Instant.EPOCH);

    @Override
    public String format(LogRecord entry) {
        StringBuilder line = new StringBuilder(160);
        appendTime(entry.getInstant(), line);
        line.append(' ').append(label(entry.getLevel()))
                .append(" [").append(Thread.currentThread().getName()).append("] ")
                .append(entry.getLoggerName()).append(": ");
        appendVisibly(formatMessage(entry), line);
        line.append('\n');
        if (entry.getThrown() != null) {
            StringWriter stack = new StringWriter();
            entry.getThrown().printStackTrace(new PrintWriter(stack));
            line.append(stack);
        }
        return line.toString();
    }

    private void appendTime(Instant time, StringBuilder line) {
        Second second = last;
        if (second.number() != time.getEpochSecond()) {
            second = Second.of(time);
            last = second;
        }
        int millis = time.getNano() / 1_000_000;
        line.append(second.text()).append('.').append((char) ('0' + millis / 100)).append((char) ('0' + millis / 10 % 10))
                .append((char) ('0' + millis % 10)).append('Z');
    }

    private static String label(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (value >= Level.WARNING.intValue()) {
            return "WARN ";
        }
        if (value >= Level.INFO.intValue()) {
            return "INFO ";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    /** Much of what is logged came from a client or a guest: it must not be able to forge a line, or to steer a terminal. */
    private static void appendVisibly(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line.append("\\n");
            } else if (c == '\t' || !Character.isISOControl(c)) {
                line.append(c);
            } else {
                line.append(String.format("\\u%04x", (int) c));
            }
        }
    }
}
