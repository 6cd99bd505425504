package org.kumiki.aws.s3;

/**
 * A cyclic redundancy check of 32 or 64 bits, as all of S3's are: bits reflected, begun and ended with ones.
 *
 * @param polynomial reflected
 */
record Crc(int width, long polynomial) {

    static final Crc CRC32 = new Crc(32, 0xEDB88320L);
    static final Crc CRC32C = new Crc(32, 0x82F63B78L);
    static final Crc CRC64NVME = new Crc(64, 0x9A6C9329AC4BC9B5L);

    /** The check of two texts, one after the other, from the checks of both. */
    long combine(long first, long second, long secondLength) {
        return multiply(powerOfX(secondLength * 8), first) ^ second;
    }

    /** Of polynomials, whose highest bit is that of 1; modulo this one. */
    private long multiply(long one, long other) {
        long product = 0;
        long shifted = other;
        for (int bit = width - 1; bit >= 0; bit--) {
            if ((one >>> bit & 1) != 0) {
                product ^= shifted;
            }
            shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ polynomial : shifted >>> 1;
        }
        return product;
    }

    private long powerOfX(long exponent) {
        long result = 1L << width - 1;
        long square = 1L << width - 2;
        for (long rest = exponent; rest > 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result = multiply(result, square);
            }
            square = multiply(square, square);
        }
        return result;
    }

    /** Eight tables: what each of eight bytes in a row adds. */
    long[][] tables() {
        long[][] tables = new long[8][256];
        for (int i = 0; i < 256; i++) {
            long value = i;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) != 0 ? value >>> 1 ^ polynomial : value >>> 1;
            }
            tables[0][i] = value;
        }
        for (int i = 0; i < 256; i++) {
            for (int table = 1; table < 8; table++) {
                long before = tables[table - 1][i];
                tables[table][i] = before >>> 8 ^ tables[0][(int) (before & 0xFF)];
            }
        }
        return tables;
    }
}
