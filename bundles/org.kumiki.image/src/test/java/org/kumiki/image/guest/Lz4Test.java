package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;

class Lz4Test {

    @Test
    void copiesLiteralsAndWhatCameBefore() throws IOException {
        // "abc", then nine bytes from three back, which overlaps itself, then "!"
        byte[] block = {0x35, 'a', 'b', 'c', 3, 0, 0x10, '!'};

        assertThat(unpack(frame(block), 13)).isEqualTo("abcabcabcabc!");
    }

    @Test
    void readsLongLengths() throws IOException {
        // one "x", then 4 + 15 + 255 + 6 more of it, then "!"
        byte[] block = {0x1f, 'x', 1, 0, (byte) 255, 6, 0x10, '!'};

        assertThat(unpack(frame(block), 282)).isEqualTo("x".repeat(281) + "!");
    }

    @Test
    void joinsBlocks() throws IOException {
        byte[] first = {0x30, 'a', 'b', 'c'};
        byte[] second = {0x20, 'd', 'e'};
        byte[] frame = ByteBuffer.allocate(4 + 4 + first.length + 4 + second.length).order(ByteOrder.LITTLE_ENDIAN).putInt(Lz4.MAGIC)
                .putInt(first.length).put(first).putInt(second.length).put(second).array();

        assertThat(unpack(frame, 5)).isEqualTo("abcde");
    }

    @Test
    void refusesDamage() {
        assertThatThrownBy(() -> unpack(frame(new byte[] {0x35, 'a', 'b', 'c', 9, 0, 0x10, '!'}), 13)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(frame(new byte[] {(byte) 0xf0}), 13)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(frame(new byte[] {0x30, 'a', 'b', 'c'}), 2)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(frame(new byte[] {0x30, 'a', 'b', 'c'}), 9)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(new byte[8], 9)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(new byte[2], 9)).isInstanceOf(IOException.class);
    }

    private static byte[] frame(byte[] block) {
        return ByteBuffer.allocate(8 + block.length).order(ByteOrder.LITTLE_ENDIAN).putInt(Lz4.MAGIC).putInt(block.length).put(block).array();
    }

    private static String unpack(byte[] frame, int length) throws IOException {
        return new String(Lz4.unpack(ByteBuffer.wrap(frame), length), US_ASCII);
    }
}
