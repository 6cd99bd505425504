package org.kumiki.metadata;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.kumiki.api.model.InstanceId;

/**
 * The session tokens of the second version of EC2's metadata service. A token says until when it is valid and for whom, sealed with a key
 * that lives as long as this object, so that nothing has to be remembered.
 */
final class Tokens {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec key;

    Tokens() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = new SecretKeySpec(secret, "HmacSHA256");
    }

    String issue(InstanceId instance, Instant now, Duration life) {
        String until = Long.toString(now.plus(life).getEpochSecond(), 36);
        return until + "-" + seal(instance, until);
    }

    boolean isValid(String token, InstanceId instance, Instant now) {
        int dash = token.indexOf('-');
        if (dash < 1 || dash > 12) {
            return false;
        }
        String until = token.substring(0, dash);
        byte[] expected = seal(instance, until).getBytes(StandardCharsets.US_ASCII);
        byte[] given = token.substring(dash + 1).getBytes(StandardCharsets.ISO_8859_1);
        return MessageDigest.isEqual(expected, given) && Long.parseLong(until, 36) > now.getEpochSecond();
    }

    private String seal(InstanceId instance, String until) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return ENCODER.encodeToString(mac.doFinal((instance + " " + until).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
