package org.kumiki.hypervisor.libvirt.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

/** What goes over the wire, byte by byte. */
class XdrTest {

    @Test
    void padsTextsToFourBytes() {
        byte[] bytes = new XdrWriter().text("kumi").text("組木").optional(Optional.of("a")).optional(Optional.empty()).toBytes();
        assertArrayEquals(HexFormat.of().parseHex("00000004" + "6b756d69" + "00000006" + "e7b584e69ca80000" + "00000001" + "00000001" + "61000000"
                + "00000000"),
                bytes);
    }

    @Test
    void readsWhatItWrites() {
        XdrReader reader = new XdrReader(new XdrWriter().integer(-1).hyper(Long.MIN_VALUE).text("").fixed(new byte[] { 1, 2, 3 })
                .optional(Optional.of("x"))
                .integer(2).text("a").text("b").toBytes());
        assertEquals(-1, reader.integer());
        assertEquals(Long.MIN_VALUE, reader.hyper());
        assertEquals("", reader.text());
        assertArrayEquals(new byte[] { 1, 2, 3 }, reader.fixed(3));
        assertEquals(Optional.of("x"), reader.optional());
        assertEquals(List.of("a", "b"), reader.list(XdrReader::text));
    }

    @Test
    void believesNoLength() {
        for (int length : List.of(5, -1, Integer.MAX_VALUE, Integer.MIN_VALUE)) {
            byte[] lie = new XdrWriter().integer(length).integer(0).toBytes();
            assertThrows(ProtocolException.class, () -> new XdrReader(lie).text(), Integer.toString(length));
            assertThrows(ProtocolException.class, () -> new XdrReader(lie).list(XdrReader::integer), Integer.toString(length));
        }
        assertThrows(ProtocolException.class, () -> new XdrReader(new byte[3]).integer());
        assertThrows(ProtocolException.class, () -> new XdrReader(new byte[7]).hyper());
    }
}
