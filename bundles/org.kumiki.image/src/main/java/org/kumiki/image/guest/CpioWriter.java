package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/**
 * Writes an archive in the "newc" format of cpio, which Linux unpacks as its first root file system. All that is in it belongs to root
 * unless said otherwise, and has no date, so the same files make the same bytes.
 */
public final class CpioWriter implements Closeable {

    private static final int DIRECTORY = 0040000;
    private static final int FILE = 0100000;
    private static final int LINK = 0120000;
    private static final int CHARACTER_DEVICE = 0020000;

    private final OutputStream out;
    private int serial;
    private long written;

    public CpioWriter(OutputStream out) {
        this.out = new BufferedOutputStream(out, 1 << 16);
    }

    public void directory(String path, int mode, int owner) throws IOException {
        entry(path, DIRECTORY | mode, owner, owner, 0, new byte[0]);
    }

    public void file(String path, int mode, int owner, int group, byte[] content) throws IOException {
        entry(path, FILE | mode, owner, group, 0, content);
    }

    public void link(String path, String target) throws IOException {
        entry(path, LINK | 0777, 0, 0, 0, target.getBytes(UTF_8));
    }

    public void characterDevice(String path, int mode, int major, int minor) throws IOException {
        entry(path, CHARACTER_DEVICE | mode, 0, 0, major << 16 | minor, new byte[0]);
    }

    /** Ends the archive. */
    @Override
    public void close() throws IOException {
        try (out) {
            entry("TRAILER!!!", 0, 0, 0, 0, new byte[0]);
        }
    }

    private void entry(String path, int mode, int owner, int group, int device, byte[] content) throws IOException {
        String relative = path.startsWith("/") ? path.substring(1) : path;
        byte[] name = (relative + "\0").getBytes(UTF_8);
        int inode = ++serial;
        int links = 1;
        int date = 0;
        int[] fields = {inode, mode, owner, group, links, date, content.length, 0, 0, device >> 16, device & 0xffff, name.length, 0};
        StringBuilder header = new StringBuilder("070701");
        for (int field : fields) {
            header.append(String.format(Locale.ROOT, "%08X", field));
        }
        write(header.toString().getBytes(UTF_8));
        write(name);
        pad();
        write(content);
        pad();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        written += bytes.length;
    }

    /** Header with name, and content, each fill a multiple of four bytes. */
    private void pad() throws IOException {
        write(new byte[(int) (-written & 3)]);
    }
}
