package org.kumiki.aws.signature;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hashes that signatures are made of. */
public final class Hashes {

    /** Is never fed: every use takes a copy, which is quicker than to look the algorithm up. */
    private static final MessageDigest SHA256 = sha256();

    /** The SHA-256 of no bytes at all. */
    static final String OF_NOTHING = sha256Hex(new byte[0]);

    private Hashes() {
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String sha256Hex(byte[] content) {
        try {
            return hex(((MessageDigest) SHA256.clone()).digest(content));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sha256Hex(String content) {
        return sha256Hex(content.getBytes(StandardCharsets.UTF_8));
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Takes as long whether the first character differs or the last. */
    static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
