package org.kumiki.api.model;

import java.util.Map;
import java.util.Set;

import org.kumiki.api.model.Technology.Method;

/**
 * What an instance does most, which some ways to virtualize bear better than others. What is said here of each is what H. Nakada's lecture on
 * virtualizing the datacenter (2008) says of them: work of the CPU alone is nearly as fast as without; mapping memory costs a little; storage
 * and network are slow behind a second stack of drivers, less so where the guest calls its monitor; parallel jobs that wait for each other's
 * messages suffer most; containers have none of that. Beside that, a translator bears nothing as well as the others: those of today rewrite all code,
 * not only what is privileged. {@code kumiki bench technologies} measures how it is on a machine.
 */
public enum Workload {

    /** It computes, alone. */
    CPU(0, 0, 1),
    /** It maps much memory, or makes many processes. */
    MEMORY(0, 1, 2),
    /** It reads and writes much. */
    IO(1, 2, 2),
    /** It sends and receives much. */
    NETWORK(1, 2, 2),
    /** Several processes exchange messages in rounds, as by MPI. */
    PARALLEL(2, 3, 3);

    private final Map<Method, Integer> burdens;

    Workload(int paravirtual, int hardware, int binaryTranslation) {
        burdens = Map.of(Method.OS_LEVEL, 0, Method.PARAVIRTUAL, paravirtual, Method.HARDWARE, hardware, Method.BINARY_TRANSLATION, binaryTranslation);
    }

    /**
     * How badly it runs in this way: the less the better.
     *
     * @param methods of a technology, which uses the best of them
     * @return 0 if it runs as without, at most 3
     */
    public int burden(Set<Method> methods) {
        int least = 3;
        for (Method method : methods) { // called once a host, so without a stream
            least = Math.min(least, burdens.get(method));
        }
        return least;
    }
}
