package org.kumiki.api.model;

import java.util.regex.Pattern;

/** An account: twelve digits, e.g. {@code 000000000001}. */
public record AccountId(String value) implements Comparable<AccountId> {

    private static final Pattern SHAPE = Pattern.compile("[0-9]{12}");

    public AccountId {
        Identifiers.check(SHAPE, value);
    }

    @Override
    public int compareTo(AccountId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
