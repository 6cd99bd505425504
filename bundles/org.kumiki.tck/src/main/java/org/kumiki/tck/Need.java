package org.kumiki.tck;

import java.util.Optional;

import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;

/** What a driver must declare, or must not, for a check to make sense. */
public sealed interface Need {

    /** Every driver is checked. */
    record Nothing() implements Need {
    }

    /** Only a driver that declares this. */
    record Declared(Feature feature) implements Need {
    }

    /** Only a driver that does not declare this. */
    record Absent(Feature feature) implements Need {
    }

    /** Why the check makes no sense for this technology; empty if it does. */
    default Optional<String> missing(Technology technology) {
        if (this instanceof Declared declared && !technology.can(declared.feature())) {
            return Optional.of(technology.name() + " does not declare " + declared.feature());
        } else if (this instanceof Absent absent && technology.can(absent.feature())) {
            return Optional.of(technology.name() + " declares " + absent.feature());
        }
        return Optional.empty();
    }
}
