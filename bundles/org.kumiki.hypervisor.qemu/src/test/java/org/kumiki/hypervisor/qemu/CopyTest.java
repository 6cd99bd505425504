package org.kumiki.hypervisor.qemu;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.qemu.qmp.QmpException;

/** Copies of disks that are in use, by a real QEMU. Its firmware finds nothing to boot; what a guest would write is written for it. */
@Tag("guest")
@Timeout(120)
class CopyTest {

    private static final HostId HOST = new HostId("here");
    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    private static final VolumeId ROOT = new VolumeId("vol-0a1b2c3d4e5f60718");
    private static final VolumeId DATA = new VolumeId("vol-0a1b2c3d4e5f60719");

    @TempDir
    Path temp;

    private TestNode node;
    private QemuHypervisor driver;
    private Disk image;
    private Disk root;
    private Disk data;

    @BeforeEach
    void start() throws IOException {
        node = new TestNode(HOST.value(), temp);
        driver = driver();
        image = qcow2("image", Optional.empty());
        run("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 2M", image.file().toString());
        root = qcow2("root", Optional.of(image));
        data = qcow2("data", Optional.empty());
        driver.start(HOST, new GuestSpec(GUEST, "", new Resources(1, 64, 64, 10), new BootSource.Firmware(),
                Optional.of(new GuestDisk(ROOT, root, "/dev/sda1")), List.of(new GuestDisk(DATA, data, "/dev/sdf")),
                new NetworkLink.None("02:4b:4d:1f:10:00")));
    }

    @AfterEach
    void end() {
        driver.destroy(HOST, GUEST);
        driver.stop();
    }

    private QemuHypervisor driver() {
        QemuHypervisor made = new QemuHypervisor(new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(60), false, 0));
        made.addNode(node);
        return made;
    }

    @Test
    void showsAllDisksAsTheyWereAtOneMomentWhateverIsWrittenLater() throws Exception {
        Disk rootCopy = qcow2("root copy", Optional.empty());
        Disk dataCopy = qcow2("data \"copy\"", Optional.empty());
        driver.stop(); // QEMU talks to one at a time
        try (Monitor monitor = monitor()) {
            write(monitor, ROOT, 1, "1M", "64k");
            write(monitor, DATA, 1, "1M", "64k");
            Copy copy = new Copy(monitor, Map.of(ROOT, rootCopy, DATA, dataCopy));
            copy.prepare();
            var end = copy.begin();
            write(monitor, ROOT, 2, "1M", "64k");
            write(monitor, DATA, 2, "1M", "64k");
            write(monitor, DATA, 2, "4M", "64k");
            end.get(60, SECONDS);
            copy.clear();
        }
        driver = driver();
        driver.stop(HOST, GUEST, true);

        for (Disk copied : List.of(rootCopy, dataCopy)) {
            assertReads(copied, 1, "1M", "64k");
        }
        assertReads(rootCopy, 7, "0", "1M");
        assertReads(dataCopy, 0, "4M", "64k");
        assertReads(image, 7, "1M", "64k");
        assertThat(read(data, 2, "4M", "64k")).as("the disk itself goes on").isTrue();
    }

    @Test
    void beginsAnewWhereAnEarlierDriverWasKilled() throws Exception {
        driver.stop();
        try (Monitor monitor = monitor()) {
            Copy forgotten = new Copy(monitor, Map.of(DATA, qcow2("forgotten", Optional.empty())));
            forgotten.prepare();
            forgotten.begin();
        }
        driver = driver();

        driver.copy(HOST, GUEST, Map.of(DATA, qcow2("copy", Optional.empty())), false).toCompletableFuture().get(60, SECONDS);

        driver.stop();
        try (Monitor monitor = monitor()) {
            assertThat(monitor.blockNodes()).contains(ROOT.value(), DATA.value()).noneMatch(name -> name.startsWith("copy-"));
        }
        driver = driver();
    }

    @Test
    void refusesATargetThatDoesNotFitAndThenTakesOneThatDoes() throws Exception {
        Disk small = qcow2("small", 8, Optional.empty());

        assertThatThrownBy(() -> driver.copy(HOST, GUEST, Map.of(DATA, small), false)).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.UNAVAILABLE)).hasMessageContaining("different sizes");

        driver.copy(HOST, GUEST, Map.of(DATA, qcow2("copy", Optional.empty())), false).toCompletableFuture().get(60, SECONDS);
        assertThat(driver.hosts().get(0).guests()).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @Test
    void saysThatNothingIsWrittenWhenTheGuestIsOff() {
        driver.stop(HOST, GUEST, true);

        assertThatThrownBy(() -> driver.copy(HOST, GUEST, Map.of(DATA, data), false)).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.CONFLICT));
    }

    @Test
    void aCopyFailsWhenItsQemuEnds() throws Exception {
        driver.stop();
        Monitor monitor = monitor();
        var end = monitor.jobEnds("copy-" + DATA);
        monitor.quit();

        assertThatThrownBy(() -> end.get(30, SECONDS)).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(QmpException.class);
        driver = driver();
    }

    private Monitor monitor() throws IOException, InterruptedException {
        return Monitor.connect(node, GUEST, GuestFiles.of(temp.resolve("qemu"), GUEST), new Monitor.Watcher() {

            @Override
            public void shutDown(Monitor which) {
                // it never does
            }

            @Override
            public void lost(Monitor which, String reason) {
                // whoever waits is told
            }
        });
    }

    private static void write(Monitor monitor, VolumeId volume, int pattern, String offset, String length) throws InterruptedException {
        assertThat(monitor.human("qemu-io " + volume + " \"write -P " + pattern + " " + offset + " " + length + "\"")).doesNotContain("rror");
    }

    private void assertReads(Disk disk, int pattern, String offset, String length) throws IOException {
        assertThat(read(disk, pattern, offset, length)).as("%s at %s", disk.file().getFileName(), offset).isTrue();
    }

    private boolean read(Disk disk, int pattern, String offset, String length) throws IOException {
        return !run("qemu-io", "-r", "-f", "qcow2", "-c", "read -P " + pattern + " " + offset + " " + length, disk.file().toString())
                .contains("verification failed");
    }

    private Disk qcow2(String name, Optional<Disk> backing) throws IOException {
        return qcow2(name, 64, backing);
    }

    private Disk qcow2(String name, int sizeMiB, Optional<Disk> backing) throws IOException {
        Path file = temp.resolve(name);
        run("qemu-img", "create", "-q", "-f", "qcow2", file.toString(), sizeMiB + "M");
        assertThat(file).exists();
        return new Disk(file, Disk.Format.QCOW2, sizeMiB, backing);
    }

    private String run(String... command) throws IOException {
        var finished = node.run(List.of(command), Duration.ofSeconds(30));
        return finished.output() + finished.errors();
    }
}
