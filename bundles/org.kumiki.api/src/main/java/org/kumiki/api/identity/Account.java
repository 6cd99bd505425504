package org.kumiki.api.identity;

import org.kumiki.api.model.AccountId;

/** Whoever owns instances, images and the rest, and pays. */
public record Account(AccountId id, String name) {
}
