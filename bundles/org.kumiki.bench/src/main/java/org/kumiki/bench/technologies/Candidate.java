package org.kumiki.bench.technologies;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A technology that may be compared, and what the platform must be told to have a host of it.
 *
 * @param name    as hosts are labelled
 * @param program without which it cannot be; nothing if an operator has to set up a server for it, and to configure it
 * @param files   what is configured for it, by file name
 */
record Candidate(String name, Optional<Path> program, Map<String, String> files) {

    static final List<Candidate> ALL = List.of(
            new Candidate("lxc", Optional.of(Path.of("/usr/bin/lxc-start")), Map.of("org.kumiki.node.directory-containers.cfg", node("containers", "lxc"),
                    "org.kumiki.hypervisor.lxc.cfg", "memoryShare = 0.4\n")),
            new Candidate("qemu", Optional.of(Path.of("/usr/bin/qemu-system-x86_64")), Map.of()),
            new Candidate("uml", Optional.of(Path.of("/usr/bin/linux.uml")), Map.of("org.kumiki.node.directory-uml.cfg", node("uml", "uml"))),
            new Candidate("libvirt", Optional.empty(), Map.of()),
            new Candidate("incus", Optional.empty(), Map.of()));

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
        try (DirectoryStream<Path> configured = Files.newDirectoryStream(load, "org.kumiki.hypervisor." + name + "-*.cfg")) {
            return configured.iterator().hasNext() ? Optional.empty()
                    : Optional.of("no server of it is configured: --configurations names a directory with org.kumiki.hypervisor." + name + "-NAME.cfg");
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
