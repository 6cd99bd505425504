package org.kumiki.hypervisor.qemu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.metadata.MetadataServer;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with real guests; the system that they run is named as for {@link RealGuestTest}. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws IOException {
        assumeTrue(System.getProperty("kumiki.guest.kernel") != null, "no system to run is named");
        return new Qemu(temp);
    }

    /** Two hosts of this machine. */
    private static final class Qemu implements TestBed {

        private static final QemuSettings SETTINGS = new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(40), true, 0);
        private static final String READY = System.getProperty("kumiki.guest.ready", " ready");
        private static final int DISK_MIB = 64;

        private final Path temp;
        /** Tells all guests that they are one and the same; a guest that is told nothing waits for a minute while it boots. */
        private final MetadataServer metadata;
        private volatile QemuHypervisor driver;

        Qemu(Path temp) throws IOException {
            this.temp = temp;
            Files.createDirectories(temp.resolve("a"));
            Files.createDirectories(temp.resolve("b"));
            metadata = TestMetadata.serve(temp.resolve("metadata"), new InstanceId("i-00000000"));
            begin();
        }

        private void begin() {
            QemuHypervisor made = new QemuHypervisor(SETTINGS);
            made.addNode(new TestNode("a", temp.resolve("a")));
            made.addNode(new TestNode("b", temp.resolve("b")));
            driver = made;
        }

        @Override
        public Object driver() {
            return driver;
        }

        @Override
        public HostId host() {
            return new HostId("a");
        }

        @Override
        public HostId destination() {
            return new HostId("b");
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            NetworkLink link = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.16.0", List.of(), false, temp.resolve("metadata"));
            return new GuestSpec(id, name, new Resources(1, 256, 1024, 10), new BootSource.Kernel(Path.of(System.getProperty("kumiki.guest.kernel")),
                    Path.of(System.getProperty("kumiki.guest.initrd")), "console=ttyS0 panic=1 tck=" + id), Optional.empty(), List.of(), link);
        }

        @Override
        public void awaitReady(InstanceId guest) throws InterruptedException {
            long end = System.nanoTime() + patience().toNanos();
            while (!driver.console(host(), guest).text().contains(READY)) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("a guest is not ready: " + driver.console(host(), guest).text());
                }
                TimeUnit.MILLISECONDS.sleep(500);
            }
        }

        @Override
        public String signature(InstanceId guest) {
            return "tck=" + guest;
        }

        @Override
        public void restart(Runnable meanwhile) {
            driver.stop();
            try {
                meanwhile.run();
            } finally {
                begin();
            }
        }

        @Override
        public void end(InstanceId guest) {
            processes(guest).forEach(ProcessHandle::destroyForcibly);
        }

        private static List<ProcessHandle> processes(InstanceId guest) {
            try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
                return all.filter(process -> process.info().commandLine().orElse("").contains("/qemu/" + guest + "/")).toList();
            }
        }

        /** It sits in its firmware, which finds nothing to boot and looks at no button. */
        @Override
        public GuestSpec stubbornGuest(InstanceId id) {
            GuestSpec plain = guest(id, "stubborn");
            return new GuestSpec(id, plain.name(), plain.resources(), new BootSource.Firmware(),
                    Optional.of(volume(new VolumeId("vol-" + id.value().substring(2)))), List.of(), plain.link());
        }

        @Override
        public GuestDisk volume(VolumeId id) {
            Path file = temp.resolve(id.value());
            try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
                raw.setLength((long) DISK_MIB << 20);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new GuestDisk(id, new Disk(file, Disk.Format.RAW, DISK_MIB), "/dev/sdf");
        }

        @Override
        public Set<String> traces(InstanceId guest) {
            Set<String> traces = new TreeSet<>();
            processes(guest).forEach(process -> traces.add("process " + process.pid()));
            for (String host : List.of("a", "b")) {
                if (Files.exists(temp.resolve(host).resolve("qemu").resolve(guest.value()))) {
                    traces.add("directory of " + host);
                }
            }
            return traces;
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(150);
        }

        /** Each takes 256 MiB and one of few CPUs. */
        @Override
        public int guestsAtOnce() {
            return 2;
        }

        @Override
        public void close() throws IOException {
            driver.stop();
            metadata.close();
        }
    }
}
