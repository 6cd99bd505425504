package org.kumiki.identity;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;

/** Every account and every key at one moment. Immutable; the first account is the root. */
record Accounts(Map<AccountId, Account> accountsById, Map<String, AccessKey> keys) implements Identity {

    static Accounts of(Collection<Account> accounts, Collection<AccessKey> keys) {
        Map<AccountId, Account> accountsById = new LinkedHashMap<>();
        accounts.forEach(account -> accountsById.put(account.id(), account));
        Map<String, AccessKey> keysById = new LinkedHashMap<>();
        keys.forEach(key -> keysById.put(key.id(), key));
        return new Accounts(accountsById, keysById);
    }

    @Override
    public Optional<AccessKey> accessKey(String id) {
        return Optional.ofNullable(keys.get(id));
    }

    @Override
    public Optional<Account> account(AccountId id) {
        return Optional.ofNullable(accountsById.get(id));
    }

    @Override
    public List<Account> accounts() {
        return List.copyOf(accountsById.values());
    }

    @Override
    public Account root() {
        return accountsById.values().iterator().next();
    }

    /** The first key of the root account that may be used. */
    Optional<AccessKey> rootKey() {
        return keys.values().stream().filter(key -> key.active() && key.account().equals(root())).findFirst();
    }
}
