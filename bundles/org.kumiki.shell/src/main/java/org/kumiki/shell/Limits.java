package org.kumiki.shell;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;

/** What operators write of parts, bounds and times. Pure; an empty text stands for nothing said. */
final class Limits {

    private Limits() {
    }

    static Bounds bounds(String moves, String overload, String energy, String spare) {
        try {
            return new Bounds(moves.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(moves)), number(overload), number(energy),
                    number(spare));
        } catch (NumberFormatException e) {
            throw new CommandFailedException("bounds are numbers and shares, for example: --moves 10 --overload 0.02 --energy 1.05 --spare 0.1", e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    private static OptionalDouble number(String text) {
        return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    }

    static Part part(String text) {
        try {
            return Part.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    /** A number with s, m, h or d behind it. */
    static Optional<Duration> duration(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.matches("\\d{1,9}[smhd]")) {
            throw new CommandFailedException("a time is a number with s, m, h or d behind it, for example 30m");
        }
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return Optional.of(switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        });
    }
}
