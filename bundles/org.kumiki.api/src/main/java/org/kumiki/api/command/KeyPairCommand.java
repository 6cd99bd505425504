package org.kumiki.api.command;

import java.util.Map;
import java.util.Optional;

import org.kumiki.api.model.KeyPair;

/** What can be asked of key pairs. */
public sealed interface KeyPairCommand<R> extends Command<R> {

    /** Keeps the public half of a key. Whoever made the key pair has kept the private half. */
    record Import(String name, String publicKey, String fingerprint, String type,
            Map<String, String> tags) implements KeyPairCommand<KeyPair> {

        public Import {
            tags = Map.copyOf(tags);
        }
    }

    /** Forgets a key pair; it is no error if there is none. */
    record Delete(String name) implements KeyPairCommand<Optional<KeyPair>> {
    }
}
