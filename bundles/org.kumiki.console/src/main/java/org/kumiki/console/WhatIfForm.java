package org.kumiki.console;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.kumiki.api.model.HostId;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.WhatIf;

/**
 * What the form asks the twin. Fields: {@code hours} ahead; {@code without} and {@code with} a policy; {@code more} and {@code fewer} hosts;
 * {@code load}, a factor; {@code launch}, how many, of which {@code type}, {@code over} how many hours; {@code fail}, how many hosts or their names,
 * {@code at} which hour. What is empty, and what changes nothing, is not said.
 */
final class WhatIfForm {

    private WhatIfForm() {
    }

    /** @throws IllegalArgumentException if it makes no sense; the message is for people */
    static WhatIf read(UnaryOperator<String> fields) {
        List<Change> changes = new ArrayList<>();
        policies(field(fields, "without"), field(fields, "with")).ifPresent(changes::add);
        count(fields, "more").ifPresent(count -> changes.add(new Change.MoreHosts(count, Optional.empty())));
        count(fields, "fewer").ifPresent(count -> changes.add(new Change.FewerHosts(count)));
        field(fields, "load").map(text -> number("load", text)).filter(factor -> factor != 1)
                .ifPresent(factor -> changes.add(new Change.Load(factor)));
        count(fields, "launch").ifPresent(count -> changes.add(new Change.Launches(count, field(fields, "type"), hours(fields, "over"))));
        field(fields, "fail").filter(which -> !which.equals("0")).ifPresent(which -> changes.add(fail(which, hours(fields, "at"))));
        return new WhatIf(changes, field(fields, "hours").map(text -> hours("hours", text))
                .orElseThrow(() -> new IllegalArgumentException("how many hours ahead?")));
    }

    private static Optional<Change> policies(Optional<String> without, Optional<String> with) {
        return without.isPresent() && with.isPresent() ? Optional.of(new Change.Replaced(without.get(), with.get()))
                : without.<Change>map(Change.Without::new).or(() -> with.map(Change.With::new));
    }

    private static Change fail(String which, Duration at) {
        return which.matches("[0-9]+") ? new Change.FullestHostsFail((int) number("fail", which), at)
                : new Change.HostsFail(Arrays.stream(which.split("[ ,]+")).map(HostId::new).toList(), at);
    }

    private static Optional<Integer> count(UnaryOperator<String> fields, String name) {
        return field(fields, name).map(text -> (int) number(name, text)).filter(count -> count != 0);
    }

    private static Duration hours(UnaryOperator<String> fields, String name) {
        return field(fields, name).map(text -> hours(name, text)).orElse(Duration.ZERO);
    }

    private static Duration hours(String name, String text) {
        return Duration.ofSeconds(Math.round(3_600 * number(name, text)));
    }

    private static double number(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is a number, not \"" + text + "\"", e);
        }
    }

    private static Optional<String> field(UnaryOperator<String> fields, String name) {
        return Optional.ofNullable(fields.apply(name)).map(String::strip).filter(text -> !text.isEmpty());
    }
}
