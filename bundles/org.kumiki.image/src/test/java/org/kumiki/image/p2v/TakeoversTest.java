package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.Image;
import org.kumiki.api.storage.StorageException;
import org.kumiki.image.Program;
import org.kumiki.image.p2v.Takeover.Wish;
import org.kumiki.image.p2v.Takeovers.Going;

/** Disks of another platform that come in, and how what is under way is kept. */
class TakeoversTest {

    private static final long MIB = 1 << 20;
    private static final Wish WISH = new Wish("/dev/sda", true, true, Duration.ofSeconds(60));

    @TempDir
    Path directory;

    private Path data;
    private Takeovers takeovers;
    private final List<URI> registered = new ArrayList<>();
    private volatile Optional<String> failure = Optional.empty();

    @BeforeEach
    void begin() throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        takeovers = open();
    }

    @AfterEach
    void end() {
        takeovers.stop();
    }

    private Takeovers open() throws IOException {
        return new Takeovers(data, new Target() {

            @Override
            public String register(String name, String description, URI source) throws IOException {
                registered.add(source);
                run("cp", Takeovers.disk(data, source).toString(), directory.resolve("image").toString());
                return "ami-" + registered.size();
            }

            @Override
            public Optional<String> await(String image) {
                return failure;
            }
        }, 64 * MIB, 64 * MIB, 0);
    }

    private void run(String... command) throws IOException {
        Program.run(List.of(command), directory, Optional.empty(), Duration.ofMinutes(1));
    }

    /** A disk with a system, as VMware has it. */
    private Path vmdk() throws IOException {
        Path tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("etc/network"));
        Files.createDirectories(tree.resolve("boot/extlinux"));
        Files.createDirectories(tree.resolve("sbin"));
        Files.writeString(tree.resolve("etc/fstab"), "/dev/sda / ext4 defaults 0 1\n");
        Files.writeString(tree.resolve("boot/extlinux/extlinux.conf"), "label a\n  append root=/dev/sda ro\n");
        run("mke2fs", "-q", "-t", "ext4", "-b", "4096", "-d", tree.toString(), directory.resolve("raw").toString(), "8M");
        run("qemu-img", "convert", "-f", "raw", "-O", "vmdk", directory.resolve("raw").toString(), directory.resolve("disk.vmdk").toString());
        return directory.resolve("disk.vmdk");
    }

    private Going ended(String name) throws Exception {
        until(() -> !going(name).running());
        return going(name);
    }

    private Going going(String name) throws IOException {
        return takeovers.list().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    /** Nothing tells when a takeover comes further. */
    private static void until(Callable<Boolean> event) throws Exception {
        while (!event.call()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    void aDiskOfAnotherPlatformIsChangedAndBecomesAnImage() throws Exception {
        takeovers.start("web-1", vmdk(), Image.Format.VMDK, false);

        Going done = ended("web-1");
        assertThat(done.reason()).isEmpty();
        assertThat(done.done()).isTrue();
        assertThat(done.image()).contains("ami-1");
        assertThat(registered).containsExactly(URI.create("p2v:web-1"));
        assertThat(done.record()).anySatisfy(line -> assertThat(line).startsWith("a disk of 8 MiB was converted from VMDK"))
                .anySatisfy(line -> assertThat(line).startsWith("changed: /etc/fstab: /dev/sda is UUID="))
                .anySatisfy(line -> assertThat(line).startsWith("changed: /boot/extlinux/extlinux.conf"))
                .anySatisfy(line -> assertThat(line).startsWith("note: no first root file system"));
        run("e2fsck", "-f", "-n", directory.resolve("image").toString());
        run("debugfs", "-R", "dump /etc/fstab " + directory.resolve("fstab"), directory.resolve("image").toString());
        assertThat(directory.resolve("fstab")).content().matches("UUID=[0-9a-f-]{36} / ext4 defaults 0 1\n");
        try (Stream<Path> kept = Files.list(data.resolve("p2v/web-1"))) {
            assertThat(kept.map(file -> file.getFileName().toString())).containsExactly("takeover.properties");
        }
    }

    @Test
    void theRecordOutlivesThePlatform() throws Exception {
        takeovers.start("web-1", vmdk(), Image.Format.VMDK, true);
        Going done = ended("web-1");
        takeovers.stop();
        takeovers = open();

        assertThat(takeovers.list()).containsExactly(done);
        assertThat(done.record()).contains("nothing was changed, as was asked");
        assertThatThrownBy(() -> takeovers.resume("web-1")).hasMessageContaining("is done");
        takeovers.cancel("web-1");
        assertThat(takeovers.list()).isEmpty();
    }

    @Test
    void goesOnWhenWhatWasWrongIsMended() throws Exception {
        failure = Optional.of("the image ami-1 failed: no room");
        takeovers.start("web-1", vmdk(), Image.Format.VMDK, false);
        assertThat(ended("web-1").reason()).contains("the image ami-1 failed: no room");
        failure = Optional.empty();
        registered.clear();

        takeovers.resume("web-1");

        assertThat(ended("web-1").done()).isTrue();
    }

    @Test
    void refusesWhatIsDangerousAndSaysSo() throws Exception {
        Path evil = Files.writeString(directory.resolve("evil.vmdk"), "# Disk DescriptorFile\ncreateType=\"monolithicFlat\"\nRW 8 FLAT \"/etc/shadow\" 0\n");
        takeovers.start("evil", evil, Image.Format.VMDK, false);

        assertThat(ended("evil").reason().orElseThrow()).contains("one file");
        assertThat(registered).isEmpty();
    }

    @Test
    void saysWhatIsThereInsteadOfASystem() throws Exception {
        Path raw = Files.write(directory.resolve("raw"), new byte[(int) MIB]);
        takeovers.start("empty", raw, Image.Format.RAW, false);

        assertThat(ended("empty").reason().orElseThrow()).contains("no ext4 file system").contains("0: unknown");
    }

    /** Where an image is on its way until it may come. */
    private static Target coming(CountDownLatch awaited, CountDownLatch there) {
        return new Target() {

            @Override
            public String register(String name, String description, URI source) {
                return "ami-1";
            }

            @Override
            public Optional<String> await(String image) throws IOException {
                awaited.countDown();
                try {
                    there.await();
                    return Optional.empty();
                } catch (InterruptedException e) {
                    throw new IOException("interrupted", e);
                }
            }
        };
    }

    @Test
    void nothingStaysOfWhatIsGivenUp() throws Exception {
        takeovers.stop();
        takeovers = new Takeovers(data, coming(new CountDownLatch(1), new CountDownLatch(1)), 64 * MIB, 64 * MIB, 0);
        takeovers.start("web-1", vmdk(), Image.Format.VMDK, true);
        until(() -> going("web-1").progress().equals("it becomes an image"));

        takeovers.cancel("web-1");

        until(() -> takeovers.list().isEmpty());
        until(() -> !Files.exists(data.resolve("p2v/web-1")));
    }

    @Test
    void nothingStaysOfWhatIsGivenUpBeforeItHasBegun() throws Exception {
        Path raw = Files.write(directory.resolve("raw"), new byte[(int) MIB]);
        for (int time = 0; time < 20; time++) {
            takeovers.start("web-" + time, raw, Image.Format.RAW, true);
            takeovers.cancel("web-" + time);
        }

        until(() -> takeovers.list().isEmpty());
    }

    /** Its state is read from a pipe, so that it is done in between. */
    @Test
    void whatIsDoneMeanwhileWasNotInterrupted() throws Exception {
        CountDownLatch awaited = new CountDownLatch(1);
        CountDownLatch there = new CountDownLatch(1);
        takeovers.stop();
        takeovers = new Takeovers(data, coming(awaited, there), 64 * MIB, 64 * MIB, 0);
        takeovers.start("web-1", vmdk(), Image.Format.VMDK, true);
        awaited.await();
        Path state = data.resolve("p2v/web-1/takeover.properties");
        byte[] before = Files.readAllBytes(state);
        Files.delete(state);
        run("mkfifo", state.toString());
        CompletableFuture<List<Going>> listed = CompletableFuture.supplyAsync(() -> {
            try {
                return takeovers.list();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        try (OutputStream pipe = Files.newOutputStream(state)) {
            there.countDown();
            until(() -> Files.isRegularFile(state));
            assertThat(ended("web-1").done()).isTrue();
            pipe.write(before);
        }

        assertThat(listed.join()).extracting(Going::running).containsExactly(true);
    }

    @Test
    void refusesNamesThatAreNone() {
        for (String name : Arrays.asList("", "..", "a/b", "UP", "-x", "a".repeat(64))) {
            assertThatThrownBy(() -> takeovers.start(name, Path.of("/x"), Image.Format.RAW, false)).as(name).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> takeovers.cancel(name)).as(name).isInstanceOf(IllegalArgumentException.class);
        }
        for (String source : List.of("p2v:..", "p2v:/etc/passwd", "p2v:nobody")) {
            assertThatThrownBy(() -> Takeovers.disk(data, URI.create(source))).as(source).isInstanceOf(StorageException.class);
        }
        assertThatThrownBy(() -> takeovers.start("web", "nowhere", WISH, false)).hasMessageContaining("there is no node nowhere");
    }
}
