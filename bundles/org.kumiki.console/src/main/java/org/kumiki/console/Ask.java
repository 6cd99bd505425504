package org.kumiki.console;

import java.util.function.UnaryOperator;

/**
 * Which page of a list somebody wants to see.
 *
 * @param text   what has it in its name or its owner's, in lower case
 * @param bySize the fullest first; else in the order of names
 * @param page   from 1
 */
record Ask(String text, boolean bySize, int page) {

    static final int ROWS = 12;
    static final Ask FIRST = new Ask("", false, 1);

    /** Reads the parameters of a list; what is missing or makes no sense is as in the first page of all. */
    static Ask read(UnaryOperator<String> parameters, String list) {
        return new Ask(Query.lower(parameters.apply(list + "Text")), "size".equals(parameters.apply(list + "Sort")),
                Query.number(parameters.apply(list + "Page")));
    }
}
