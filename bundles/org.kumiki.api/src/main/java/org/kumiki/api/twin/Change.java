package org.kumiki.api.twin;

import java.util.List;

import org.kumiki.api.model.HostId;

/** Something to change in a copy of the datacenter before its time goes on. */
public sealed interface Change {

    /** A policy decides that only looks on, or has a few hosts. */
    record With(String policy) implements Change {
    }

    /** A policy does not decide. */
    record Without(String policy) implements Change {
    }

    /** A policy decides in place of another. */
    record Replaced(String policy, String by) implements Change {
    }

    /** Hosts are emptied, as far as there is room elsewhere, and taken away; what finds no room is terminated. */
    record WithoutHosts(List<HostId> hosts) implements Change {

        public WithoutHosts {
            hosts = List.copyOf(hosts);
        }
    }

    /** So many hosts fewer: of those that take guests, the ones with the fewest. */
    record FewerHosts(int count) implements Change {

        public FewerHosts {
            if (count < 1) {
                throw new IllegalArgumentException("at least one host fewer, not " + count);
            }
        }
    }

    /** Every instance uses so many times the CPU, but no more than it has. */
    record Load(double factor) implements Change {

        public Load {
            if (!(factor >= 0 && factor <= 100)) {
                throw new IllegalArgumentException("the load changes by a factor from 0 to 100, not " + factor);
            }
        }
    }
}
