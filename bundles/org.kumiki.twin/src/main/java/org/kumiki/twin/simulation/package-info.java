/**
 * The production engine in virtual time, on hosts that are simulated: {@link org.kumiki.twin.simulation.Simulation}. Schedulers, policies and
 * migration strategies are those of the real datacenter, byte for byte; the same scenario comes to the same, bit for bit.
 */
@Export
@Version("1.0.0")
package org.kumiki.twin.simulation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
