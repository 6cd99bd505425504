package org.kumiki.shell;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Values in words. Names and consoles are others' text, so nothing of it ever steers the terminal. */
final class Text {

    private Text() {
    }

    /** One line; what is not there is a dash. */
    static String line(Object value) {
        Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
        if (present == null || present.equals("")) {
            return "-";
        }
        if (present instanceof Collection<?> collection) {
            return collection.isEmpty() ? "-" : collection.stream().map(Text::line).collect(Collectors.joining(", "));
        }
        if (present instanceof Map<?, ?> map) {
            return map.isEmpty() ? "-" : new TreeMap<>(map).entrySet().stream().map(e -> line(e.getKey()) + "=" + line(e.getValue()))
                    .collect(Collectors.joining(", "));
        }
        return printable(present.toString(), false);
    }

    /** Lines and tabs stay. */
    static String lines(String text) {
        return printable(text.replace("\r\n", "\n").replace('\r', '\n'), true);
    }

    static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String size(long mebibytes) {
        if (mebibytes < 10 * 1024) {
            return mebibytes + " MiB";
        }
        return mebibytes < 10 * 1024 * 1024 ? mebibytes / 1024 + " GiB" : mebibytes / (1024 * 1024) + " TiB";
    }

    static String age(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toDays() > 1) {
            return age.toDays() + "d";
        }
        if (age.toHours() > 1) {
            return age.toHours() + "h";
        }
        return age.toMinutes() > 1 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
    }

    private static String printable(String text, boolean multiline) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            boolean layout = multiline && (c == '\n' || c == '\t');
            int type = Character.getType(c); // of the formats, some turn the direction of writing
            boolean steering = Character.isISOControl(c) || type == Character.FORMAT || type == Character.SURROGATE;
            printable.appendCodePoint(layout || !steering ? c : '?');
        });
        return printable.toString();
    }
}
