package org.kumiki.bench.technologies;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A technology that may be compared, and what the platform must be told to have a host of it. Of libvirt's, QEMU alone can do the work: it says what
 * guests write to their consoles, and has networks in which they are reached.
 *
 * @param name    as hosts are labelled
 * @param type    of its guest, as EC2 has it
 * @param program without which it cannot be; nothing if an operator has to set up a server for it, and to configure it
 * @param files   what is configured for it, by file name
 */
record Candidate(String name, String type, Optional<Path> program, Map<String, String> files) {

    private static final String TWO_PROCESSORS = "t3.medium";
    private static final String ONE_PROCESSOR = "t2.small";
    private static final String MEMORY = "memoryShare = 0.4\n";

    static final List<Candidate> ALL = List.of(
            new Candidate("lxc", TWO_PROCESSORS, Optional.of(Path.of("/usr/bin/lxc-start")), Map.of("org.kumiki.node.directory-containers.cfg",
                    node("containers", "lxc"), "org.kumiki.hypervisor.lxc.cfg", MEMORY)),
            new Candidate("incus", TWO_PROCESSORS, Optional.empty(), Map.of()),
            new Candidate("uml", ONE_PROCESSOR, Optional.of(Path.of("/usr/bin/linux.uml")), Map.of("org.kumiki.node.directory-uml.cfg",
                    node("uml", "uml"), "org.kumiki.hypervisor.uml.cfg", MEMORY)),
            new Candidate("qemu", TWO_PROCESSORS, Optional.of(Path.of("/usr/bin/qemu-system-x86_64")), Map.of()),
            new Candidate("libvirt-qemu", TWO_PROCESSORS, Optional.empty(), Map.of()));

    private static String node(String name, String technology) {
        return "name = \"" + name + "\"\ndirectory = \"" + name + "\"\ntechnology = \"" + technology + "\"\n";
    }

    /**
     * Why it cannot be compared; nothing if it can.
     *
     * @param load the platform's configurations
     */
    Optional<String> lacks(Path load) throws IOException {
        if (program.isPresent()) {
            return Files.exists(program.get()) ? Optional.empty() : Optional.of("there is no " + program.get());
        }
        String factory = "org.kumiki.hypervisor." + name.split("-")[0];
        try (DirectoryStream<Path> configured = Files.newDirectoryStream(load, factory + "-*.cfg")) {
            return configured.iterator().hasNext() ? Optional.empty()
                    : Optional.of("no server of it is configured: --configurations names a directory with " + factory + "-NAME.cfg");
        }
    }

    /** Configures it, if it is there. */
    void configure(Path load) throws IOException {
        if (lacks(load).isEmpty()) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(load.resolve(file.getKey()), file.getValue());
            }
        }
    }
}
