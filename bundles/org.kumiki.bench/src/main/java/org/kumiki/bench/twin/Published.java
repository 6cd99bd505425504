package org.kumiki.bench.twin;

import java.util.List;
import java.util.stream.Stream;

import org.kumiki.api.policy.Policy;
import org.kumiki.policy.beloglazov.Beloglazov;

/**
 * A policy that Beloglazov and Buyya published, and that CloudSim has too.
 *
 * @param overload  how to tell that a host has too much
 * @param selection which machine leaves it
 * @param parameter of the former
 */
record Published(String overload, String selection, String parameter) {

    /** All that are compared, the one first that is compared by default; the last one is the only one with another parameter. */
    static final List<Published> ALL = Stream.concat(Stream.of("mmt", "mu", "rs", "mc").flatMap(Published::by),
            Stream.of(new Published("thr", "mmt", "1.0"))).toList();

    private static Stream<Published> by(String selection) {
        return Stream.of(new Published("thr", selection, "0.8"), new Published("iqr", selection, "1.5"), new Published("mad", selection, "2.5"),
                new Published("lr", selection, "1.2"));
    }

    Policy policy() {
        return new Beloglazov(overload, Double.parseDouble(parameter), selection);
    }

    /** In the words of a command line. */
    List<String> words() {
        return List.of(overload, selection, parameter);
    }

    @Override
    public String toString() {
        return overload + "-" + selection + "-" + parameter;
    }
}
