package org.kumiki.aws.ec2;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A key pair that was just made, both halves in the forms that SSH programs read.
 *
 * @param publicKey   OpenSSH's one line
 * @param privateKey  an RSA key as PKCS #1, as EC2 writes it; an Ed25519 key in OpenSSH's form, the only one there is
 * @param fingerprint as EC2 computes it for a key made by it: SHA-1 of an RSA key's PKCS #8 form, SHA-256 of an Ed25519 key's public line
 */
record FreshKey(String publicKey, String privateKey, String fingerprint) {

    private static final int RSA_BITS = 2048;
    private static final int ED25519_BYTES = 32;

    static FreshKey rsa(String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS);
            KeyPair pair = generator.generateKeyPair();
            RSAPublicKey key = (RSAPublicKey) pair.getPublic();
            byte[] blob = Blob.of(out -> out.text(PublicKey.RSA).number(key.getPublicExponent()).number(key.getModulus()));
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(pair.getPrivate().getEncoded());
            return new FreshKey(line(PublicKey.RSA, blob, name), pem("RSA PRIVATE KEY", 64, pkcs1((RSAPrivateCrtKey) pair.getPrivate())),
                    HexFormat.ofDelimiter(":").formatHex(digest));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static FreshKey ed25519(String name) {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] point = point((EdECPublicKey) pair.getPublic());
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            byte[] blob = Blob.of(out -> out.text(PublicKey.ED25519).bytes(point));
            return new FreshKey(line(PublicKey.ED25519, blob, name), pem("OPENSSH PRIVATE KEY", 70, openSsh(blob, seed, point, name)),
                    PublicKey.sha256(blob));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String line(String type, byte[] blob, String name) {
        return type + " " + Base64.getEncoder().encodeToString(blob) + " " + name.replaceAll("[^A-Za-z0-9@._-]", "-");
    }

    private static String pem(String title, int width, byte[] content) {
        String body = Base64.getMimeEncoder(width / 4 * 4, new byte[] { '\n' }).encodeToString(content);
        return "-----BEGIN " + title + "-----\n" + body + "\n-----END " + title + "-----\n";
    }

    /** A point is written as its y coordinate, little end first, with the sign of x in the last bit (RFC 8032). */
    private static byte[] point(EdECPublicKey key) {
        byte[] bigEndian = key.getPoint().getY().toByteArray();
        byte[] point = new byte[ED25519_BYTES];
        for (int i = 0; i < Math.min(bigEndian.length, ED25519_BYTES); i++) {
            point[i] = bigEndian[bigEndian.length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            point[ED25519_BYTES - 1] |= (byte) 0x80;
        }
        return point;
    }

    /** OpenSSH's own file format, version 1, without a passphrase (PROTOCOL.key in its sources). */
    private static byte[] openSsh(byte[] publicBlob, byte[] seed, byte[] point, String name) {
        int check = new SecureRandom().nextInt();
        byte[] secret = Arrays.copyOf(seed, seed.length + point.length);
        System.arraycopy(point, 0, secret, seed.length, point.length);
        byte[] unpadded = Blob.of(out -> out.integer(check).integer(check).text(PublicKey.ED25519).bytes(point).bytes(secret).text(name));
        byte[] padded = Arrays.copyOf(unpadded, (unpadded.length + 7) / 8 * 8);
        for (int i = unpadded.length; i < padded.length; i++) {
            padded[i] = (byte) (i - unpadded.length + 1);
        }
        byte[] rest = Blob.of(out -> out.text("none").text("none").text("").integer(1).bytes(publicBlob).bytes(padded));
        byte[] magic = "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
        byte[] file = Arrays.copyOf(magic, magic.length + rest.length);
        System.arraycopy(rest, 0, file, magic.length, rest.length);
        return file;
    }

    private static byte[] pkcs1(RSAPrivateCrtKey key) {
        ByteArrayOutputStream numbers = new ByteArrayOutputStream();
        for (BigInteger number : new BigInteger[] { BigInteger.ZERO, key.getModulus(), key.getPublicExponent(), key.getPrivateExponent(),
                key.getPrimeP(), key.getPrimeQ(), key.getPrimeExponentP(), key.getPrimeExponentQ(), key.getCrtCoefficient() }) {
            der(numbers, 0x02, number.toByteArray());
        }
        ByteArrayOutputStream sequence = new ByteArrayOutputStream();
        der(sequence, 0x30, numbers.toByteArray());
        return sequence.toByteArray();
    }

    private static void der(ByteArrayOutputStream out, int tag, byte[] content) {
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
    }

    /** The private half belongs in no log. */
    @Override
    public String toString() {
        return "FreshKey[" + publicKey + "]";
    }

    /** SSH's wire encoding: everything has its length before it. */
    private static final class Blob {

        interface Content {
            void write(Blob out) throws IOException;
        }

        private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(buffer);

        static byte[] of(Content content) {
            Blob blob = new Blob();
            try {
                content.write(blob);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return blob.buffer.toByteArray();
        }

        Blob integer(int value) throws IOException {
            out.writeInt(value);
            return this;
        }

        Blob bytes(byte[] value) throws IOException {
            out.writeInt(value.length);
            out.write(value);
            return this;
        }

        Blob text(String value) throws IOException {
            return bytes(value.getBytes(StandardCharsets.UTF_8));
        }

        Blob number(BigInteger value) throws IOException {
            return bytes(value.toByteArray());
        }
    }
}
