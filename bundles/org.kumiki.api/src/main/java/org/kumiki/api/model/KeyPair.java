package org.kumiki.api.model;

import java.time.Instant;
import java.util.Map;

/**
 * The public half of a key with which its owner logs in to instances. The private half is given to the client once and kept nowhere.
 *
 * @param publicKey   in OpenSSH's one-line form, e.g. {@code ssh-ed25519 AAAA… comment}
 * @param fingerprint as EC2 computes it for the kind and origin of the key
 * @param type        {@code rsa} or {@code ed25519}
 */
public record KeyPair(KeyPairId id, AccountId owner, String name, String publicKey, String fingerprint, String type, Instant created,
        Map<String, String> tags) {

    public KeyPair {
        tags = Map.copyOf(tags);
    }

    public KeyPair withTags(Map<String, String> newTags) {
        return new KeyPair(id, owner, name, publicKey, fingerprint, type, created, newTags);
    }
}
