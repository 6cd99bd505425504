package org.kumiki.twin.cloudsim;

import java.util.Arrays;
import java.util.List;

import org.kumiki.twin.model.HostSleep;

/**
 * The hosts of a study without CloudSim's simplifications, in columns: memory counts, moves take processors at both ends, and who has no machines
 * sleeps, which takes its time. What a host draws, and what its machines get, changes only when something happens to it, and is summed up from then
 * to then. Amounts are in MIPS, times in seconds.
 */
final class RealHosts implements Racks {

    /** What a host does. */
    enum Mode {
        ON, FALLING_ASLEEP, ASLEEP, WAKING
    }

    /** A guest that moves gets a tenth less, as in CloudSim; Clark et al. (2005) measured 12 % on a web server. */
    private static final double SLOWED = 0.1;
    private static final double JOULES_PER_KWH = 3.6e6;

    final Mode[] mode;
    final int[] moves;
    final int[] memoryMiB;

    private final int size;
    private final List<HostKind> kinds;
    private final Machines machines;
    private final HostSleep sleep;
    private final double moveMips;
    private final int[][] guests;
    private final int[] count;
    private final double[] since;
    private final double[] watts;
    private final double[] load;
    private final boolean[] violated;
    private final double[] wantedNow;
    private final double[] missedNow;
    private final double[] slowedNow;
    private double energyJ;
    private double active;
    private double violatedTime;
    private double wanted;
    private double missed;
    private double lostByMoves;

    /** @param moveMips that a move takes at each end */
    RealHosts(List<HostKind> kinds, Machines machines, HostSleep sleep, double moveMips) {
        this.kinds = kinds;
        size = kinds.size();
        this.machines = machines;
        this.sleep = sleep;
        this.moveMips = moveMips;
        mode = new Mode[size];
        moves = new int[size];
        memoryMiB = new int[size];
        guests = new int[size][4];
        count = new int[size];
        since = new double[size];
        watts = new double[size];
        load = new double[size];
        violated = new boolean[size];
        wantedNow = new double[size];
        missedNow = new double[size];
        slowedNow = new double[size];
        Arrays.fill(mode, Mode.ASLEEP);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public HostKind kind(int host) {
        return kinds.get(host);
    }

    @Override
    public double load(int host) {
        return load[host];
    }

    boolean isEmpty(int host) {
        return count[host] == 0;
    }

    void add(int host, int machine) {
        if (count[host] == guests[host].length) {
            guests[host] = Arrays.copyOf(guests[host], 2 * count[host]);
        }
        guests[host][count[host]++] = machine;
    }

    void remove(int host, int machine) {
        int index = 0;
        while (guests[host][index] != machine) {
            index++;
        }
        guests[host][index] = guests[host][--count[host]];
    }

    /** A machine stood still in the end of its move. */
    void stoodStill(double mips, double seconds) {
        lostByMoves += mips * seconds;
        missed += mips * seconds;
    }

    /** Sums up how a host has been since it was asked last, and finds out how it is from now on. */
    void change(int host, double now) {
        double time = now - since[host];
        energyJ += watts[host] * time;
        active += count[host] > 0 || wantedNow[host] > 0 ? time : 0;
        violatedTime += violated[host] ? time : 0;
        wanted += wantedNow[host] * time;
        missed += (missedNow[host] + slowedNow[host]) * time;
        lostByMoves += slowedNow[host] * time;
        since[host] = now;
        share(host);
        watts[host] = switch (mode[host]) {
            case ON -> kind(host).power().watts(load[host]);
            case FALLING_ASLEEP -> kind(host).power().watts(0);
            case ASLEEP -> sleep.watts(kind(host).power());
            case WAKING -> kind(host).power().watts(1);
        };
    }

    /** Each machine gets what it wants, as far as that goes; if it does not, each the same part of it. */
    private void share(int host) {
        double asked = 0;
        double wants = 0;
        for (int index = 0; index < count[host]; index++) {
            double mips = machines.wanted[guests[host][index]];
            wants += mips;
            asked += Math.min(mips, kind(host).coreMips());
        }
        double free = Math.max(0, kind(host).mips() - moves[host] * moveMips);
        double part = asked <= free ? 1 : free / asked;
        double slowed = 0;
        for (int index = 0; index < count[host]; index++) {
            int machine = guests[host][index];
            slowed += machines.moving[machine] ? SLOWED * part * Math.min(machines.wanted[machine], kind(host).coreMips()) : 0;
        }
        load[host] = Math.min(1, (asked * part + moves[host] * moveMips) / kind(host).mips());
        wantedNow[host] = wants;
        missedNow[host] = wants - asked * part;
        slowedNow[host] = slowed;
        violated[host] = missedNow[host] > 1e-9 * wants;
    }

    /** How they fare now. Those that sleep are off. */
    Sample sample(double now, int migrations) {
        int on = 0;
        int tooFew = 0;
        double used = 0;
        double total = 0;
        for (int host = 0; host < size; host++) {
            if (mode[host] != Mode.ASLEEP) {
                on++;
                used += load[host] * kind(host).mips();
                total += kind(host).mips();
                tooFew += violated[host] ? 1 : 0;
            }
        }
        return new Sample(now, on, total == 0 ? 0 : used / total, tooFew, energyJ / JOULES_PER_KWH, migrations);
    }

    Outcome outcome(int migrations, int sleeps, double seconds) {
        return new Outcome(energyJ / JOULES_PER_KWH, migrations, sleeps, active == 0 ? 0 : violatedTime / active,
                wanted == 0 ? 0 : lostByMoves / wanted, wanted == 0 ? 0 : missed / wanted, active / seconds);
    }
}
