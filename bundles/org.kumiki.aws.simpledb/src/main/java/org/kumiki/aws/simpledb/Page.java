package org.kumiki.aws.simpledb;

import org.kumiki.api.table.Attribute;
import org.kumiki.api.table.Item;
import org.kumiki.api.table.Taker;
import org.kumiki.api.text.Utf8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The answer to a select expression, or as much of it as one answer may have. */
abstract class Page implements Taker {

    /** An item of an answer. */
    record Line(String name, List<Attribute> attributes) {

        Line {
            attributes = List.copyOf(attributes);
        }
    }

    private final int most;

    private Page(int most) {
        this.most = most;
    }

    static Page of(Select select) {
        if (select.output() instanceof Select.Output.Count) {
            return new Count(select.limit().orElse(Integer.MAX_VALUE));
        }
        int most = select.limit().orElse(Bounds.ITEMS);
        if (select.output() instanceof Select.Output.Names) {
            return new Listing(most, Optional.of(Set.of()));
        }
        if (select.output() instanceof Select.Output.Listed listed) {
            return new Listing(most, Optional.of(Set.copyOf(listed.attributes())));
        }
        return new Listing(most, Optional.empty());
    }

    /** So many items are taken at most. */
    final int most() {
        return most;
    }

    abstract List<Line> lines();

    private static final class Count extends Page {
        private int count;

        Count(int most) {
            super(most);
        }

        @Override
        public boolean take(Item item) {
            if (count == most()) {
                return false;
            }
            count++;
            return true;
        }

        @Override
        List<Line> lines() {
            return List.of(new Line("Domain", List.of(new Attribute("Count", Integer.toString(count)))));
        }
    }

    private static final class Listing extends Page {

        /** What the tags around an item take, and those around an attribute. */
        private static final int ITEM = 26;
        private static final int ATTRIBUTE = 53;

        private final Optional<Set<String>> asked;
        private final List<Line> lines = new ArrayList<>();
        private long bytes;

        /** @param asked of which attributes; none: of all */
        Listing(int most, Optional<Set<String>> asked) {
            super(most);
            this.asked = asked;
        }

        @Override
        public boolean take(Item item) {
            if (lines.size() == most()) {
                return false;
            }
            List<Attribute> attributes = item.attributes().stream().filter(each -> asked.isEmpty() || asked.get().contains(each.name())).toList();
            long more = ITEM + Utf8.length(item.name()) + attributes.stream()
                    .mapToLong(each -> ATTRIBUTE + Utf8.length(each.name()) + Utf8.length(each.value())).sum();
            if (!lines.isEmpty() && bytes + more > Bounds.ANSWER_BYTES) {
                return false;
            }
            bytes += more;
            lines.add(new Line(item.name(), attributes));
            return true;
        }

        @Override
        List<Line> lines() {
            return lines;
        }
    }
}
