package org.kumiki.twin.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;

/** What a run comes to, interval by interval. Not thread-safe. */
final class Account {

    private static final double JOULES_PER_KWH = 3.6e6;

    private final Instant begin;
    private final List<Interval> intervals = new ArrayList<>();
    private int hosts;
    private Instant since;
    private double onSeconds;
    private double wantedSeconds;
    private double processorSeconds;
    private double joules;
    private double violationSeconds;
    private int moves;
    private int stayed;
    private int launches;
    private int failedLaunches;
    private int lost;
    private double allWanted;
    private double missed;
    private double lostByMoves;
    private int sleeps;

    Account(Instant begin, int hosts) {
        this.hosts = hosts;
        this.begin = begin;
        this.since = begin;
    }

    /**
     * Some seconds of one host.
     *
     * @param wanted CPUs, of so many processors
     */
    void passed(Machine.State state, double seconds, double drawn, double wanted, int processors, boolean tooMuch) {
        joules += drawn;
        if (state.isOn()) {
            onSeconds += seconds;
            wantedSeconds += wanted * seconds;
            processorSeconds += processors * seconds;
        }
        allWanted += wanted * seconds;
        if (tooMuch) {
            violationSeconds += seconds;
            missed += (wanted - processors) * seconds;
        }
    }

    /** CPU seconds that a guest did not get because it moved. */
    void lost(double seconds) {
        lostByMoves += seconds;
    }

    /** A host was sent to sleep. */
    void slept() {
        sleeps++;
    }

    void moved(boolean isThere) {
        if (isThere) {
            moves++;
        } else {
            stayed++;
        }
    }

    void launched(int instances) {
        launches += instances;
    }

    void refused(int instances) {
        failedLaunches += instances;
    }

    void lost(int instances) {
        lost += instances;
    }

    /** Hosts that there are from the beginning as well. */
    void more(int more) {
        hosts += more;
    }

    /** Ends an interval, for which all hosts are settled. */
    void close(Instant end, int instances, double spare) {
        double seconds = Duration.between(since, end).toNanos() / 1e9;
        intervals.add(new Interval(end, seconds == 0 ? 0 : onSeconds / seconds, instances,
                processorSeconds == 0 ? 0 : wantedSeconds / processorSeconds, joules / JOULES_PER_KWH, spare, violationSeconds, moves, stayed, launches, failedLaunches, lost));
        since = end;
        onSeconds = 0;
        wantedSeconds = 0;
        processorSeconds = 0;
        joules = 0;
        violationSeconds = 0;
        moves = 0;
        stayed = 0;
        launches = 0;
        failedLaunches = 0;
        lost = 0;
    }

    Service service() {
        return new Service(allWanted, missed + lostByMoves, lostByMoves, sleeps);
    }

    Series series() {
        return new Series(begin, hosts, intervals);
    }
}
