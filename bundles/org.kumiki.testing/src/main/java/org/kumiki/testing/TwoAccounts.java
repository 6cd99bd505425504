package org.kumiki.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;

/** Two accounts with a key each, and one more that is switched off, all with the same secret. */
public final class TwoAccounts implements Identity {

    public static final String KEY = "AKIAROOT";
    public static final String OTHER_KEY = "AKIAOTHER";
    public static final String DISABLED_KEY = "AKIAOFF";
    public static final String SECRET = "not-much-of-a-secret";

    public static final Account ROOT = new Account(new AccountId("000000000001"), "root");
    public static final Account OTHER = new Account(new AccountId("000000000002"), "other");

    private static final Map<String, AccessKey> KEYS = Map.of(KEY, new AccessKey(KEY, SECRET, ROOT, true),
            OTHER_KEY, new AccessKey(OTHER_KEY, SECRET, OTHER, true), DISABLED_KEY, new AccessKey(DISABLED_KEY, SECRET, OTHER, false));

    @Override
    public Optional<AccessKey> accessKey(String id) {
        return Optional.ofNullable(KEYS.get(id));
    }

    @Override
    public Optional<Account> account(AccountId id) {
        return accounts().stream().filter(account -> account.id().equals(id)).findFirst();
    }

    @Override
    public List<Account> accounts() {
        return List.of(ROOT, OTHER);
    }

    @Override
    public Account root() {
        return ROOT;
    }
}
