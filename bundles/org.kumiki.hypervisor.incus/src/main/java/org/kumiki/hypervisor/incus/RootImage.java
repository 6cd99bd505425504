package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Makes a server's image of the first root file system of one of ours: a tar archive with what is to be known of it, two templates, and the files.
 * The same input makes the same bytes. Devices are left out, for the server makes those of a container. A name that leads outside is refused.
 */
final class RootImage {

    /** Goes into the name under which an image is found again, so that another form of it is another image. */
    static final String FORM = "1";
    /** The property by which images are known that are ours. */
    static final String PROPERTY = "kumiki";
    /** What its guests are to ask for names; see {@link #TEMPLATES}. */
    static final String NAME_SERVER = "user.kumiki.nameserver";

    private static final String ROOT = "rootfs/";
    private static final int NAMES = 255;
    private static final long MOST_BYTES = 8L << 30;
    private static final int MOST_ENTRIES = 1_000_000;
    /** Written by the server into a container: its own name when it is made, its name server each time it starts. */
    private static final Map<String, String> TEMPLATES = new LinkedHashMap<>();

    static {
        TEMPLATES.put("hostname.tpl", "{{ container.name }}\n");
        TEMPLATES.put("resolver.tpl", "{% if config_get(\"" + NAME_SERVER + "\", \"\") %}nameserver {{ config_get(\"" + NAME_SERVER
                + "\", \"\") }}\n{% endif %}");
    }

    private final TarArchiveOutputStream tar;
    /** The path that holds the content of each file that has several names. */
    private final Map<Long, String> contents = new HashMap<>();
    /** Names of files whose content has not come yet: it comes with the last of them. */
    private final Map<Long, Set<CpioArchiveEntry>> waiting = new LinkedHashMap<>();
    private long bytes;
    private int entries;

    private RootImage(TarArchiveOutputStream tar) {
        this.tar = tar;
    }

    /**
     * @param initrd  an archive of cpio
     * @param name    under which the image will be found; see {@link #PROPERTY}
     * @param architecture as the server calls it
     */
    static void write(InputStream initrd, String name, String architecture, OutputStream out) throws IOException {
        try (CpioArchiveInputStream cpio = new CpioArchiveInputStream(initrd);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            RootImage image = new RootImage(tar);
            image.head(name, architecture);
            for (CpioArchiveEntry entry = cpio.getNextEntry(); entry != null; entry = cpio.getNextEntry()) {
                image.add(entry, cpio);
            }
            image.addEmpty();
        }
    }

    /** LXD 5.0 ends in a panic if an image has no properties, and this process is its only one. */
    private void head(String name, String architecture) throws IOException {
        file("metadata.yaml", "architecture: " + architecture + "\ncreation_date: 1\nproperties:\n  " + PROPERTY + ": \"" + name + "\"\n"
                + "  description: \"a first root file system of Kumiki's\"\n"
                + "templates:\n  /etc/hostname:\n    when: [create]\n    template: hostname.tpl\n"
                + "  /etc/resolv.conf:\n    when: [create, start]\n    template: resolver.tpl\n");
        for (Map.Entry<String, String> template : TEMPLATES.entrySet()) {
            file("templates/" + template.getKey(), template.getValue());
        }
        TarArchiveEntry root = new TarArchiveEntry(ROOT, TarConstants.LF_DIR);
        root.setMode(0755);
        root.setModTime(0);
        put(root);
    }

    private void file(String name, String text) throws IOException {
        byte[] content = text.getBytes(UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL);
        entry.setSize(content.length);
        entry.setMode(0644);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private void add(CpioArchiveEntry entry, InputStream content) throws IOException {
        bytes += entry.getSize();
        if (++entries > MOST_ENTRIES || bytes > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_ENTRIES + " files, or more than " + (MOST_BYTES >> 30) + " GiB in them");
        }
        String path = path(entry.getName());
        if (path.equals(ROOT)) {
            return;
        }
        if (entry.isDirectory()) {
            put(entry(entry, path + "/", TarConstants.LF_DIR));
        } else if (entry.isSymbolicLink()) {
            TarArchiveEntry link = entry(entry, path, TarConstants.LF_SYMLINK);
            link.setLinkName(target(entry, content));
            put(link);
        } else if (entry.isRegularFile()) {
            addFile(entry, path, content);
        }
    }

    private static String target(CpioArchiveEntry entry, InputStream content) throws IOException {
        if (entry.getSize() > NAMES * NAMES) {
            throw new IOException("a link in it leads to a name of " + entry.getSize() + " bytes: " + plain(entry.getName()));
        }
        return new String(content.readNBytes((int) entry.getSize()), UTF_8);
    }

    /** Of a file with several names only one comes with its content; the others become links to that one. */
    private void addFile(CpioArchiveEntry entry, String path, InputStream content) throws IOException {
        boolean shared = entry.getNumberOfLinks() > 1;
        if (shared && contents.containsKey(entry.getInode())) {
            link(entry, path);
        } else if (shared && entry.getSize() == 0) {
            waiting.computeIfAbsent(entry.getInode(), inode -> new LinkedHashSet<>()).add(entry);
        } else {
            TarArchiveEntry file = entry(entry, path, TarConstants.LF_NORMAL);
            file.setSize(entry.getSize());
            tar.putArchiveEntry(file);
            content.transferTo(tar);
            tar.closeArchiveEntry();
            if (shared) {
                contents.put(entry.getInode(), path);
                for (CpioArchiveEntry other : waiting.getOrDefault(entry.getInode(), Set.of())) {
                    link(other, path(other.getName()));
                }
                waiting.remove(entry.getInode());
            }
        }
    }

    private void link(CpioArchiveEntry entry, String path) throws IOException {
        TarArchiveEntry link = entry(entry, path, TarConstants.LF_LINK);
        link.setLinkName(contents.get(entry.getInode()));
        put(link);
    }

    /** Files with several names that have nothing in them. */
    private void addEmpty() throws IOException {
        for (Set<CpioArchiveEntry> names : waiting.values()) {
            for (CpioArchiveEntry entry : names) {
                put(entry(entry, path(entry.getName()), TarConstants.LF_NORMAL));
            }
        }
    }

    private static TarArchiveEntry entry(CpioArchiveEntry from, String path, byte kind) {
        TarArchiveEntry entry = new TarArchiveEntry(path, kind);
        entry.setMode((int) (from.getMode() & 07777));
        entry.setUserId(from.getUID());
        entry.setGroupId(from.getGID());
        entry.setModTime(from.getTime() * 1000);
        return entry;
    }

    private void put(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    /** Where a file is in the archive. */
    static String path(String name) throws IOException {
        StringBuilder path = new StringBuilder(ROOT);
        for (String part : name.split("/")) {
            if (part.equals("..") || part.indexOf('\0') >= 0) {
                throw new IOException("a name in it leads outside: " + plain(name));
            }
            if (!part.isEmpty() && !part.equals(".")) {
                path.append(path.length() == ROOT.length() ? "" : "/").append(part);
            }
        }
        return path.toString();
    }

    private static String plain(String name) {
        return name.replaceAll("\\p{Cc}", "?");
    }
}
