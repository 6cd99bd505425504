package org.kumiki.twin.cloudsim;

import java.util.Arrays;

/**
 * Sums up how hosts and machines fare. Each says from when on it is how; what it said last at the same moment holds.
 */
final class Account {

    private static final double NEVER = -1;

    private final double[] hostSince;
    private final double[] hostUsed;
    private final double[] hostWanted;
    private final boolean[] wasActive;
    private final double[] machineSince;
    private final double[] machineGiven;
    private final double[] machineWanted;
    private final boolean[] machineLeaves;
    private int shutdowns;
    private double active;
    private double violated;
    private double given;
    private double wanted;
    private double lostByMoves;

    Account(int hosts, int machines) {
        hostSince = new double[hosts];
        hostUsed = new double[hosts];
        hostWanted = new double[hosts];
        wasActive = new boolean[hosts];
        machineSince = new double[machines];
        machineGiven = new double[machines];
        machineWanted = new double[machines];
        machineLeaves = new boolean[machines];
        Arrays.fill(hostSince, NEVER);
        Arrays.fill(machineSince, NEVER);
        Arrays.fill(wasActive, true); // a host that never has load counts as switched off once, as CloudSim has it
    }

    void host(int host, double now, double uses, double wants) {
        if (hostSince[host] != NEVER && hostSince[host] != now) {
            endHost(host);
            if (hostUsed[host] > 0) {
                double time = now - hostSince[host];
                active += time;
                violated += hostUsed[host] < hostWanted[host] ? time : 0;
            }
        }
        hostSince[host] = now;
        hostUsed[host] = uses;
        hostWanted[host] = wants;
    }

    private void endHost(int host) {
        boolean isActive = hostUsed[host] > 0;
        shutdowns += wasActive[host] && !isActive ? 1 : 0;
        wasActive[host] = isActive;
    }

    void machine(int machine, double now, double gets, double wants, boolean leaves) {
        if (machineSince[machine] != NEVER && machineSince[machine] != now) {
            double time = now - machineSince[machine];
            given += machineGiven[machine] * time;
            wanted += machineWanted[machine] * time;
            if (machineLeaves[machine] && machineGiven[machine] < machineWanted[machine]) {
                lostByMoves += (machineWanted[machine] - machineGiven[machine]) * time;
            }
        }
        machineSince[machine] = now;
        machineGiven[machine] = gets;
        machineWanted[machine] = wants;
        machineLeaves[machine] = leaves;
    }

    /** On how many hosts machines get less than they want. */
    int violatedNow() {
        int count = 0;
        for (int host = 0; host < hostUsed.length; host++) {
            count += hostUsed[host] > 0 && hostUsed[host] < hostWanted[host] ? 1 : 0;
        }
        return count;
    }

    /** The sum of all, which must not be asked for twice. */
    Outcome outcome(double energyKWh, int migrations, double seconds) {
        for (int host = 0; host < hostSince.length; host++) {
            endHost(host);
        }
        return new Outcome(energyKWh, migrations, shutdowns, active == 0 ? 0 : violated / active, wanted == 0 ? 0 : lostByMoves / wanted,
                wanted == 0 ? 0 : (wanted - given) / wanted, active / seconds);
    }
}
