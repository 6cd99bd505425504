package org.kumiki.aws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The digests by which clients know that a message has come as it was sent. Pure. */
final class Digests {

    private static final byte TEXT = 1;
    private static final byte BYTES = 2;

    private Digests() {
    }

    /** MD5, in hexadecimal. */
    static String of(String body) {
        return HexFormat.of().formatHex(digest("MD5").digest(body.getBytes(UTF_8)));
    }

    /** What a message without a deduplication id has instead, where a queue says so. */
    static String content(String body) {
        return HexFormat.of().formatHex(digest("SHA-256").digest(body.getBytes(UTF_8)));
    }

    /** MD5 of names, types and values in the order of the names, each after its length; a value also after its kind. */
    static String of(Map<String, MessageAttribute> attributes) {
        MessageDigest md5 = digest("MD5");
        new TreeMap<>(attributes).forEach((name, attribute) -> {
            add(md5, name.getBytes(UTF_8));
            add(md5, attribute.type().getBytes(UTF_8));
            md5.update(attribute.isBinary() ? BYTES : TEXT);
            add(md5, attribute.bytes());
        });
        return HexFormat.of().formatHex(md5.digest());
    }

    private static void add(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has both
        }
    }
}
