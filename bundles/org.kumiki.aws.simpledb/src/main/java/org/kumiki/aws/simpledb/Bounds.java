package org.kumiki.aws.simpledb;

import org.kumiki.api.text.Utf8;
import org.kumiki.aws.wire.AwsException;

import java.time.Duration;
import java.util.regex.Pattern;

/** What SimpleDB allows. Lengths are in bytes of UTF-8. */
final class Bounds {

    static final int MOST_DOMAINS = 250;
    static final int MOST_DOMAINS_LISTED = 100;
    static final int MOST_ITEMS = 2_500;
    static final int ITEMS = 100;
    static final int MOST_ATTRIBUTES = 256;
    static final int MOST_ITEMS_CHANGED = 25;
    static final int MOST_PREDICATES = 20;
    static final int MOST_TESTS = 20;
    static final int ANSWER_BYTES = 1 << 20;
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int LONGEST = 1_024;
    private static final Pattern DOMAIN = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");

    private Bounds() {
    }

    static String domain(String name) {
        if (!DOMAIN.matcher(name).matches()) {
            throw AwsException.invalid("DomainName", name, "");
        }
        return name;
    }

    /** A name of an item or of an attribute. */
    static String name(String parameter, String name) {
        if (name.isEmpty()) {
            throw AwsException.invalid(parameter, name,
                    "The empty string is an illegal " + (parameter.equals("ItemName") ? "item" : "attribute") + " name");
        }
        return value(parameter, name);
    }

    static String value(String parameter, String value) {
        if (Utf8.length(value) > LONGEST) {
            throw AwsException.invalid(parameter, value, "Value exceeds maximum length of " + LONGEST + ".");
        }
        return value;
    }
}
