package org.kumiki.aws.ec2;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;

import org.kumiki.aws.wire.AwsException;

/**
 * A public key that a client brought.
 *
 * @param line        in OpenSSH's form
 * @param type        {@code rsa} or {@code ed25519}
 * @param fingerprint as EC2 computes it for a key that was imported: MD5 of an RSA key's DER form, SHA-256 of an Ed25519 key
 */
record PublicKey(String line, String type, String fingerprint) {

    static final String RSA = "ssh-rsa";
    static final String ED25519 = "ssh-ed25519";

    private static final int MOST_CHARACTERS = 4_096;

    /** @throws AwsException InvalidKey.Format where it is none, or one that EC2 would not take */
    static PublicKey parse(String text) {
        String[] parts = text.split("[ \t]+", 3);
        if (parts.length < 2 || text.length() > MOST_CHARACTERS || text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 127)) {
            throw invalid();
        }
        try {
            byte[] blob = Base64.getDecoder().decode(parts[1]);
            ByteBuffer in = ByteBuffer.wrap(blob);
            if (!new String(next(in), StandardCharsets.US_ASCII).equals(parts[0])) {
                throw invalid();
            }
            return switch (parts[0]) {
                case RSA -> new PublicKey(text, "rsa", rsaFingerprint(in));
                case ED25519 -> new PublicKey(text, "ed25519", ed25519Fingerprint(in, blob));
                default -> throw invalid();
            };
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw invalid();
        }
    }

    private static String rsaFingerprint(ByteBuffer in) {
        try {
            BigInteger exponent = new BigInteger(next(in));
            BigInteger modulus = new BigInteger(next(in));
            if (modulus.bitLength() < 1_024 || in.hasRemaining()) {
                throw invalid();
            }
            byte[] der = KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)).getEncoded();
            return HexFormat.ofDelimiter(":").formatHex(MessageDigest.getInstance("MD5").digest(der));
        } catch (InvalidKeySpecException e) {
            throw invalid();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String ed25519Fingerprint(ByteBuffer in, byte[] blob) {
        if (next(in).length != 32 || in.hasRemaining()) {
            throw invalid();
        }
        return sha256(blob);
    }

    static String sha256(byte[] blob) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(blob));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] next(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw invalid();
        }
        byte[] content = new byte[length];
        in.get(content);
        return content;
    }

    private static AwsException invalid() {
        return AwsException.refuse("InvalidKey.Format", "Key is not in valid OpenSSH public key format");
    }
}
