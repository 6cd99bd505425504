package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts by SSH, made of this one machine, come into a running platform, take a guest, and go again without a trace. */
class LabTest {

    private static final Duration TO_BOOT = Duration.ofMinutes(8);

    private Lab lab;
    private Platform platform;

    @BeforeEach
    void start() {
        lab = Lab.start();
        platform = lab.platform();
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void aLabOfTwoHostsTakesAGuestAndLeavesNoTrace() throws Exception {
        assertThat(lab.kumiki("2")).contains("lab-1", "lab-2");
        assertThat(lab.kumiki("2")).contains("lab-1", "lab-2").doesNotContain("does not serve");
        Await.until("two more hosts", Lab.TO_APPEAR, () -> lab.hosts().keySet().containsAll(List.of("lab-1", "lab-2")));
        assertThat(lab.hosts()).hasSize(3);
        assertThat(lab.devices()).isNotEmpty();

        String instance = lab.launch("lab-2");
        Await.until("a running guest", TO_BOOT, () -> lab.state(instance).equals("running"));
        Await.until("a guest that knows its name", TO_BOOT, () -> platform.shell("kumiki:console " + instance).contains("kumiki guest ip-172-31-"));

        Path directory = lab.directory("lab-2", instance);
        assertThat(directory).isDirectory();
        long guest = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
        assertThat(Files.readSymbolicLink(Path.of("/proc", Long.toString(guest), "ns/net")))
                .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        platform.kill(); // the guest does not notice
        platform.start();
        Await.until("the guest, still running", Lab.TO_APPEAR,
                () -> lab.hosts().keySet().contains("lab-2") && lab.state(instance).equals("running"));
        assertThat(ProcessHandle.of(guest)).get().matches(ProcessHandle::isAlive);
        platform.terminateAll();

        lab.kumiki("down");
        Await.until("one host", Lab.TO_APPEAR, () -> lab.hosts().values().stream().filter("up"::equals).count() == 1);
        assertThat(lab.devices()).isEmpty();
        assertThat(platform.data().resolve("lab")).doesNotExist();
        assertThat(platform.processes()).noneMatch(process -> Platform.commandLine(process).contains("sshd"));
    }
}
