package org.kumiki.aws.s3;

import java.util.Optional;

import org.kumiki.api.identity.Account;
import org.kumiki.aws.signature.ChunkChain;

/**
 * Whoever makes a request.
 *
 * @param account empty for somebody who did not sign
 * @param chunks  for a body that is signed in chunks
 */
record Caller(Optional<Account> account, Optional<ChunkChain> chunks) {

    static final Caller ANYBODY = new Caller(Optional.empty(), Optional.empty());

    /** The account's number; empty text for nobody's. */
    String id() {
        return account.map(known -> known.id().value()).orElse("");
    }

    boolean is(String owner) {
        return account.isPresent() && id().equals(owner);
    }
}
