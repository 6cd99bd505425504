/**
 * The physics of CloudSim 3.0.3 (R. Calheiros et al., Software: Practice and Experience 41(1), 2011) and its study of consolidation on PlanetLab's
 * traces (A. Beloglazov and R. Buyya, Concurrency and Computation: Practice and Experience 24(13), 2012), so that policies can be compared with what
 * was published. What is odd in them is odd here, too: memory does not count once a machine runs, hosts without machines draw nothing and wake at
 * once, and a machine whose use is zero twice in a row is gone for good.
 */
package org.kumiki.twin.cloudsim;
