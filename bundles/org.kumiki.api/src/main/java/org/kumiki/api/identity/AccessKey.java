package org.kumiki.api.identity;

import java.util.Objects;

/**
 * A key with which a program signs its requests.
 *
 * @param id     public, e.g. {@code AKIA…}
 * @param secret known to its owner and the platform; never logged, which is why {@link #toString()} leaves it out
 */
public record AccessKey(String id, String secret, Account account, boolean active) {

    public AccessKey {
        Objects.requireNonNull(account);
        if (id.isBlank() || secret.isBlank()) {
            throw new IllegalArgumentException("an access key has an id and a secret");
        }
    }

    @Override
    public String toString() {
        return "AccessKey[id=" + id + ", account=" + account.id() + ", active=" + active + "]";
    }
}
