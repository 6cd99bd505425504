package org.kumiki.policy.consolidate;

import org.kumiki.api.policy.Course;

/** What a host costs that is in use. */
final class Price {

    /** The label by which a host says how many watts it draws. */
    static final String LABEL = "watts";
    private static final double USUAL = 100;

    private Price() {
    }

    /** As a multiple of a host that draws a hundred watts; 1 for a host that does not say. */
    static double of(Course course, int host) {
        String watts = course.labels(host).getOrDefault(LABEL, "");
        return watts.matches("[0-9]{1,6}") ? Integer.parseInt(watts) / USUAL : 1;
    }

    /** What a course saves, the copying taken off. */
    static double saved(Course course, long worthMiB) {
        boolean[] before = new boolean[course.size()];
        double copied = 0;
        for (int guest = 0; guest < course.instances().size(); guest++) {
            before[course.instances().hostRow(guest)] = true;
            copied += course.hostRow(guest) == course.instances().hostRow(guest) ? 0 : course.instances().memoryMiB(guest);
        }
        double saved = -copied / worthMiB;
        for (int host = 0; host < before.length; host++) {
            if (before[host] != course.guests(host) > 0) {
                saved += before[host] ? of(course, host) : -of(course, host);
            }
        }
        return saved;
    }
}
