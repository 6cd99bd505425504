package org.kumiki.api.identity;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.AccountId;
import org.osgi.annotation.versioning.ProviderType;

/** Who is who. Thread-safe; a look-up takes no lock and no disk. */
@ProviderType
public interface Identity {

    /** The key of that id, whether active or not. */
    Optional<AccessKey> accessKey(String id);

    Optional<Account> account(AccountId id);

    /** All there are now, the {@link #root()} first. */
    List<Account> accounts();

    /** The first account of the datacenter, made at its first start, which owns what comes with the platform. */
    Account root();
}
