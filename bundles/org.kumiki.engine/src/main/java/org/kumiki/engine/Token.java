package org.kumiki.engine;

import java.time.Instant;
import java.util.List;

import org.kumiki.api.model.AccountId;

/**
 * That a request with an idempotency token was carried out.
 *
 * @param key     account and token
 * @param request what was asked, as text: the same token must come with the same request
 * @param made    the identifiers of what it made
 */
record Token(String key, String request, List<String> made, Instant at) {

    Token {
        made = List.copyOf(made);
    }

    static String key(AccountId account, String token) {
        return account + ":" + token;
    }
}
