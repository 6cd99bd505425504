package org.kumiki.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.kumiki.api.blob.Sink;

/**
 * Encryption of what a store keeps. Bytes are sealed in segments, so that a range can be read, and so that whatever is read has been verified. Each run
 * of bytes has a key of its own, made of the master key and a random salt, and its segments are numbered: no key and number is ever used twice.
 */
final class Sealing {

    static final String SALT = "sse.salt";
    static final int SEGMENT = 64 * 1024;
    private static final int TAG = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /** @param master of 256 bits */
    Sealing(byte[] master, String salt) {
        this.key = new SecretKeySpec(hmac(master, "kumiki-s3-segment-key" + salt), "AES");
    }

    static String salt() {
        byte[] salt = new byte[24];
        RANDOM.nextBytes(salt);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(salt);
    }

    /** Tells nothing of the content to whoever has no key, and is the same for the same content. */
    static String etag(byte[] master, String md5) {
        return HexFormat.of().formatHex(hmac(master, "kumiki-s3-etag" + md5)).substring(0, 32);
    }

    /** How much room bytes take when they are sealed. */
    static long sealed(long size) {
        return size + (size + SEGMENT - 1) / SEGMENT * TAG;
    }

    /** A key that is made of another. */
    static byte[] derived(byte[] master, String purpose) {
        return hmac(master, purpose);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] crypt(int mode, long segment, byte[] bytes, int length) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, ByteBuffer.allocate(12).putLong(4, segment).array()));
        return cipher.doFinal(bytes, 0, length);
    }

    /** The source, sealed. */
    InputStream seal(InputStream source) {
        return new InputStream() {

            private final byte[] plain = new byte[SEGMENT];
            private ByteBuffer sealed = ByteBuffer.allocate(0);
            private long segment;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (!sealed.hasRemaining()) {
                    int count = source.readNBytes(plain, 0, SEGMENT);
                    if (count == 0) {
                        return -1;
                    }
                    try {
                        sealed = ByteBuffer.wrap(crypt(Cipher.ENCRYPT_MODE, segment++, plain, count));
                    } catch (GeneralSecurityException e) {
                        throw new IllegalStateException(e);
                    }
                }
                int count = Math.min(length, sealed.remaining());
                sealed.get(bytes, offset, count);
                return count;
            }
        };
    }

    /**
     * Opens sealed bytes, which must come from the beginning of a segment on.
     *
     * @param size of all, as clients see it
     * @param range of that, to hand on
     */
    Sink open(long size, Range range, Sink target) {
        return new Sink() {

            private final byte[] sealed = new byte[SEGMENT + TAG];
            private int held;
            private long segment = range.first() / SEGMENT;

            @Override
            public void accept(ByteBuffer bytes) throws IOException {
                while (bytes.hasRemaining()) {
                    int whole = (int) Math.min(SEGMENT, size - segment * SEGMENT) + TAG;
                    int count = Math.min(bytes.remaining(), whole - held);
                    bytes.get(sealed, held, count);
                    held += count;
                    if (held == whole) {
                        handOn(whole);
                    }
                }
            }

            private void handOn(int whole) throws IOException {
                byte[] plain;
                try {
                    plain = crypt(Cipher.DECRYPT_MODE, segment, sealed, whole);
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("an encrypted object is not what was put there", e);
                }
                long begin = segment * SEGMENT;
                int from = (int) Math.max(0, range.first() - begin);
                int to = (int) Math.min(plain.length, range.last() + 1 - begin);
                target.accept(ByteBuffer.wrap(plain, from, to - from));
                segment++;
                held = 0;
            }
        };
    }

    /** Where to begin reading for a range, and how much to read. */
    static Range sealed(Range range, long size) {
        long firstSegment = range.first() / SEGMENT;
        long lastSegment = range.last() / SEGMENT;
        long end = Math.min(sealed(size), (lastSegment + 1) * (SEGMENT + TAG));
        return new Range(firstSegment * (SEGMENT + TAG), end - 1);
    }
}
