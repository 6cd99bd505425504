package org.kumiki.api.twin;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.HostId;

/** Something to change in a copy of the datacenter before its time goes on, or while it does. */
public sealed interface Change {

    /** When the last of it has happened, from the beginning on. */
    default Duration until() {
        return Duration.ZERO;
    }

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

    /**
     * So many hosts more, which are on and empty.
     *
     * @param like a host that they are like; of the kind that most hosts are, if none is named
     */
    record MoreHosts(int count, Optional<HostId> like) implements Change {

        private static final int MOST = 10_000;

        public MoreHosts {
            if (count < 1 || count > MOST) {
                throw new IllegalArgumentException("from 1 to " + MOST + " hosts more, not " + count);
            }
        }
    }

    /**
     * Hosts fail, all at once: nothing reaches them any more, and the guests that run there are lost.
     *
     * @param at after how long; hosts that are not on by then fail as well, and lose nothing
     */
    record HostsFail(List<HostId> hosts, Duration at) implements Change {

        public HostsFail {
            hosts = List.copyOf(hosts);
            requireTime(at);
        }

        @Override
        public Duration until() {
            return at;
        }
    }

    /**
     * So many hosts fail, all at once: of those that are on by then, the ones with the most guests.
     *
     * @param at after how long
     */
    record FullestHostsFail(int count, Duration at) implements Change {

        public FullestHostsFail {
            if (count < 1) {
                throw new IllegalArgumentException("at least one host fails, not " + count);
            }
            requireTime(at);
        }

        @Override
        public Duration until() {
            return at;
        }
    }

    /**
     * Instances are launched, each of which may run where one of its type does that is there already, and uses what that one does; the first like
     * the first one, and so on, again and again. Where none of the type runs, they are like those of any type.
     *
     * @param type by name; the one that most instances have, if none is named
     * @param over how long it takes: they are launched one after the other, equally far apart; zero for all at once
     */
    record Launches(int count, Optional<String> type, Duration over) implements Change {

        private static final int MOST = 100_000;

        public Launches {
            if (count < 1 || count > MOST) {
                throw new IllegalArgumentException("from 1 to " + MOST + " instances are launched, not " + count);
            }
            requireTime(over);
        }

        @Override
        public Duration until() {
            return over;
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

    private static void requireTime(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("nothing happens before the beginning: " + time);
        }
    }
}
