package org.kumiki.bench.technologies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateTest {

    private static final String TYPE = "t3.medium";

    @TempDir
    Path load;

    @Test
    void isConfiguredWhereItsProgramIs() throws IOException {
        Path program = Files.createFile(load.resolve("program"));
        Candidate there = new Candidate("there", TYPE, Optional.of(program), Map.of("there.cfg", "x = 1\n"));
        Candidate absent = new Candidate("absent", TYPE, Optional.of(load.resolve("none")), Map.of("absent.cfg", "x = 1\n"));

        there.configure(load);
        absent.configure(load);

        assertThat(load.resolve("there.cfg")).hasContent("x = 1\n");
        assertThat(load.resolve("absent.cfg")).doesNotExist();
        assertThat(absent.lacks(load)).contains("there is no " + load.resolve("none"));
    }

    @Test
    void saysThatAServerHasToBeConfigured() throws IOException {
        Candidate server = new Candidate("libvirt-qemu", TYPE, Optional.empty(), Map.of());
        assertThat(server.lacks(load)).get().asString().contains("org.kumiki.hypervisor.libvirt-NAME.cfg");

        Files.createFile(load.resolve("org.kumiki.hypervisor.libvirt-kvm7.cfg"));

        assertThat(server.lacks(load)).isEmpty();
    }
}
