package org.kumiki.aws.wire;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/** A single value, with the limits that the model sets on what a client may send. */
public final class ScalarShape extends Shape {

    /** What a scalar is in Java. */
    public enum Kind {
        /** {@link String} */
        TEXT,
        /** {@link Integer} */
        INTEGER,
        /** {@link Long} */
        LONG,
        /** {@link Double} */
        DOUBLE,
        /** {@link Boolean} */
        BOOLEAN,
        /** {@link Instant} */
        TIMESTAMP,
        /** {@code byte[]} */
        BLOB
    }

    private static final int MAX_PATTERN_INPUT = 4_096;

    private final Kind kind;
    private final Set<String> choices;
    private final BigDecimal min;
    private final BigDecimal max;
    private final Pattern pattern;

    ScalarShape(String name, Kind kind, Set<String> choices, BigDecimal min, BigDecimal max, Pattern pattern) {
        super(name);
        this.kind = kind;
        this.choices = choices;
        this.min = min;
        this.max = max;
        this.pattern = pattern;
    }

    public Kind kind() {
        return kind;
    }

    /** The only values there are; empty where any will do. */
    public Set<String> choices() {
        return choices;
    }

    @Override
    Object check(Object value) {
        switch (kind) {
            case TEXT:
                if (value instanceof String) {
                    return value;
                }
                break;
            case INTEGER:
                if (value instanceof Integer) {
                    return value;
                }
                break;
            case LONG:
                if (value instanceof Long) {
                    return value;
                }
                if (value instanceof Integer number) {
                    return number.longValue();
                }
                break;
            case DOUBLE:
                if (value instanceof Number number) {
                    return number.doubleValue();
                }
                break;
            case BOOLEAN:
                if (value instanceof Boolean) {
                    return value;
                }
                break;
            case TIMESTAMP:
                if (value instanceof Instant) {
                    return value;
                }
                break;
            case BLOB:
                if (value instanceof byte[]) {
                    return value;
                }
                break;
            default:
                throw new IllegalStateException(kind.name());
        }
        throw misfit(value);
    }

    /**
     * The value of what a client sent.
     *
     * @throws AwsException InvalidParameterValue where it is no such value, or outside the model's limits
     */
    Object read(String parameter, String text) {
        try {
            switch (kind) {
                case TEXT:
                    return limited(parameter, text);
                case INTEGER:
                    return inRange(parameter, text, Integer.valueOf(text));
                case LONG:
                    return inRange(parameter, text, Long.valueOf(text));
                case DOUBLE:
                    double number = Double.parseDouble(text);
                    if (!Double.isFinite(number)) {
                        throw new NumberFormatException(text);
                    }
                    return inRange(parameter, text, number);
                case BOOLEAN:
                    return bool(parameter, text);
                case TIMESTAMP:
                    return text.length() == 10
                            ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                            : OffsetDateTime.parse(text).toInstant();
                case BLOB:
                    return Base64.getMimeDecoder().decode(text);
                default:
                    throw new IllegalStateException(kind.name());
            }
        } catch (NumberFormatException e) {
            throw AwsException.invalid(parameter, text, "It must be a number.");
        } catch (DateTimeException e) {
            throw AwsException.invalid(parameter, text, "It must be a time such as 2026-11-23T09:30:00Z.");
        } catch (IllegalArgumentException e) {
            throw AwsException.invalid(parameter, text, "It must be base64-encoded.");
        }
    }

    private String limited(String parameter, String text) {
        if (!choices.isEmpty() && !choices.contains(text)) {
            String others = choices.size() > 20 ? "There is no such choice." : "It must be one of " + String.join(", ", choices) + ".";
            throw AwsException.invalid(parameter, text, others);
        }
        if (min != null && text.length() < min.intValue() || max != null && text.length() > max.intValue()) {
            throw AwsException.invalid(parameter, text,
                    "It must have from " + (min == null ? 0 : min) + " to " + (max == null ? "any" : max) + " characters.");
        }
        if (pattern != null && (text.length() > MAX_PATTERN_INPUT || !pattern.matcher(text).matches())) {
            throw AwsException.invalid(parameter, text, "It must match " + pattern + ".");
        }
        return text;
    }

    private Number inRange(String parameter, String text, Number number) {
        if (min == null && max == null) {
            return number;
        }
        BigDecimal exact = new BigDecimal(number.toString());
        if (min != null && exact.compareTo(min) < 0) {
            throw AwsException.invalid(parameter, text, "Expecting a value of at least " + min + ".");
        }
        if (max != null && exact.compareTo(max) > 0) {
            throw AwsException.invalid(parameter, text, "Expecting a value of at most " + max + ".");
        }
        return number;
    }

    private static Boolean bool(String parameter, String text) {
        if (text.equalsIgnoreCase("true") || text.equals("1")) {
            return Boolean.TRUE;
        }
        if (text.equalsIgnoreCase("false") || text.equals("0")) {
            return Boolean.FALSE;
        }
        throw AwsException.invalid(parameter, text, "It must be true or false.");
    }
}
