package org.kumiki.api.twin;

import java.time.Instant;

/**
 * What came to pass in one interval of a run.
 *
 * @param end              when it was over
 * @param hostsOn          on average; those that come up or go down count
 * @param instances        that ran, at its end
 * @param load             of the hosts that were on, from 0 to 1 of their processors, on average; more where more was wanted than there is
 * @param kWh              that all hosts have drawn
 * @param spare            the share of the CPUs of hosts that take guests which is promised to nobody, at its end
 * @param violationSeconds in which hosts were asked for more than they have, one for each second of each host
 * @param moves            of instances that have ended at another host
 * @param stayed           moves that have ended where they began
 * @param launches         of instances that were carried out
 * @param failedLaunches   of instances for which there was no room, or that did not start
 * @param lost             instances that ran on hosts which have failed
 */
public record Interval(Instant end, double hostsOn, int instances, double load, double kWh, double spare, double violationSeconds, int moves,
        int stayed, int launches, int failedLaunches, int lost) {
}
