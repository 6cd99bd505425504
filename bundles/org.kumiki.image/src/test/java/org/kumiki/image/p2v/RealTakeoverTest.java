package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.lxc.LxcDriver;
import org.kumiki.hypervisor.qemu.QemuDriver;
import org.kumiki.image.Program;
import org.kumiki.image.p2v.Takeover.Wish;
import org.kumiki.image.p2v.Takeovers.Going;
import org.kumiki.node.contract.PlainNode;

/** A machine that runs, with a disk, boot loader and drivers of its own, is taken over by SSH, and goes on as a guest: in QEMU, then as a container. */
@Tag("guest")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
class RealTakeoverTest {

    private static final InstanceId GUEST = new InstanceId("i-0d1b2c3d4e5f60718");
    private static final VolumeId VOLUME = new VolumeId("vol-0d1b2c3d4e5f60718");
    private static final HostId HOST = new HostId("here");
    private static final Wish WISH = new Wish("/dev/sda", true, true, Duration.ofSeconds(600));
    private static final int FILES = 16;
    /** As large as machine.sh makes it. */
    private static final int SYSTEM_MIB = 208;

    @TempDir
    static Path directory;

    private static PhysicalMachine machine;
    private static Takeovers takeovers;
    /** What became an image. */
    private static Path image;

    /** An image store that keeps one. */
    private record Kept(Path data) implements Target {

        @Override
        public String register(String name, String description, URI source) throws IOException {
            run("cp", "--sparse=always", Takeovers.disk(data, source).toString(), image.toString());
            return "ami-1";
        }

        @Override
        public Optional<String> await(String id) {
            return Optional.empty();
        }
    }

    @BeforeAll
    @Timeout(900) // the disk may have to be made
    static void switchOn() throws Exception {
        image = directory.resolve("image.raw");
        machine = PhysicalMachine.on(PhysicalMachine.disk(directory));
        Path data = Files.createDirectory(directory.resolve("data"));
        takeovers = takeovers(data);
        takeovers.addNode(machine.node());
    }

    private static Takeovers takeovers(Path data) throws IOException {
        return new Takeovers(data, new Kept(data), 1L << 30, 1L << 30, 0);
    }

