package org.kumiki.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.Hardware.Boot;
import org.kumiki.api.model.Hardware.DiskBus;
import org.kumiki.api.model.Hardware.NetworkCard;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.metadata.BootFiles;
import org.kumiki.testing.guest.GuestNames;

/**
 * Guests that nobody has made for virtual machines: they see the hardware of a computer, and boot as a computer does. The system is named as for
 * {@link RealGuestTest}; beside its kernel lies the same one as boot loaders take it, {@code vmlinuz}.
 */
@Tag("guest")
@Timeout(240)
class RealHardwareTest {

    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    private static final HostId HERE = new HostId("a");
    private static final HostId THERE = new HostId("b");
    private static final QemuSettings SETTINGS = new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(40), false, 0);
    private static final String READY = System.getProperty("kumiki.guest.ready", " ready");
    private static final String OWN = "kumiki.brought=" + ProcessHandle.current().pid();
    private static final MigrationDirective GO_ON = new MigrationDirective.Continue(0, Duration.ofMillis(300), 0);

    @TempDir
    Path temp;

    private Path kernel;
    private Path initrd;
    private GuestNames metadata;
    private TestNode node;
    private QemuHypervisor driver;

    @BeforeEach
    void begin() throws IOException {
        assumeTrue(System.getProperty("kumiki.guest.kernel") != null, "no system to run is named");
        kernel = Path.of(System.getProperty("kumiki.guest.kernel"));
        initrd = Path.of(System.getProperty("kumiki.guest.initrd"));
        metadata = GuestNames.of(temp.resolve("metadata"), GUEST);
        node = new TestNode(HERE.value(), Files.createDirectory(temp.resolve("a")));
        driver = driver();
    }

    private QemuHypervisor driver() throws IOException {
        QemuHypervisor made = new QemuHypervisor(SETTINGS);
        made.addNode(node);
        made.addNode(new TestNode(THERE.value(), Files.createDirectories(temp.resolve("b"))));
        return made;
    }

    @AfterEach
    void end() throws IOException {
        if (driver != null) {
            driver.destroy(HERE, GUEST);
            driver.destroy(THERE, GUEST);
            driver.stop();
            metadata.close();
        }
    }

    private Path vmlinuz() {
        return kernel.resolveSibling("vmlinuz");
    }

    private GuestSpec guest(Hardware hardware, BootSource boot, Optional<GuestDisk> root, Optional<Path> bootFiles) {
        NetworkLink link = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(), false, temp.resolve("metadata"), bootFiles);
        return new GuestSpec(GUEST, "old", new Resources(1, 256, 1024, 10), boot, root, List.of(), link, hardware);
    }

    private String console(HostId host) {
        return driver.console(host, GUEST).text();
    }

    /** Asks again and again; the test's own deadline ends what never comes. */
    private static void until(String what, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            try {
                TimeUnit.MILLISECONDS.sleep(500);
            } catch (InterruptedException e) {
                throw new AssertionError("waited for: " + what, e);
            }
        }
    }

    private static GuestDisk disk(Path file) {
        return new GuestDisk(new VolumeId("vol-0a1b2c3d4e5f60718"), new Disk(file, Disk.Format.RAW, 64), "/dev/sda");
    }

    @Test
    void bootsFromTheNetworkOverAnOrdinaryCardAndMoves() throws IOException {
        Path files = temp.resolve("boot");
        BootFiles.offer(node, files, new BootSource.Kernel(kernel, initrd, "console=ttyS0 panic=1 " + OWN, Optional.of(vmlinuz())));
        GuestSpec guest = guest(new Hardware(NetworkCard.PCNET, DiskBus.VIRTIO, Boot.NETWORK), new BootSource.Network(), Optional.empty(),
                Optional.of(files));
        tryToLeave(files);

        driver.start(HERE, guest);

        until("the guest is ready", () -> console(HERE).contains(READY));
        assertThat(console(HERE)).contains(OWN, "at-home=initrd.").doesNotContain("astray=/", "astray=.");
        assertThat(commandLine()).contains("pcnet,id=nic,netdev=net").doesNotContain("-kernel");

        driver.stop();
        driver = driver(); // which finds it, and moves it, as it is
        driver.hosts();
        MigrationOutcome outcome = driver.migrate(new MigrationOrder(GUEST, HERE, THERE, 256, Duration.ofSeconds(1),
                Set.of(Feature.STOP_AND_COPY)), guest,
                report -> GO_ON).toCompletableFuture().join();

        assertThat(outcome).isInstanceOf(MigrationOutcome.Moved.class);
        assertThat(commandLine()).contains("pcnet,id=nic,netdev=net", "/b/qemu/");
        driver.reboot(THERE, GUEST);
        until("it has come from the network once more", () -> console(THERE).split(READY, -1).length > 2);
    }

    /** Has the firmware ask for files that are none of the guest's, by several names, and tell the kernel which of them it has got. */
    private void tryToLeave(Path files) throws IOException {
        Files.writeString(temp.resolve("secret"), "secret");
        String script = Files.readString(files.resolve(NetworkLink.BOOT_FILE));
        StringBuilder attempts = new StringBuilder("#!ipxe\nset astray none\nset home none\n");
        for (String path : List.of("/../secret", "../secret", "./../secret", "/" + temp + "/secret", "/initrd/../../secret")) {
            attempts.append("imgfetch --name attempt tftp://${next-server}/").append(path).append(" && set astray ").append(path).append(" ||\n");
        }
        attempts.append("imgfetch --name attempt tftp://${next-server}/initrd && set home initrd. ||\nimgfree\n");
        Files.writeString(files.resolve(NetworkLink.BOOT_FILE), attempts + script.replace("#!ipxe\n", "")
                .replace(OWN, OWN + " astray=${astray} at-home=${home}"));
    }

    @Test
    void bootsADiskByItsOwnLoaderOnIde() throws IOException, InterruptedException {
        Path disk = BootDisk.make(temp, vmlinuz(), initrd, OWN);
        GuestSpec guest = guest(new Hardware(NetworkCard.PCNET, DiskBus.IDE, Boot.DISK), new BootSource.Firmware(), Optional.of(disk(disk)),
                Optional.empty());

        driver.start(HERE, guest);

        until("the guest is ready", () -> console(HERE).contains(READY));
        assertThat(console(HERE)).contains(OWN);
        assertThat(commandLine()).contains("ide-hd,bus=piix.0,unit=0,bootindex=1").doesNotContain("-kernel", "virtio-blk", "virtio-net");
        GuestDisk more = new GuestDisk(new VolumeId("vol-0a1b2c3d4e5f60719"), new Disk(disk, Disk.Format.RAW, 64), "/dev/sdf");
        assertThatThrownBy(() -> driver.attach(HERE, GUEST, more)).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED));
    }

    @Test
    void bootsADiskByItsOwnLoaderOnSata() throws IOException, InterruptedException {
        Path disk = BootDisk.make(temp, vmlinuz(), initrd, OWN);

        driver.start(HERE, guest(new Hardware(NetworkCard.VIRTIO, DiskBus.SATA, Boot.DISK), new BootSource.Firmware(), Optional.of(disk(disk)),
                Optional.empty()));

        until("the guest is ready", () -> console(HERE).contains(READY));
        assertThat(console(HERE)).contains(OWN);
    }

    private static String commandLine() {
        return ProcessHandle.allProcesses().map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains("/qemu/" + GUEST + "/") && line.contains("-pidfile")).findFirst().orElse("");
    }
}
