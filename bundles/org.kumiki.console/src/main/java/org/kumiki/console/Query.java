package org.kumiki.console;

import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * Which part of the datacenter a page wants to see: it may hold twenty thousand instances, and a page shows fifteen.
 *
 * @param state     instances in this state, by EC2's name; {@code live} for all but the terminated, {@code all} for all
 * @param text      instances that have it in their identifier, name, tags, host or address; in lower case
 * @param page      of the instances, from 1
 * @param hostText  hosts that have it in their name, technology or labels, or {@code label=value}; in lower case
 * @param hostState hosts in this state, in lower case; {@code all} for all, {@code moving} for those that guests leave or come to
 * @param hostPage  of the hosts, from 1
 * @param group     what the hosts on the map have in common that stand together
 */
record Query(String state, String text, int page, String hostText, String hostState, int hostPage, String group) {

    static final int INSTANCES = 15;
    static final int HOSTS = 8;

    static final Query FIRST = new Query("live", "", 1, "", "all", 1, "");

    /** Reads a query; what is missing or makes no sense is as in the first one. */
    static Query read(UnaryOperator<String> parameters) {
        return new Query(word(parameters.apply("state"), FIRST.state), lower(parameters.apply("text")), number(parameters.apply("page")),
                lower(parameters.apply("hostText")), word(parameters.apply("hostState"), FIRST.hostState),
                number(parameters.apply("hostPage")), parameters.apply("group") == null ? FIRST.group : parameters.apply("group"));
    }

    private static String word(String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value.strip().toLowerCase(Locale.ROOT);
    }

    static String lower(String value) {
        return value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
    }

    static int number(String value) {
        try {
            return value == null ? 1 : Math.max(1, Integer.parseInt(value));
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
