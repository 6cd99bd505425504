package org.kumiki.testing.guest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.node.contract.PlainNode;
import org.kumiki.tck.TestBed;

/**
 * The bed of a driver that works on nodes: this machine, as the two hosts a and b, with guests of the built-in image. A driver's own bed adds where
 * to look for traces of a guest, and how one is ended from the outside.
 * <p>
 * Each guest has a name of its own, by which it is known on its console. Of those that came first there are none any more.
 *
 * @param <D> the driver
 */
public abstract class TwoHosts<D extends BlockingHypervisor> implements TestBed {

    private static final List<String> HOSTS = List.of("a", "b");
    private static final int DISK_MIB = 64;
    private static final long PAUSE_MILLIS = 100;

    private final Path temp;
    private final int memoryMiB;
    private final Function<List<Node>, D> begin;
    private final Consumer<D> stop;
    private final BootSource.Kernel image;
    private final Deque<Path> told = new ArrayDeque<>();
    private final GuestNames names;
    private volatile D driver;

    /**
     * Skips the test where {@code kumiki.guest.kernel} and {@code kumiki.guest.initrd} do not name an image's files.
     *
     * @param temp      an empty directory
     * @param memoryMiB of a guest
     * @param begin     makes the driver, with the nodes it is for
     * @param stop      ends it, as when its bundle is stopped
     */
    protected TwoHosts(Path temp, int memoryMiB, String commandLine, Function<List<Node>, D> begin, Consumer<D> stop) throws IOException {
        String kernel = System.getProperty("kumiki.guest.kernel");
        String initrd = System.getProperty("kumiki.guest.initrd");
        assumeTrue(kernel != null && initrd != null, "no system to run is named");
        this.image = new BootSource.Kernel(Path.of(kernel), Path.of(initrd), commandLine);
        this.temp = temp;
        this.memoryMiB = memoryMiB;
        this.begin = begin;
        this.stop = stop;
        this.names = new GuestNames();
        for (String host : HOSTS) {
            Files.createDirectories(temp.resolve(host));
        }
        begin();
    }

    private void begin() {
        driver = begin.apply(HOSTS.stream().<Node>map(host -> new PlainNode(host, temp.resolve(host))).toList());
    }

    /** Where a host's node keeps what belongs to its guests. */
    protected final Path directory(HostId host) {
        return temp.resolve(host.value());
    }

    /** What must not be there when a guest is gone from a host: directories, control groups. */
    protected abstract List<Path> places(HostId host, InstanceId guest);

    @Override
    public D driver() {
        return driver;
    }

    @Override
    public final HostId host() {
        return new HostId("a");
    }

    @Override
    public final HostId destination() {
        return new HostId("b");
    }

    private static String address(InstanceId guest) {
        return "172.31." + (guest.hashCode() >>> 8 & 0xff) + "." + (guest.hashCode() & 0xff);
    }

    @Override
    public final GuestSpec guest(InstanceId id, String name) {
        Path socket = temp.resolve(id.value());
        tell(id, socket);
        NetworkLink link = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", address(id), List.of(), false, socket);
        return new GuestSpec(id, name, new Resources(1, memoryMiB, 1024, 10), image, Optional.empty(), List.of(), link);
    }

    private synchronized void tell(InstanceId guest, Path socket) {
        try {
            if (!told.contains(socket)) {
                names.tell(socket, guest, address(guest), Optional.empty());
                told.add(socket);
            }
            if (told.size() > guestsAtOnce() + 1) {
                names.forget(told.remove());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public final void awaitReady(InstanceId guest) throws InterruptedException {
        long end = System.nanoTime() + patience().toNanos();
        while (!driver.console(host(), guest).text().contains(" ready")) {
            if (System.nanoTime() > end) {
                throw new AssertionError("a guest is not ready: " + driver.console(host(), guest).text());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    @Override
    public final String signature(InstanceId guest) {
        return "kumiki guest ip-" + address(guest).replace('.', '-') + ".";
    }

    @Override
    public final void restart(Runnable meanwhile) {
        stop.accept(driver);
        try {
            meanwhile.run();
        } finally {
            begin();
        }
    }

    @Override
    public final GuestDisk volume(VolumeId id) {
        Path file = temp.resolve(id.value());
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength((long) DISK_MIB << 20);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new GuestDisk(id, new Disk(file, Disk.Format.RAW, DISK_MIB), "/dev/sdf");
    }

    @Override
    public final Set<String> traces(InstanceId guest) {
        Set<String> traces = new TreeSet<>();
        // One that another of them has begun answers a question of the guest, and is gone soon.
        try (Stream<ProcessHandle> processes = processes(guest)) {
            processes.filter(process -> process.parent().filter(parent -> isFor(guest, parent)).isEmpty())
                    .forEach(process -> traces.add("process " + process.pid()));
        }
        for (HostId host : List.of(host(), destination())) {
            places(host, guest).stream().filter(Files::exists).forEach(place -> traces.add(place.toString()));
        }
        return traces;
    }

    /** Those that name a guest. The caller closes it. */
    protected static Stream<ProcessHandle> processes(InstanceId guest) {
        return ProcessHandle.allProcesses().filter(process -> isFor(guest, process));
    }

    private static boolean isFor(InstanceId guest, ProcessHandle process) {
        return process.info().commandLine().orElse("").contains(guest.value());
    }

    @Override
    public final void close() throws IOException {
        stop.accept(driver);
        names.close();
    }
}
