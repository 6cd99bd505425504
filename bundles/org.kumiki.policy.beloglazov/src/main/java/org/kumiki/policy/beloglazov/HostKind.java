package org.kumiki.policy.beloglazov;

import java.util.regex.Pattern;

import org.kumiki.api.view.Hosts;

/**
 * What hosts have in common.
 *
 * @param processors how many
 * @param core       how fast one of them is, which no guest of one CPU exceeds; in CPUs
 * @param power      what such a host draws
 */
record HostKind(int processors, double core, Power power) {

    /** The label by which a host says how fast one of its processors is. */
    static final String CORE_LABEL = "core";

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /** What a host says of itself, which is quicker compared than read; null for what it does not say. */
    record Labels(int processors, String core, String power) {

        static Labels of(Hosts hosts, int host) {
            return new Labels(hosts.processors(host), hosts.labels(host).get(CORE_LABEL), hosts.labels(host).get(Power.LABEL));
        }
    }

    static HostKind of(Labels labels) {
        boolean isNumber = labels.core() != null && NUMBER.matcher(labels.core()).matches();
        return new HostKind(labels.processors(), isNumber ? Double.parseDouble(labels.core()) : Double.POSITIVE_INFINITY, Power.of(labels.power()));
    }
}
