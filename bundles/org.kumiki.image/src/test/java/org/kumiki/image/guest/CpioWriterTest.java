package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class CpioWriterTest {

    /** An entry as a reader of the format finds it. */
    private record Found(String name, int mode, int owner, int group, String device, String content) {
    }

    @Test
    void writesWhatAReaderOfTheFormatFinds() throws IOException {
        List<Found> found = read(write(new RootTree().file("/usr/bin/su", 04750, 10, "su".getBytes(US_ASCII)).link("/bin", "usr/bin")
                .directory("/home/me", 0700, 1000).characterDevice("/dev/console", 0600, 5, 1)));

        assertThat(found).containsExactly(
                new Found("bin", 0120777, 0, 0, "0:0", "usr/bin"),
                new Found("dev", 0040755, 0, 0, "0:0", ""),
                new Found("dev/console", 0020600, 0, 0, "5:1", ""),
                new Found("home", 0040755, 0, 0, "0:0", ""),
                new Found("home/me", 0040700, 1000, 1000, "0:0", ""),
                new Found("usr", 0040755, 0, 0, "0:0", ""),
                new Found("usr/bin", 0040755, 0, 0, "0:0", ""),
                new Found("usr/bin/su", 0104750, 0, 10, "0:0", "su"));
    }

    @Test
    void makesTheSameBytesOfTheSameFiles() throws IOException {
        assertThat(write(new RootTree().file("/b", 0644, new byte[5]).file("/a/b/c", 0644, new byte[3])))
                .isEqualTo(write(new RootTree().file("/a/b/c", 0644, new byte[3]).file("/b", 0644, new byte[5])));
    }

    private static byte[] write(RootTree tree) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter out = new CpioWriter(bytes)) {
            tree.writeTo(out);
        }
        return bytes.toByteArray();
    }

    private static List<Found> read(byte[] archive) {
        List<Found> entries = new ArrayList<>();
        int at = 0;
        while (true) {
            assertThat(new String(archive, at, 6, US_ASCII)).isEqualTo("070701");
            int nameLength = field(archive, at, 11);
            int contentAt = padded(at + 110 + nameLength);
            String name = new String(archive, at + 110, nameLength - 1, US_ASCII);
            if (name.equals("TRAILER!!!")) {
                return entries;
            }
            int length = field(archive, at, 6);
            entries.add(new Found(name, field(archive, at, 1), field(archive, at, 2), field(archive, at, 3),
                    field(archive, at, 9) + ":" + field(archive, at, 10), new String(archive, contentAt, length, US_ASCII)));
            at = padded(contentAt + length);
        }
    }

    private static int field(byte[] archive, int entry, int number) {
        return Integer.parseUnsignedInt(new String(archive, entry + 6 + 8 * number, 8, US_ASCII), 16);
    }

    private static int padded(int position) {
        return (position + 3) / 4 * 4;
    }
}
