package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads archives of cpio in the "newc" format, which are what Linux unpacks as its first root file system. */
final class CpioReader {

    private static final int HEADER = 110;
    private static final int LONGEST_NAME = 4_096;
    private static final int MOST_ENTRIES = 200_000;
    private static final int LARGEST_KEPT = 4 << 20;
    private static final int TYPE = 0170000;
    private static final int LINK = 0120000;

    private final InputStream in;
    private long position;

    /**
     * Something in an archive.
     *
     * @param name    its path, without a slash at its beginning
     * @param content of a file that was asked for; of a link, where it leads; else empty
     */
    record Entry(String name, int mode, byte[] content) {

        boolean isLink() {
            return (mode & TYPE) == LINK;
        }
    }

    private CpioReader(InputStream in) {
        this.in = in;
    }

    /**
     * Reads one archive, to its end and no further.
     *
     * @param wanted the names of files whose content is kept
     * @throws IOException also if it is none
     */
    static List<Entry> read(InputStream in, Set<String> wanted) throws IOException {
        return new CpioReader(in).entries(wanted);
    }

    private List<Entry> entries(Set<String> wanted) throws IOException {
        List<Entry> entries = new ArrayList<>();
        while (entries.size() < MOST_ENTRIES) {
            String header = new String(exactly(HEADER), ISO_8859_1);
            if (!header.startsWith("070701") && !header.startsWith("070702")) {
                throw new IOException("this is no archive of cpio: it has no header at byte " + (position - HEADER));
            }
            int mode = (int) field(header, 1);
            long size = field(header, 6);
            long length = field(header, 11);
            if (length < 1 || length > LONGEST_NAME) {
                throw new IOException("the archive has a name of " + length + " bytes");
            }
            byte[] name = exactly((int) length);
            pad();
            String path = new String(name, 0, name.length - 1, UTF_8).replaceFirst("^(\\./|/)+", "");
            boolean keep = (mode & TYPE) == LINK || wanted.contains(path);
            if (keep && size > LARGEST_KEPT) {
                throw new IOException(path + " in the archive is larger than it may be");
            }
            byte[] content = keep ? exactly((int) size) : skipped(size);
            pad();
            if (path.equals("TRAILER!!!")) {
                return entries;
            }
            entries.add(new Entry(path, mode, content));
        }
        throw new IOException("the archive has more in it than it may have");
    }

    private static long field(String header, int number) throws IOException {
        try {
            return Long.parseLong(header, 6 + 8 * number, 14 + 8 * number, 16);
        } catch (NumberFormatException e) {
            throw new IOException("the archive is damaged", e);
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the archive is cut off");
        }
        position += length;
        return bytes;
    }

    private byte[] skipped(long length) throws IOException {
        in.skipNBytes(length);
        position += length;
        return new byte[0];
    }

    private void pad() throws IOException {
        exactly((int) (-position & 3));
    }
}
