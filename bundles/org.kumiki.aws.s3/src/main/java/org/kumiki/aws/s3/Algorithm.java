package org.kumiki.aws.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The checksums that clients can choose from. */
enum Algorithm {

    CRC32(4, Crc.CRC32), CRC32C(4, Crc.CRC32C), CRC64NVME(8, Crc.CRC64NVME), SHA1(20, null), SHA256(32, null);

    /** Takes bytes in, and says in the end what they come to. */
    interface Sum {

        void update(byte[] bytes, int offset, int length);

        byte[] value();
    }

    private final int length;
    private final Crc crc;

    Algorithm(int length, Crc crc) {
        this.length = length;
        this.crc = crc;
    }

    /** @throws S3Exception for a name that is none */
    static Algorithm named(String name) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.name().equalsIgnoreCase(name)).findFirst()
                .orElseThrow(() -> S3Exception.invalidRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                        + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]"));
    }

    /** The algorithm that a header is of. */
    static Optional<Algorithm> ofHeader(String header) {
        return Arrays.stream(values()).filter(algorithm -> algorithm.header().equalsIgnoreCase(header)).findFirst();
    }

    String header() {
        return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    }

    /** The name of its element in documents. */
    String element() {
        return "Checksum" + name();
    }

    Sum begin() {
        return switch (this) {
            case CRC32 -> of(new CRC32());
            case CRC32C -> of(new CRC32C());
            case CRC64NVME -> of(new Crc64());
            case SHA1 -> digest("SHA-1");
            case SHA256 -> digest("SHA-256");
        };
    }

    /** Whether the checksum of a whole can be had from those of its parts. */
    boolean combines() {
        return crc != null;
    }

    byte[] combine(byte[] first, byte[] second, long secondLength) {
        return bytes(crc.combine(number(first), number(second), secondLength));
    }

    /** Of no bytes. */
    byte[] ofNothing() {
        return begin().value();
    }

    /** Whether a text can be a checksum of this kind at all. */
    boolean fits(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length == length;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Sum of(Checksum checksum) {
        return new Sum() {

            @Override
            public void update(byte[] bytes, int offset, int count) {
                checksum.update(bytes, offset, count);
            }

            @Override
            public byte[] value() {
                return bytes(checksum.getValue());
            }
        };
    }

    private byte[] bytes(long value) {
        return Arrays.copyOfRange(ByteBuffer.allocate(8).putLong(value).array(), 8 - length, 8);
    }

    private static long number(byte[] bytes) {
        long number = 0;
        for (byte b : bytes) {
            number = number << 8 | b & 0xFF;
        }
        return number;
    }

    static Sum digest(String name) {
        try {
            MessageDigest digest = MessageDigest.getInstance(name);
            return new Sum() {

                @Override
                public void update(byte[] bytes, int offset, int count) {
                    digest.update(bytes, offset, count);
                }

                @Override
                public byte[] value() {
                    return digest.digest();
                }
            };
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
