package org.kumiki.twin.cloudsim;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.kumiki.twin.power.PowerTable;

/**
 * A kind of host.
 *
 * @param cores     how many
 * @param coreMips  what each of them does, in millions of instructions a second
 * @param memoryMiB which counts only when machines are put somewhere first
 * @param power     what a host draws
 */
public record HostKind(int cores, double coreMips, int memoryMiB, PowerTable power) implements Serializable {

    /** CloudSim's two. */
    public static final HostKind ML110_G4 = new HostKind(2, 1_860, 4_096, PowerTable.ML110_G4);
    public static final HostKind ML110_G5 = new HostKind(2, 2_660, 4_096, PowerTable.ML110_G5);

    public HostKind {
        if (cores < 1 || !(coreMips > 0) || cores * coreMips >= Integer.MAX_VALUE || memoryMiB < 1) {
            throw new IllegalArgumentException("a host has cores, each of which does something, and memory: " + cores + ", " + coreMips + " MIPS, " + memoryMiB + " MiB");
        }
    }

    /** What all cores do. */
    public double mips() {
        return cores * coreMips;
    }

    /** CloudSim's hosts: its two kinds by turns. */
    public static List<HostKind> cloudSims(int hosts) {
        List<HostKind> kinds = new ArrayList<>(hosts);
        for (int host = 0; host < hosts; host++) {
            kinds.add(host % 2 == 0 ? ML110_G4 : ML110_G5);
        }
        return kinds;
    }

    /** So many of each kind, by turns as long as there are some. */
    public static List<HostKind> byTurns(Map<HostKind, Integer> counts) {
        List<HostKind> hosts = new ArrayList<>();
        int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        for (int turn = 0; turn < most; turn++) {
            for (Map.Entry<HostKind, Integer> kind : counts.entrySet()) {
                if (turn < kind.getValue()) {
                    hosts.add(kind.getKey());
                }
            }
        }
        return hosts;
    }
}
