/**
 * The production engine in virtual time, on hosts that are simulated: {@link org.kumiki.twin.simulation.Simulation}. Schedulers, policies and
 * migration strategies are those of the real datacenter, byte for byte; the same scenario comes to the same, bit for bit.
 */
package org.kumiki.twin.simulation;
