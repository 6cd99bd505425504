package org.kumiki.hypervisor.vsphere;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An object of a server's inventory, with the properties that were asked for and that it has.
 *
 * @param properties by their paths, e.g. {@code runtime.powerState}
 */
record Managed(Ref ref, Map<String, Element> properties) {

    Managed {
        properties = Map.copyOf(properties);
    }

    Optional<Element> get(String path) {
        return Optional.ofNullable(properties.get(path));
    }

    /** The value of a property; empty text if it has none. */
    String text(String path) {
        return get(path).map(Element::text).orElse("");
    }

    /** The number that a property holds; 0 if it has none. */
    long number(String path) {
        String text = text(path);
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0; // whoever answers so has no room for guests
        }
    }

    boolean is(String path) {
        return text(path).equals("true");
    }

    Optional<Ref> ref(String path) {
        return get(path).map(Element::ref);
    }

    List<Ref> refs(String path) {
        return get(path).map(Element::refs).orElse(List.of());
    }
}
