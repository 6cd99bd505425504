package org.kumiki.twin.study;

import java.util.List;

/**
 * Which colour stands for a policy: the best ones can be told from each other, the rest is grey.
 *
 * @param ranking the best first
 */
record Palette(List<Integer> ranking) {

    private static final List<String> COLOURS = List.of("#2f6db5", "#d1495b", "#2e8b57", "#c07f11", "#7b5ea7", "#1795a8", "#8c564b", "#e377c2");
    private static final String REST = "#8a949e";

    /** How many can be told from each other. */
    static final int MOST = COLOURS.size();

    String of(int policy) {
        int rank = ranking.indexOf(policy);
        return rank < 0 || rank >= MOST ? REST : COLOURS.get(rank);
    }
}
