package org.kumiki.twin.study;

import java.io.Serializable;

/**
 * One of a scenario's runs.
 *
 * @param policy which of the scenario's, from 0 on
 * @param seed   of the workload
 */
public record Run(int policy, long seed) implements Serializable {
}
