package org.kumiki.api.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.DoublePredicate;

/**
 * What a policy must stay within. A bound that was not kept before is broken only by who makes it worse.
 *
 * @param moves    of guests within an hour, at most
 * @param overload the share of the time of hosts that are on in which they may have no processor left, at most: from 0 to 1
 * @param energy   how much of what the other policy needs, at most; 1 is as much, a host of the one compared with a host of the other
 * @param spare    the share of the CPUs of hosts which take guests that must be promised to nobody, at least: from 0 to 1
 */
public record Bounds(OptionalInt moves, OptionalDouble overload, OptionalDouble energy, OptionalDouble spare) {

    public static final Bounds NONE = new Bounds(OptionalInt.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());

    public Bounds {
        require(moves.isEmpty() || moves.getAsInt() >= 0, "moves are a number of at least 0");
        require(fits(overload, value -> value <= 1), "overload is a share from 0 to 1");
        require(fits(energy, value -> value > 0 && value < 1_000), "energy is a factor above 0, such as 1.05");
        require(fits(spare, value -> value <= 1), "spare is a share from 0 to 1");
    }

    private static boolean fits(OptionalDouble value, DoublePredicate test) {
        return value.isEmpty() || value.getAsDouble() >= 0 && test.test(value.getAsDouble());
    }

    private static void require(boolean kept, String rule) {
        if (!kept) {
            throw new IllegalArgumentException(rule);
        }
    }

    /** Whether anything is allowed. */
    public boolean areNone() {
        return equals(NONE);
    }

    /**
     * What is broken, for people; empty if nothing is.
     *
     * @param before how the hosts did before
     * @param after  how they do now, or will
     * @param other  how the hosts of the other policy do, or would; without one, energy is not compared
     */
    public Optional<String> broken(Figures before, Figures after, Optional<Figures> other) {
        List<String> broken = new ArrayList<>();
        moves.ifPresent(most -> add(broken, after.moves() > most, "moves", after.moves() + " within an hour", "at most " + most));
        overload.ifPresent(most -> add(broken, after.overload() > most && after.overload() > before.overload(), "overload",
                percent(after.overload()), "at most " + percent(most)));
        spare.ifPresent(least -> add(broken, after.spare() < least && after.spare() < before.spare(), "spare",
                percent(after.spare()), "at least " + percent(least)));
        if (energy.isPresent() && other.isPresent() && other.get().wattsPerHost() > 0) {
            double factor = after.wattsPerHost() / other.get().wattsPerHost();
            add(broken, factor > energy.getAsDouble() && after.wattsPerHost() > before.wattsPerHost(), "energy",
                    String.format(Locale.ROOT, "%.2f of the other's", factor), "at most " + energy.getAsDouble());
        }
        return broken.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", broken));
    }

    private static void add(List<String> broken, boolean breaks, String what, String is, String allowed) {
        if (breaks) {
            broken.add(what + ": " + is + ", " + allowed + " allowed");
        }
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** For people, e.g. {@code moves ≤ 10/h, spare ≥ 20.0 %}; empty if anything is allowed. */
    public String text() {
        List<String> all = new ArrayList<>();
        moves.ifPresent(most -> all.add("moves ≤ " + most + "/h"));
        overload.ifPresent(most -> all.add("overload ≤ " + percent(most)));
        energy.ifPresent(most -> all.add("energy ≤ " + most));
        spare.ifPresent(least -> all.add("spare ≥ " + percent(least)));
        return String.join(", ", all);
    }
}
