package org.kumiki.identity;

import java.security.SecureRandom;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;

/** Makes access keys that nobody can guess, in the shape that AWS gives them. */
final class NewKey {

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    /** Letters and digits only: some clients trip over the others that AWS uses. 40 of them are 238 bits. */
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private NewKey() {
    }

    static AccessKey of(Account account, SecureRandom random) {
        return new AccessKey("AKIA" + text(16, BASE32, random), text(40, ALPHANUMERIC, random), account, true);
    }

    private static String text(int length, String alphabet, SecureRandom random) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
