package org.kumiki.api.policy;

import java.util.List;
import java.util.stream.IntStream;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.view.HostTable;

/** Which hosts are a part of a datacenter. */
public sealed interface Part {

    /** The hosts, by the table of that moment. Those that are named come out as they are, whether they exist or not. */
    List<HostId> choose(HostTable hosts);

    /** These. */
    record Named(List<HostId> hosts) implements Part {

        public Named {
            hosts = List.copyOf(hosts);
        }

        @Override
        public List<HostId> choose(HostTable table) {
            return hosts.stream().distinct().toList();
        }
    }

    /** So many, evenly out of all, so that they are as mixed as all are. */
    record Count(int hosts) implements Part {

        public Count {
            if (hosts < 1) {
                throw new IllegalArgumentException("a part has at least one host, not " + hosts);
            }
        }

        @Override
        public List<HostId> choose(HostTable table) {
            int[] rows = IntStream.range(0, table.size()).filter(row -> table.state(row) != HostState.REMOVED).toArray();
            int count = Math.min(hosts, rows.length);
            return IntStream.range(0, count).mapToObj(number -> table.id(rows[(int) ((long) number * rows.length / count)])).toList();
        }
    }

    /**
     * A share of all, and at least one.
     *
     * @param share above 0, up to 1
     */
    record Share(double share) implements Part {

        public Share {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException("a share is above 0 and up to 1, not " + share);
            }
        }

        @Override
        public List<HostId> choose(HostTable table) {
            long all = IntStream.range(0, table.size()).filter(row -> table.state(row) != HostState.REMOVED).count();
            return new Count((int) Math.max(1, Math.round(share * all))).choose(table);
        }
    }

    /**
     * Reads a part: a number of hosts, as {@code 4}; a share, as {@code 0.1} or {@code 10%}; or hosts' names with commas between them.
     *
     * @throws IllegalArgumentException if it is none of them; the message is for people
     */
    static Part parse(String text) {
        if (text.matches("\\d{1,9}")) {
            return new Count(Integer.parseInt(text));
        } else if (text.matches("\\d?\\.\\d{1,9}")) {
            return new Share(Double.parseDouble(text));
        } else if (text.matches("\\d{1,3}(\\.\\d{1,6})?%")) {
            return new Share(Double.parseDouble(text.substring(0, text.length() - 1)) / 100);
        }
        return new Named(List.of(text.split(",")).stream().map(HostId::new).toList());
    }
}
