package org.kumiki.image.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The modules of one kernel, as its package brings them.
 * <p>
 * The list of their dependencies is not in the package: it is made when the package is installed. So it is read from the modules.
 */
final class KernelModules {

    private static final byte[] SIGNATURE_MARK = "~Module signature appended~\n".getBytes(US_ASCII);
    private static final int SIGNATURE_FOOTER = 12;

    private final Path work;
    private final Map<String, Path> files = new HashMap<>();
    private final Set<String> loaded = new HashSet<>();

    /** A module to load. */
    record Module(String name, byte[] content) {
    }

    /**
     * @param directory e.g. {@code lib/modules/6.1.0-56-cloud-amd64}
     * @param work      a directory for what is on the way
     */
    KernelModules(Path directory, Path work) throws IOException {
        this.work = work;
        try (Stream<Path> found = Files.walk(directory)) {
            found.filter(file -> file.getFileName().toString().matches(".*\\.ko(\\.\\w+)?")).forEach(file -> files.put(name(file), file));
        }
    }

    /**
     * The modules of these names and all that they need, each after those it needs. What has been loaded before is not loaded again, and
     * what is not there is built into the kernel.
     */
    List<Module> load(List<String> names) throws IOException {
        List<Module> order = new ArrayList<>();
        for (String name : names) {
            load(name, order);
        }
        return order;
    }

    private void load(String name, List<Module> order) throws IOException {
        if (!files.containsKey(name) || !loaded.add(name)) {
            return;
        }
        byte[] content = content(name);
        for (String needed : needs(name, content)) {
            load(needed, order);
        }
        order.add(new Module(name, content));
    }

    private byte[] content(String name) throws IOException {
        byte[] stored = Files.readAllBytes(files.get(name));
        Optional<Compression> compression = Compression.of(stored);
        return unsigned(compression.isPresent() ? compression.get().unpack(stored, work) : stored);
    }

    /**
     * Without the signature at its end. The package that brought it was verified already, and verifying each module once more, at each
     * boot, on an emulated processor, takes a guest longer than all the rest it does.
     */
    static byte[] unsigned(byte[] module) {
        int end = module.length - SIGNATURE_MARK.length;
        if (end < SIGNATURE_FOOTER || !Arrays.equals(module, end, module.length, SIGNATURE_MARK, 0, SIGNATURE_MARK.length)) {
            return module;
        }
        int length = ByteBuffer.wrap(module).getInt(end - 4); // big-endian, the last field of the footer
        return Arrays.copyOf(module, end - SIGNATURE_FOOTER - length);
    }

    private static List<String> needs(String name, byte[] content) throws IOException {
        ElfFile elf = ElfFile.of(content).orElseThrow(() -> new IOException("the module " + name + " is not an ELF file"));
        return Stream.of(elf.moduleInfo("depends").orElse("").split(",")).filter(needed -> !needed.isEmpty())
                .map(KernelModules::canonical).toList();
    }

    private static String name(Path file) {
        return canonical(file.getFileName().toString().replaceFirst("\\.ko(\\.\\w+)?$", ""));
    }

    /** File names have dashes where the kernel says underscores. */
    private static String canonical(String name) {
        return name.replace('-', '_');
    }
}
