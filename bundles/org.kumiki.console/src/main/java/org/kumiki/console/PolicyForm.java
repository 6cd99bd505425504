package org.kumiki.console;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;

/**
 * What the form asks of a policy. Fields: {@code other}, the policy that it is a candidate for; {@code hosts}, as in {@link Part#parse(String)};
 * {@code moves}, {@code overload}, {@code energy}, {@code spare}, as in {@link Bounds}; {@code hours}, after which it is promoted. What is empty is
 * not said.
 */
final class PolicyForm {

    private static final int MOST_HOURS = 24 * 365;

    private PolicyForm() {
    }

    /** @throws IllegalArgumentException if it makes no sense; the message is for people */
    static PolicyCommand read(String action, String policy, UnaryOperator<String> fields) {
        Optional<String> other = field(fields, "other");
        return switch (action) {
            case "shadow" -> new PolicyCommand.Shadow(policy, other);
            case "canary" -> new PolicyCommand.Canary(policy, other, Part.parse(field(fields, "hosts")
                    .orElseThrow(() -> new IllegalArgumentException("which hosts? how many, a share of them as 10%, or their names"))), bounds(fields),
                    field(fields, "hours").map(PolicyForm::hours));
            case "promote" -> new PolicyCommand.Promote(policy, other, bounds(fields));
            case "rollback" -> new PolicyCommand.RollBack(policy);
            case "retire" -> new PolicyCommand.Retire(policy);
            default -> throw new IllegalArgumentException("\"" + action + "\" is nothing that a policy can be asked");
        };
    }

    private static Bounds bounds(UnaryOperator<String> fields) {
        return new Bounds(field(fields, "moves").map(text -> OptionalInt.of((int) number("moves", text))).orElse(OptionalInt.empty()),
                share(fields, "overload"), share(fields, "energy"), share(fields, "spare"));
    }

    private static OptionalDouble share(UnaryOperator<String> fields, String name) {
        return field(fields, name).map(text -> OptionalDouble.of(text.endsWith("%") ? number(name, text.substring(0, text.length() - 1)) / 100
                : number(name, text))).orElse(OptionalDouble.empty());
    }

    private static Duration hours(String text) {
        double hours = number("hours", text);
        if (!(hours > 0 && hours <= MOST_HOURS)) {
            throw new IllegalArgumentException("it is promoted after more than 0 hours, and at most " + MOST_HOURS);
        }
        return Duration.ofSeconds(Math.round(3_600 * hours));
    }

    private static double number(String name, String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number, not \"" + text + "\"", e);
        }
    }

    private static Optional<String> field(UnaryOperator<String> fields, String name) {
        return Optional.ofNullable(fields.apply(name)).filter(text -> !text.isBlank());
    }
}
