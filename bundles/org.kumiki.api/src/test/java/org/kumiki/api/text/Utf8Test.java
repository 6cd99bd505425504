package org.kumiki.api.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Random;

class Utf8Test {

    private static final int[] SIGNS = { 0, 1, '/', 'a', 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f6b5, 0x10ffff };

    private final Random random = new Random(1);

    @Test
    void areInTheOrderOfTheirBytes() {
        for (int round = 0; round < 20_000; round++) {
            String a = key();
            String b = key();

            int expected = Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));
            assertThat(Integer.signum(Utf8.ORDER.compare(a, b))).isEqualTo(Integer.signum(expected));
        }
    }

    @Test
    void findsWhatIsRightBeyondAPrefix() {
        for (int round = 0; round < 20_000; round++) {
            String prefix = key();
            String other = key();

            boolean isBeyond = Utf8.beyond(prefix).map(beyond -> Utf8.ORDER.compare(other, beyond) >= 0).orElse(false);

            assertThat(isBeyond).isEqualTo(Utf8.ORDER.compare(other, prefix) > 0 && !other.startsWith(prefix));
        }
    }

    @Test
    void countsBytes() {
        for (int round = 0; round < 20_000; round++) {
            String key = key();

            assertThat(Utf8.length(key)).isEqualTo(key.getBytes(UTF_8).length);
        }
    }

    private String key() {
        StringBuilder key = new StringBuilder();
        random.ints(random.nextInt(4), 0, SIGNS.length).forEach(sign -> key.appendCodePoint(SIGNS[sign]));
        return key.toString();
    }
}
