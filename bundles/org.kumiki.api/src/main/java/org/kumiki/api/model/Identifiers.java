package org.kumiki.api.model;

import java.util.regex.Pattern;

/** The one check that all identifiers share. */
final class Identifiers {

    private Identifiers() {
    }

    static void check(Pattern shape, String value) {
        if (value == null || !shape.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is not of the form " + shape);
        }
    }
}
