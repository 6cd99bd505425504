package org.kumiki.api.scheduler;

import java.util.Collections;
import java.util.List;

import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.model.Resources;
import org.kumiki.api.view.Hosts;

/**
 * The rules that no scheduler may break, in one place: which hosts may take a guest, and why the others may not. The engine checks every
 * placement by the same rules, so a scheduler that uses them is never refused for anything but a change in between.
 */
public final class Eligibility {

    static final String SPREAD = "runs another instance of its spread group";
    static final String CLUSTER = "does not run its cluster group";

    private Eligibility() {
    }

    /** Why a host may not take such a guest, or null if it may. The reason is one of a few constant texts. */
    public static String refusal(Hosts hosts, int row, Resources wanted, PlacementRules rules) {
        if (!hosts.state(row).takesGuests()) {
            return switch (hosts.state(row)) {
                case DRAINING -> "is being drained";
                case MAINTENANCE -> "is in maintenance";
                case OFF -> "is switched off";
                case LOST -> "is not reached by its driver";
                default -> "was removed";
            };
        }
        if (wanted.cpus() > hosts.freeCpus(row)) {
            return "has too few cpus free";
        }
        if (wanted.memoryMiB() > hosts.freeMemoryMiB(row)) {
            return "has too little memory free";
        }
        if (wanted.diskMiB() > hosts.freeDiskMiB(row)) {
            return "has too little disk free";
        }
        if (wanted.networkMbps() > hosts.freeNetworkMbps(row)) {
            return "has too little network bandwidth free";
        }
        if (hosts.technology(row).sharesKernel() && !rules.namesTechnology()) {
            return "shares its kernel with its guests, which takes being asked for";
        }
        return rules == PlacementRules.ANYWHERE ? null : refusal(hosts, row, rules);
    }

    private static String refusal(Hosts hosts, int row, PlacementRules rules) {
        if (rules.host().isPresent() && !rules.host().get().equals(hosts.id(row))) {
            return "is not the host it is pinned to";
        }
        if (!rules.methods().isEmpty() && Collections.disjoint(rules.methods(), hosts.technology(row).methods())) {
            return "does not virtualize in the way asked for";
        }
        if (!rules.labels().isEmpty() && !hosts.labels(row).entrySet().containsAll(rules.labels().entrySet())) {
            return "lacks a label asked for";
        }
        if (rules.spreadGroup().isPresent() && hosts.runs(row, rules.spreadGroup().get())) {
            return SPREAD;
        }
        if (rules.clusterGroup().isPresent() && hosts.runsAnywhere(rules.clusterGroup().get())
                && !hosts.runs(row, rules.clusterGroup().get())) {
            return CLUSTER;
        }
        return null;
    }

    /** Every host that may not take such a guest, by reason. */
    public static List<Refusal> refusals(Hosts hosts, Resources wanted, PlacementRules rules) {
        Refusals refusals = new Refusals();
        for (int row = 0; row < hosts.size(); row++) {
            String reason = refusal(hosts, row, wanted, rules);
            if (reason != null) {
                refusals.add(reason, row);
            }
        }
        return refusals.toList();
    }
}
