package org.kumiki.twin.cloudsim;

/**
 * How a datacenter fares at a moment.
 *
 * @param seconds       since the day began
 * @param hostsOn       how many hosts have load; where hosts can sleep, how many do not
 * @param load          of those hosts all together, from 0 to 1
 * @param hostsViolated on how many of them machines get less than they want
 * @param energyKWh     of all hosts since the day began
 * @param migrations    that were begun since then
 */
public record Sample(double seconds, int hostsOn, double load, int hostsViolated, double energyKWh, int migrations) {
}
