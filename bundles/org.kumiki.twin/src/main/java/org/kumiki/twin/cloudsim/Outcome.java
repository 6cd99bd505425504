package org.kumiki.twin.cloudsim;

import java.util.Locale;

/**
 * What has come of a day. The measures are those of Beloglazov and Buyya (2012), section 5, summed up as CloudSim sums them up.
 *
 * @param energyKWh  of all hosts
 * @param migrations how many were begun
 * @param shutdowns  how often a host had no load any more
 * @param slatah     SLA violation time per active host: the share of the hosts' active time in which some machine got less than it wanted
 * @param pdm        performance degradation due to migrations: the share of what machines wanted that they did not get because they moved
 * @param overall    the share of what machines wanted that they did not get
 * @param activeHosts how many hosts had load, on the average
 */
public record Outcome(double energyKWh, int migrations, int shutdowns, double slatah, double pdm, double overall, double activeHosts) {

    /** SLA violation: both in one number. */
    public double slav() {
        return slatah * pdm;
    }

    /** Energy and SLA violation in one number, in kWh. */
    public double esv() {
        return energyKWh * slav();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f kWh, %d migrations, %d shutdowns, SLATAH %.2f %%, PDM %.3f %%, SLAV %.2fe-5, ESV %.2fe-3", energyKWh,
                migrations, shutdowns, 100 * slatah, 100 * pdm, 1e5 * slav(), 1e3 * esv());
    }
}
