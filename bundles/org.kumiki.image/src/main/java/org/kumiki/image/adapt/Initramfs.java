package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.kumiki.image.Sandbox;
import org.kumiki.image.adapt.CpioReader.Entry;
import org.kumiki.image.guest.CpioWriter;

/**
 * A system's first root file system: archives one after the other, of which later ones go over earlier ones. So drivers are added by one more
 * archive, and nothing that is there is packed anew. It brings an {@code /init} that loads the drivers, each after those it needs, and then
 * becomes the one that was there before.
 */
final class Initramfs {

    /** Whatever packs the last archive, and what unpacks it. */
    private enum Packing {
        GZIP("gz", List.of("gzip", "-d", "-f"), 0x1f, 0x8b),
        XZ("xz", List.of("xz", "-d", "-f"), 0xfd, '7', 'z', 'X', 'Z'),
        ZSTD("zst", List.of("zstd", "-d", "-f", "-q", "--rm"), 0x28, 0xb5, 0x2f, 0xfd),
        BZIP2("bz2", List.of("bzip2", "-d", "-f"), 'B', 'Z', 'h'),
        LZ4("lz4", List.of("lz4", "-d", "-f", "-q", "--rm"), 0x02, 0x21, 0x4c, 0x18);

        private final String extension;
        private final List<String> command;
        private final byte[] magic;

        Packing(String extension, List<String> command, int... magic) {
            this.extension = extension;
            this.command = command;
            this.magic = new byte[magic.length];
            for (int at = 0; at < magic.length; at++) {
                this.magic[at] = (byte) magic[at];
            }
        }

        static Packing of(byte[] image, int offset) throws IOException {
            for (Packing packing : values()) {
                if (offset + packing.magic.length <= image.length
                        && Arrays.equals(image, offset, offset + packing.magic.length, packing.magic, 0, packing.magic.length)) {
                    return packing;
                }
            }
            throw new IOException("the first root file system is packed in a way that is unknown here");
        }
    }

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final byte[] HEADER = "07070".getBytes(UTF_8);
    private static final String INIT = "init";
    private static final String HOME = "kumiki";
    /** Where a shell, and a program that loads modules, are looked for. */
    private static final List<String> SHELLS = List.of("bin/sh", "usr/bin/sh");
    private static final List<String> LOADERS = List.of("sbin/insmod", "usr/sbin/insmod", "bin/kmod", "usr/bin/kmod", "sbin/modprobe", "usr/sbin/modprobe",
            "bin/busybox", "usr/bin/busybox");

    private final Map<String, Entry> entries;

    private Initramfs(List<Entry> entries) {
        this.entries = entries.stream().collect(Collectors.toMap(Entry::name, entry -> entry, (earlier, later) -> later));
    }

    /** A module that is loaded at the start. */
    record Module(String name, byte[] content) {
    }

    /**
     * Looks into one.
     *
     * @param work a directory for what is unpacked, in the sandbox, meanwhile
     */
    static Initramfs read(byte[] image, Sandbox sandbox, Path work) throws IOException {
        List<Entry> entries = new ArrayList<>();
        int offset = 0;
        while (offset < image.length) {
            if (image[offset] == 0) {
                offset++;
            } else if (offset + HEADER.length <= image.length && Arrays.equals(image, offset, offset + HEADER.length, HEADER, 0, HEADER.length)) {
                ByteArrayInputStream in = new ByteArrayInputStream(image, offset, image.length - offset);
                entries.addAll(CpioReader.read(in, Set.of(INIT)));
                offset = image.length - in.available();
            } else {
                entries.addAll(unpacked(image, offset, sandbox, work));
                offset = image.length;
            }
        }
        return new Initramfs(entries);
    }

    private static List<Entry> unpacked(byte[] image, int offset, Sandbox sandbox, Path work) throws IOException {
        Packing packing = Packing.of(image, offset);
        Path packed = work.resolve("initramfs." + packing.extension);
        Path plain = work.resolve("initramfs");
        Files.write(packed, Arrays.copyOfRange(image, offset, image.length));
        try {
            List<String> command = new ArrayList<>(packing.command);
            command.add(Sandbox.WORK.resolve(packed.getFileName()).toString());
            sandbox.run(command, work, Map.of(), Optional.empty(), PATIENCE);
            try (InputStream in = new BufferedInputStream(Files.newInputStream(plain))) {
                return CpioReader.read(in, Set.of(INIT));
            }
        } finally {
            Files.deleteIfExists(packed);
            Files.deleteIfExists(plain);
        }
    }

    /** Whether drivers were added before. */
    boolean isChanged() {
        return entries.containsKey(HOME + "/" + INIT);
    }

    boolean has(String module) {
        return entries.keySet().stream().anyMatch(name -> name.matches(".*\\.ko(\\.\\w+)?") && ModuleIndex.name(name).equals(module));
    }

    /**
     * The archive to append.
     *
     * @param modules in the order in which they are loaded
     * @throws IOException if there is nothing in this one by which it could be done
     */
    byte[] with(List<Module> modules) throws IOException {
        Entry init = Optional.ofNullable(entries.get(INIT)).orElseThrow(() -> new IOException("the first root file system has no /init"));
        if (SHELLS.stream().noneMatch(this::isThere)) {
            throw new IOException("the first root file system has no shell that could load drivers");
        }
        String loader = LOADERS.stream().filter(this::isThere).findFirst()
                .orElseThrow(() -> new IOException("the first root file system has no program that could load drivers"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (CpioWriter out = new CpioWriter(bytes)) {
            out.directory(HOME, 0755, 0);
            out.link(HOME + "/insmod", "/" + loader); // both programs do what they are called
            for (Module module : modules) {
                out.file(HOME + "/" + module.name() + ".ko", 0644, 0, 0, module.content());
            }
            if (init.isLink()) {
                String target = new String(init.content(), UTF_8);
                out.link(HOME + "/" + INIT, target.startsWith("/") ? target : "/" + target);
            } else {
                out.file(HOME + "/" + INIT, 0755, 0, 0, init.content());
            }
            out.file(INIT, 0755, 0, 0, script(modules).getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static String script(List<Module> modules) {
        String names = modules.stream().map(Module::name).collect(Collectors.joining(" "));
        return """
                #!/bin/sh
                # Loads the drivers of a virtual machine's devices, and goes on as before.
                for module in %s; do
                    /%s/insmod /%s/$module.ko
                done
                exec /%s/%s "$@"
                """.formatted(names, HOME, HOME, HOME, INIT);
    }

    /** Also behind links to directories, which newer systems have for what was a directory in older ones. */
    private boolean isThere(String path) {
        if (entries.containsKey(path)) {
            return true;
        }
        int slash = path.indexOf('/');
        Entry first = slash < 0 ? null : entries.get(path.substring(0, slash));
        return first != null && first.isLink() && entries.containsKey(new String(first.content(), UTF_8).replaceFirst("^/", "") + path.substring(slash));
    }
}
