package org.kumiki.queue.log;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and reads receipts: the number of the queue, the sequence of the message and how often it had been delivered, with a code of authentication
 * (128 bits of HMAC-SHA-256) by a key that is this store's alone. So nobody can make one up, a receipt of one queue is none of another, and one of an
 * earlier delivery is told apart. Identifiers of messages are made by the same key, so that they need not be kept. Thread-safe.
 */
final class Receipts {

    static final int KEY = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int CODE = 16;
    private static final int NAMED = Integer.BYTES + Long.BYTES + Integer.BYTES;
    /** Bytes that are authenticated begin with what they are, so that no identifier tells the code of a receipt. */
    private static final byte RECEIPT = 1;
    private static final byte IDENTIFIER = 2;

    private final Mac keyed;

    /** What a receipt names. */
    record Receipt(int queue, long sequence, int receives) {
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
        byte[] named = ByteBuffer.allocate(NAMED).putInt(receipt.queue()).putLong(receipt.sequence()).putInt(receipt.receives()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ByteBuffer.allocate(NAMED + CODE).put(named).put(code(RECEIPT, named)).array());
    }

    /** Nothing, if this store has not written it. */
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
        boolean isOurs = MessageDigest.isEqual(code(RECEIPT, Arrays.copyOf(bytes, NAMED)), Arrays.copyOfRange(bytes, NAMED, bytes.length));
        ByteBuffer named = ByteBuffer.wrap(bytes);
        return isOurs ? Optional.of(new Receipt(named.getInt(), named.getLong(), named.getInt())) : Optional.empty();
    }

    /** Of the message that was sent to a queue with a sequence. */
    String identifier(int queue, long sequence) {
        ByteBuffer code = ByteBuffer.wrap(code(IDENTIFIER, ByteBuffer.allocate(Integer.BYTES + Long.BYTES).putInt(queue).putLong(sequence).array()));
        // As random ones look, which is what clients expect.
        long high = code.getLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x4000;
        long low = code.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    private byte[] code(byte what, byte[] bytes) {
        try {
            Mac mac = (Mac) keyed.clone();
            mac.update(what);
            return Arrays.copyOf(mac.doFinal(bytes), CODE);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the code of authentication of every Java can be copied", e);
        }
    }
}
