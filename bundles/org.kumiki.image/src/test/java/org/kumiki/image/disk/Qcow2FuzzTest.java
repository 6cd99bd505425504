package org.kumiki.image.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.kumiki.api.storage.StorageException;

/** Headers that were damaged at random: each is let in or refused, and nothing else happens. */
class Qcow2FuzzTest {

    private static final int ROUNDS = 100_000;
    private static final int INTERESTING = 256;
    private static final long[] EDGES = {0, 1, -1, 2, 7, 8, 9, 21, 22, 64, 72, 104, 112, 512, 65_536, 65_537, Integer.MAX_VALUE,
            Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 1L << 62};

    @Test
    void nothingButARefusalComesOfADamagedHeader() {
        SplittableRandom random = new SplittableRandom(20_080_401);
        byte[] good = Arrays.copyOf(new Qcow2Bytes().extension(Qcow2Bytes.FEATURE_NAMES, "names").extension(0x12345678, "other").bytes(),
                4096);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = damaged(good, random);
            try {
                Qcow2Check.check(Qcow2Header.read(ByteBuffer.wrap(bytes)), 4 * Qcow2Bytes.CLUSTER, 1L << 40);
                accepted++;
            } catch (StorageException e) {
                refused++;
            }
        }

        assertThat(accepted + refused).isEqualTo(ROUNDS);
        assertThat(accepted).as("some damage is harmless").isPositive();
        assertThat(refused).as("most damage is not").isGreaterThan(accepted);
    }

    private static byte[] damaged(byte[] good, SplittableRandom random) {
        byte[] bytes = random.nextInt(20) == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
        for (int change = random.nextInt(1, 5); change > 0 && bytes.length >= 16; change--) {
            int position = random.nextInt(Math.min(INTERESTING, bytes.length - 8));
            ByteBuffer out = ByteBuffer.wrap(bytes);
            switch (random.nextInt(4)) {
                case 0 -> bytes[position] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[position] = (byte) random.nextInt();
                case 2 -> out.putInt(position & ~3, (int) EDGES[random.nextInt(EDGES.length)]);
                default -> out.putLong(position & ~7, EDGES[random.nextInt(EDGES.length)]);
            }
        }
        return bytes;
    }
}
