package org.kumiki.aws.signature;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A hash with a key. To look an algorithm up takes longer than to use it, so that is done once a key. Thread-safe. */
final class Hmac {

    static final String SHA256 = "HmacSHA256";
    static final String SHA1 = "HmacSHA1";

    /** Is never fed: every use takes a copy. */
    private final Mac keyed;

    /** @param algorithm one that every Java platform has */
    Hmac(String algorithm, byte[] key) {
        try {
            keyed = Mac.getInstance(algorithm);
            keyed.init(new SecretKeySpec(key, algorithm));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] of(String text) {
        try {
            Mac copy = (Mac) keyed.clone();
            return copy.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
