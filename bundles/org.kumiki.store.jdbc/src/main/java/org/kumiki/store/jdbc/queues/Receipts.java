package org.kumiki.store.jdbc.queues;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads receipts: the number of the queue, the sequence of the message and how often it had been delivered, with a code of authentication
 * (128 bits of HMAC-SHA-256) by a key that all control planes of a database have. So nobody can make one up, a receipt of one queue is none of another,
 * and one of an earlier delivery is told apart. Thread-safe.
 */
final class Receipts {

    private static final int KEY = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final int CODE = 16;
    private static final int NAMED = Long.BYTES + Long.BYTES + Integer.BYTES;

    private final Mac keyed;

    /** What a receipt names. */
    record Receipt(long queue, long sequence, int receives) {
    }

    Receipts(byte[] key) {
        try {
            keyed = Mac.getInstance(ALGORITHM);
            keyed.init(new SecretKeySpec(key, ALGORITHM));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    static byte[] newKey() {
        byte[] key = new byte[KEY];
        new SecureRandom().nextBytes(key);
        return key;
    }

    String write(Receipt receipt) {
        byte[] named = ByteBuffer.allocate(NAMED).putLong(receipt.queue()).putLong(receipt.sequence()).putInt(receipt.receives()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ByteBuffer.allocate(NAMED + CODE).put(named).put(code(named)).array());
    }

    /** Nothing, if it has not been written with this key. */
    Optional<Receipt> read(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (bytes.length != NAMED + CODE) {
            return Optional.empty();
        }
        boolean isOurs = MessageDigest.isEqual(code(Arrays.copyOf(bytes, NAMED)), Arrays.copyOfRange(bytes, NAMED, bytes.length));
        ByteBuffer named = ByteBuffer.wrap(bytes);
        return isOurs ? Optional.of(new Receipt(named.getLong(), named.getLong(), named.getInt())) : Optional.empty();
    }

    private byte[] code(byte[] bytes) {
        try {
            return Arrays.copyOf(((Mac) keyed.clone()).doFinal(bytes), CODE);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the code of authentication of every Java can be copied", e);
        }
    }
}
