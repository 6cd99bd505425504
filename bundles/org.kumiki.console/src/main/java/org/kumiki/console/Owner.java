package org.kumiki.console;

import java.util.Optional;

import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;

/**
 * Whose something is.
 *
 * @param name null if nobody is there who knows it
 */
record Owner(String id, String name) {

    static Owner of(AccountId id, Optional<Identity> identity) {
        return new Owner(id.value(), identity.flatMap(known -> known.account(id)).map(Account::name).orElse(null));
    }

    /** @param text in lower case */
    boolean has(String text) {
        return id.contains(text) || name != null && Query.lower(name).contains(text);
    }
}
