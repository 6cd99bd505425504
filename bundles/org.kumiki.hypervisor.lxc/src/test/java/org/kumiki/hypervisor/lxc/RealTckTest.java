package org.kumiki.hypervisor.lxc;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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
import org.kumiki.node.contract.PlainNode;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with real containers of the image that is named as for {@link RealContainerTest}. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @TempDir
    Path temp;

    @Override
    public TestBed testBed() throws IOException {
        assumeTrue(System.getProperty("kumiki.guest.initrd") != null, "no system to run is named");
        return new Lxc(temp);
    }

    /** Two hosts of this machine. */
    private static final class Lxc implements TestBed {

        private static final LxcSettings SETTINGS = new LxcSettings(Path.of("/usr/bin/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000,
                true);
        private static final List<String> PLACES = List.of("/run/kumiki-lxc/stage", "/run/kumiki-lxc/network", "/sys/fs/cgroup/pids/kumiki/lxc",
                "/sys/fs/cgroup/kumiki/lxc");
        private static final int DISK_MIB = 64;

        private final Path temp;
        /** Each guest has a name of its own, by which it is known on its console; of those that came first there are none any more. */
        private final Deque<Path> told = new ArrayDeque<>();
        private final MetadataServer metadata = TestMetadata.server();
        private volatile LxcHypervisor driver;

        Lxc(Path temp) throws IOException {
            this.temp = temp;
            begin();
        }

        private void begin() {
            LxcHypervisor made = new LxcHypervisor(SETTINGS);
            made.addNode(new PlainNode("a", temp.resolve("a")));
            made.addNode(new PlainNode("b", temp.resolve("b")));
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

        private static String address(InstanceId guest) {
            return "172.31." + (guest.hashCode() >>> 8 & 0xff) + "." + (guest.hashCode() & 0xff);
        }

        @Override
        public GuestSpec guest(InstanceId id, String name) {
            Path socket = temp.resolve(id.value());
            tell(id, socket);
            NetworkLink link = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", address(id), List.of(), false, socket);
            return new GuestSpec(id, name, new Resources(1, 128, 1024, 10), new BootSource.Kernel(Path.of(System.getProperty("kumiki.guest.kernel")),
                    Path.of(System.getProperty("kumiki.guest.initrd")), ""), Optional.empty(), List.of(), link);
        }

        private synchronized void tell(InstanceId guest, Path socket) {
            try {
                if (!told.contains(socket)) {
                    TestMetadata.serve(metadata, socket, guest, address(guest));
                    told.add(socket);
                }
                if (told.size() > guestsAtOnce() + 1) {
                    metadata.end(told.remove());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void awaitReady(InstanceId guest) throws InterruptedException {
            long end = System.nanoTime() + patience().toNanos();
            while (!driver.console(host(), guest).text().contains(" ready")) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("a guest is not ready: " + driver.console(host(), guest).text());
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }

        @Override
        public String signature(InstanceId guest) {
            return "kumiki guest ip-" + address(guest).replace('.', '-') + ".";
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
        public void end(InstanceId guest) throws IOException {
            for (String host : List.of("a", "b")) {
                new PlainNode("here", temp).run(List.of("lxc-stop", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + guest + "@" + host, "--kill"),
                        Duration.ofSeconds(20));
            }
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
        public Set<String> traces(InstanceId guest) throws IOException {
            Set<String> traces = new TreeSet<>();
            try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
                // One that another of them has begun answers a question of the guest, and is gone soon.
                all.filter(process -> isFor(guest, process) && process.parent().filter(parent -> isFor(guest, parent)).isEmpty())
                        .forEach(process -> traces.add("process " + process.pid()));
            }
            for (String host : List.of("a", "b")) {
                if (Files.exists(temp.resolve(host).resolve("lxc/guests").resolve(guest.value()))) {
                    traces.add("directory of " + host);
                }
                PLACES.stream().map(Path::of).flatMap(place -> Stream.of(guest + "@" + host, "lxc-" + guest + "@" + host).map(place::resolve))
                        .filter(Files::exists).forEach(place -> traces.add(place.toString()));
            }
            return traces;
        }

        private static boolean isFor(InstanceId guest, ProcessHandle process) {
            return process.info().commandLine().orElse("").contains(guest.value());
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(60);
        }

        @Override
        public void close() throws IOException {
            driver.stop();
            metadata.close();
        }
    }
}
