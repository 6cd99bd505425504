package org.kumiki.aws.simpledb;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.TableStore;
import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;

/** The store as one client sees it: others' domains do not exist. */
final class Tables {

    private static final String DOMAIN_NAME = "DomainName";

    private final TableStore store;
    private final Identity identity;

    Tables(TableStore store, Identity identity) {
        this.store = store;
        this.identity = identity;
    }

    TableStore store() {
        return store;
    }

    AccountId account(Call call) {
        return identity.accessKey(call.credential().accessKeyId()).filter(AccessKey::active)
                .orElseThrow(() -> new AwsException(403, "InvalidClientTokenId", "The AWS Access Key Id you provided does not exist in our records."))
                .account().id();
    }

    /** The one that a request names. */
    DomainId domain(Call call) {
        return new DomainId(account(call), Bounds.domain(call.input().requiredText(DOMAIN_NAME)));
    }

    /** The names of those of the caller, in order. */
    List<String> names(Call call) {
        return store.domains(account(call)).stream().map(domain -> domain.id().name()).toList();
    }

    boolean has(DomainId domain) {
        return store.domain(domain).isPresent();
    }

    static Optional<String> token(Call call) {
        return call.input().text("NextToken").filter(token -> !token.isEmpty());
    }
}
