package org.kumiki.api.table;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What is to become of an item. An item without values is none. */
public sealed interface ItemChange {

    /** The name of the item. */
    String item();

    /** What becomes of the item, if it is there, or of nothing, if it is not. */
    Optional<Item> appliedTo(Optional<Item> before);

    /**
     * A value to be added to those of an attribute.
     *
     * @param replace all values go that the attribute has had before the change
     */
    record Assignment(String name, String value, boolean replace) {

        public Assignment {
            Objects.requireNonNull(name);
            Objects.requireNonNull(value);
        }
    }

    /** Adds values. */
    record Put(String item, List<Assignment> assignments) implements ItemChange {

        public Put {
            Objects.requireNonNull(item);
            assignments = List.copyOf(assignments);
        }

        @Override
        public Optional<Item> appliedTo(Optional<Item> before) {
            Set<String> replaced = assignments.stream().filter(Assignment::replace).map(Assignment::name).collect(Collectors.toSet());
            Set<Attribute> attributes = new TreeSet<>();
            before.ifPresent(old -> old.attributes().stream().filter(each -> !replaced.contains(each.name())).forEach(attributes::add));
            assignments.forEach(assignment -> attributes.add(new Attribute(assignment.name(), assignment.value())));
            return attributes.isEmpty() ? Optional.empty() : Optional.of(new Item(item, attributes));
        }
    }

    /**
     * What is to go of an attribute.
     *
     * @param value none: all its values
     */
    record Removal(String name, Optional<String> value) {

        public Removal {
            Objects.requireNonNull(name);
            Objects.requireNonNull(value);
        }

        boolean covers(Attribute attribute) {
            return name.equals(attribute.name()) && (value.isEmpty() || value.get().equals(attribute.value()));
        }
    }

    /**
     * Takes values away.
     *
     * @param removals none: the whole item
     */
    record Delete(String item, List<Removal> removals) implements ItemChange {

        public Delete {
            Objects.requireNonNull(item);
            removals = List.copyOf(removals);
        }

        @Override
        public Optional<Item> appliedTo(Optional<Item> before) {
            if (before.isEmpty() || removals.isEmpty()) {
                return Optional.empty();
            }
            List<Attribute> left = before.get().attributes().stream()
                    .filter(attribute -> removals.stream().noneMatch(removal -> removal.covers(attribute))).toList();
            return left.isEmpty() ? Optional.empty() : Optional.of(new Item(item, left));
        }
    }
}