    @AfterAll
    static void switchOff() {
        if (takeovers != null) {
            takeovers.stop();
        }
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    @Order(1)
    void saysWhatWouldBeDoneAndDoesNothing() throws IOException {
        List<String> lines = takeovers.foresee("rack-1", WISH);

        assertThat(lines).anySatisfy(line -> assertThat(line).startsWith("/dev/sda1: part").contains("ext4", "on /"))
                .anySatisfy(line -> assertThat(line).contains("for the last one / would stand still"))
                .anySatisfy(line -> assertThat(line).startsWith("would be changed: /boot/initrd.img-").contains("virtio_blk"))
                .anySatisfy(line -> assertThat(line).startsWith("would be changed: /etc/fstab"));
        assertThat(takeovers.list()).isEmpty();
    }

    @Test
    @Order(2)
    void givesUpWithoutATrace() throws Exception {
        takeovers.start("web-0", "rack-1", WISH, false);
        await(() -> going("web-0").progress().startsWith("round 1"));

        takeovers.cancel("web-0");

        await(() -> isEmpty(directory.resolve("data/p2v")));
        assertThat(takeovers.list()).isEmpty();
        await(() -> !machine.run("ps", "ax").contains("kumiki-p2v"));
    }

    @Test
    @Order(3)
    void goesOnAfterItWasInterrupted() throws Exception {
        takeovers.start("web-1", "rack-1", WISH, false);
        await(() -> going("web-1").progress().matches("round 1: (?!0 ).*"));
        takeovers.stop(); // as when the platform ends
        takeovers = takeovers(directory.resolve("data"));
        takeovers.addNode(machine.node());
        await(() -> going("web-1").reason().isPresent());
        long before = written();

        takeovers.resume("web-1");
        await(() -> !going("web-1").running());

        Going done = going("web-1");
        assertThat(done.reason()).isEmpty();
        assertThat(done.done()).isTrue();
        assertThat(done.image()).contains("ami-1");
        done.record().forEach(System.out::println);
        assertThat(done.record()).anySatisfy(line -> assertThat(line).contains("stood still for"))
                .anySatisfy(line -> assertThat(line).startsWith("changed: /boot/grub/grub.cfg"));
        assertThat(written()).as("it goes on writing").isGreaterThan(before);
        assertThat(machine.run("ls", "/run/kumiki-p2v")).isEmpty();
    }

    private static boolean isEmpty(Path path) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.findAny().isEmpty();
        }
    }

    private static long written() throws IOException {
        return Long.parseLong(machine.run("tail", "-n", "1", "/data/lines").strip());
    }

    /** Each file agrees with its checksum, which was written after it: a copy of several moments would not. */
    @Test
    @Order(4)
    void theCopyIsWhole() throws IOException {
        machine.close();
        Path system = system();
        run("e2fsck", "-f", "-n", system.toString());

        int torn = 0;
        for (int file = 0; file < FILES; file++) {
            String sum = new String(dump(system, "/data/sum." + file)).strip();
            Path content = Files.write(directory.resolve("content"), dump(system, "/data/file." + file));
            torn += run("sha256sum", content.toString()).startsWith(sum) ? 0 : 1;
        }
        assertThat(torn).as("pairs that do not agree; one may have been between its two renames").isLessThanOrEqualTo(1);
        List<Long> lines = lines(system);
        assertThat(lines).isEqualTo(IntStream.rangeClosed(1, lines.size()).mapToObj(Long::valueOf).toList());
    }

    /** A copy of the root file system: e2fsck forgets that one begins within a file when it has worked off its journal. */
    private static Path system() throws IOException {
        Path system = directory.resolve("system");
        run("dd", "if=" + image, "of=" + system, "bs=1M", "skip=1", "count=" + SYSTEM_MIB, "conv=sparse");
        return system;
    }

    private static byte[] dump(Path system, String path) throws IOException {
        Path file = directory.resolve("dumped");
        Files.deleteIfExists(file);
        run("debugfs", "-R", "dump " + path + " " + file, system.toString());
        return Files.readAllBytes(file);
    }

    private static List<Long> lines(Path system) throws IOException {
        return new String(dump(system, "/data/lines")).lines().map(Long::valueOf).toList();
    }

    @Test
    @Order(5)
    void itGoesOnInQemuAndThenAsAContainer() throws Exception {
        PlainNode node = new PlainNode(HOST.value(), Files.createDirectory(directory.resolve("node")));
        try (QemuDriver qemu = new QemuDriver(node)) {
            String console = boot(qemu.driver(), 256, new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(), true,
                    directory.resolve("metadata")));
            assertThat(console).containsPattern("machine is up: root /dev/vda1, network .*lan0");
        }
        try (LxcDriver lxc = new LxcDriver(node)) {
            assertThat(boot(lxc.driver(), 128, new NetworkLink.None("02:4b:4d:1f:10:00"))).contains("machine is up");
        }
    }

    private static String boot(BlockingHypervisor driver, int memoryMiB, NetworkLink link) throws Exception {
        int lines = lines(directory.resolve("system")).size();
        GuestDisk root = new GuestDisk(VOLUME, new Disk(image, Disk.Format.RAW, Files.size(image) >> 20), "/dev/sda1");
        driver.hosts();
        driver.start(HOST, new GuestSpec(GUEST, "web-1", new Resources(1, memoryMiB, 1024, 10), new BootSource.Firmware(), Optional.of(root), List.of(), link));
        try {
            await(() -> driver.console(HOST, GUEST).text().contains("machine goes on at"));
            String console = driver.console(HOST, GUEST).text();
            driver.stop(HOST, GUEST, true);
            run("e2fsck", "-f", "-p", system().toString());
            assertThat(lines(directory.resolve("system"))).as("it goes on writing").hasSizeGreaterThan(lines);
            return console;
        } finally {
            driver.destroy(HOST, GUEST);
        }
    }

    private static Going going(String name) throws IOException {
        return takeovers.list().stream().filter(going -> going.name().equals(name)).findFirst().orElseThrow();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Of e2fsck, 1 is a good answer as well: it has mended what a machine leaves that is cut off. */
    private static String run(String... command) throws IOException {
        List<String> whole = new ArrayList<>(List.of(command));
        whole.set(0, Program.find(command[0]).orElseThrow().toString());
        Process process = new ProcessBuilder(whole).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        byte[] output = process.getInputStream().readAllBytes();
        int exit = process.onExit().join().exitValue();
        assertThat(exit).as(String.join(" ", command) + ": " + new String(output)).isBetween(0, command[0].equals("e2fsck") && List.of(command).contains("-p") ? 1
                : 0);
        return new String(output);
    }
}
