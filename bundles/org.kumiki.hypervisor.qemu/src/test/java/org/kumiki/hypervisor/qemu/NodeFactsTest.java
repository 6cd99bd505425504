package org.kumiki.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.ProcessLimits.Limits;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.hypervisor.qemu.AcceleratorProbe.Verdict;

/** What the driver finds out about a machine, with small programs in place of QEMU. */
@Timeout(60)
class NodeFactsTest {

    @TempDir
    Path temp;

    private TestNode node;

    @BeforeEach
    void begin() {
        node = new TestNode("here", temp);
    }

    private Path program(String script) throws IOException {
        Path file = Files.writeString(temp.resolve("program"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private static QemuSettings settings(String program) {
        return new QemuSettings(program, 4, 0.5, 1, Duration.ofSeconds(1), false, 0);
    }

    /** Beside its own memory there is what QEMU takes. */
    @Test
    void boundsTheProcessOfAGuest() {
        assertThat(QemuHost.limits(new Resources(2, 1_000, 0, 0))).isEqualTo(new Limits(2, 1_562, 256));
    }

    @Test
    void takesANodeWithoutQemuForNoHost() {
        QemuHypervisor driver = new QemuHypervisor(settings("kumiki-no-such-program"));
        driver.addNode(node);

        assertThat(driver.hosts()).isEmpty();
        assertThat(driver.technology().methods()).containsExactly(Technology.Method.BINARY_TRANSLATION);
    }

    @Test
    void findsAHostAndForgetsItWithItsNode() throws IOException {
        QemuHypervisor driver = new QemuHypervisor(settings(program("echo QEMU emulator version 8.2.2").toString()));
        driver.addNode(node);

        assertThat(driver.hosts()).singleElement().satisfies(host -> {
            assertThat(host.host()).isEqualTo(new HostId("here"));
            assertThat(host.guests()).isEmpty();
            assertThat(host.labels()).containsEntry("qemu", "8.2.2");
        });
        assertThat(driver.technology().version()).isEqualTo("8.2.2");

        driver.removeNode(node);
        assertThat(driver.hosts()).isEmpty();
    }

    @Test
    void believesHardwareOnlyWhenAKernelReachedUserSpace() throws IOException {
        AcceleratorProbe probe = probe(program("echo; echo '" + ProbeImage.PROOF + "'").toString(), "boot 1");

        Verdict verdict = attempt(probe);

        assertThat(verdict.accelerator()).isEqualTo(Accelerator.KVM);
        assertThat(temp.resolve("probe.cpio")).doesNotExist();
    }

    @Test
    void fallsBackWhenQemuFailsOnHardware() throws IOException {
        Verdict verdict = attempt(probe(program("echo Probing EDD; echo 'failed to set MSR 0x10a' >&2; exit 1").toString(), "boot 1"));

        assertThat(verdict.accelerator()).isEqualTo(Accelerator.TCG);
        assertThat(verdict.note()).contains("failed to set MSR 0x10a");
    }

    @Test
    void triesOnceAndAgainWhenCircumstancesChange() throws IOException {
        Verdict first = attempt(probe(program("exit 1").toString(), "boot 1"));
        Path works = program("echo '" + ProbeImage.PROOF + "'");

        assertThat(attempt(probe(works.toString(), "boot 1"))).isEqualTo(first);
        assertThat(attempt(probe(works.toString(), "boot 2")).accelerator()).isEqualTo(Accelerator.KVM);
    }

    @Test
    void triesOnceForGuestsThatStartTogether() throws Exception {
        Path tries = temp.resolve("tries");
        AcceleratorProbe probe = probe(program("echo once >> '" + tries + "'; sleep 0.2; echo '" + ProbeImage.PROOF + "'").toString(), "boot 1");
        ExecutorService guests = Executors.newFixedThreadPool(4);
        try {
            for (Future<Verdict> verdict : guests.invokeAll(Collections.<Callable<Verdict>>nCopies(4, () -> attempt(probe)))) {
                assertThat(verdict.get().accelerator()).isEqualTo(Accelerator.KVM);
            }
        } finally {
            guests.shutdown();
        }

        assertThat(tries).hasContent("once");
    }

    /** As if this machine had {@code /dev/kvm}, which is not for a test to decide. */
    private AcceleratorProbe probe(String program, String key) {
        return new AcceleratorProbe(node, program, temp, key, temp);
    }

    private Verdict attempt(AcceleratorProbe probe) throws IOException {
        Files.write(temp.resolve("kvm"), new byte[0]);
        return probe.find(Path.of("/kernel"));
    }

    @Test
    void needsNoAttemptWhereThereIsNoDevice() throws IOException {
        assertThat(probe("kumiki-no-such-program", "boot 1").known()).map(Verdict::accelerator).contains(Accelerator.TCG);
    }

    @Test
    void tellsAGuestsProcessFromAnotherOneWithItsNumber() throws IOException {
        GuestFiles files = new GuestFiles(temp.resolve(new InstanceId("i-0a1b2c3d4e5f60718").value()));
        GuestProcess process = new GuestProcess(node, files);
        assertThat(process.alive()).isFalse();

        node.pretend(files, ProcessHandle.current().pid());
        assertThat(process.alive()).isFalse();

        Process guest = new ProcessBuilder("sh", "-c", "read line", "sh", "-pidfile", files.pid().toString(), "-x").start();
        node.pretend(files, guest.pid());
        assertThat(process.find()).hasValue(guest.pid());

        guest.destroyForcibly().onExit().join();
        assertThat(process.find()).isEmpty();
        assertThat(Optional.of(process.alive())).contains(false);
    }
}
