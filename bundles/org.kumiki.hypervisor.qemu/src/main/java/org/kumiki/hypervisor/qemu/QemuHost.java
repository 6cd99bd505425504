package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.ConsoleTail;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.GuestTurns.Turn;
import org.kumiki.api.hypervisor.GuestTurns;
import org.kumiki.api.hypervisor.HostFacts;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.NodeHost;
import org.kumiki.api.hypervisor.ProcessLimits.Limits;
import org.kumiki.api.hypervisor.ProcessLimits;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.qemu.AcceleratorProbe.Verdict;
import org.kumiki.hypervisor.qemu.qmp.Qmp;
import org.kumiki.hypervisor.qemu.qmp.QmpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The guests of one node. All it knows of a guest is what it finds there: a directory is a guest, a process is a guest that runs. What it
 * does to one guest it does one thing after another; different guests do not wait for each other. Thread-safe.
 */
final class QemuHost implements NodeHost {

    private static final Logger LOG = LoggerFactory.getLogger(QemuHost.class);
    private static final Pattern GUEST = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final Duration TO_PREPARE = Duration.ofSeconds(60);
    private static final Duration TO_SWITCH_ON = Duration.ofSeconds(60);
    private static final Duration TO_LISTEN = Duration.ofSeconds(5);
    private static final Duration TO_SWITCH_OFF = Duration.ofSeconds(10);
    private static final Duration TO_LET_GO = Duration.ofSeconds(40);
    private static final Duration LONGEST_COPY = Duration.ofHours(5);
    private static final Duration BETWEEN_PRESSES = Duration.ofSeconds(10);
    private static final long BETWEEN_ATTEMPTS_MILLIS = 3;
    private static final int LONGEST_LOG = 16 << 20;
    /** What QEMU takes beside the guest's memory: itself, translated code, buffers. */
    private static final long OVERHEAD_MIB = 512;
    /** QEMU makes up to 64 threads for input and output. */
    private static final int MOST_THREADS = 256;

    private final Node node;
    private final HostId id;
    private final QemuSettings settings;
    private final QemuVersion version;
    private final HostFacts facts;
    private final Path guests;
    private final AcceleratorProbe probe;
    private final ProcessLimits limits;
    private final GuestListener listener;
    private volatile Optional<Verdict> verdict;
    private final GuestTurns turns = new GuestTurns();
    private final Map<InstanceId, Monitor> monitors = new ConcurrentHashMap<>();
    private final ExecutorService aftermath = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-qemu-aftermath");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String loopback;
    private volatile boolean closed;

    private QemuHost(Node node, QemuSettings settings, QemuVersion version, Path directory, HostFacts facts, GuestListener listener)
            throws IOException {
        this.node = node;
        this.id = new HostId(node.name());
        this.settings = settings;
        this.version = version;
        this.facts = facts;
        this.guests = directory;
        this.probe = new AcceleratorProbe(node, settings.program(), directory,
                "QEMU " + version + ", kernel " + facts.kernel() + ", boot " + facts.bootId());
        this.verdict = probe.known();
        this.limits = ProcessLimits.of(node, ProcessLimits.ROOT, "0177", state -> LOG.info("limits of guests on {}: {}", id, state));
        this.listener = listener;
    }

    /** Looks whether a node has what it takes. */
    static QemuHost on(Node node, QemuSettings settings, GuestListener listener) throws IOException {
        Node.Finished answer = node.run(List.of(settings.program(), "--version"), Duration.ofSeconds(30));
        QemuVersion version = QemuVersion.announced(answer.output()).orElseThrow(() -> new IOException(
                settings.program() + " does not say which version it is: " + answer.output() + answer.errors()));
        Path directory = node.directory().resolve("qemu");
        node.makeDirectory(directory);
        return new QemuHost(node, settings, version, directory, HostFacts.of(node, directory), listener);
    }

    HostId id() {
        return id;
    }

    QemuVersion version() {
        return version;
    }

    /** How guests run here, if that is known yet. */
    QemuSettings settings() {
        return settings;
    }

    int cpus() {
        return facts.cpus();
    }

    Optional<Verdict> accelerator() {
        return verdict;
    }

    /** What is here, and from now on watched: a guest that an earlier driver has started as well. Waits for no guest. */
    @Override
    public HostReport report() throws IOException {
        Map<InstanceId, GuestState> states = new TreeMap<>();
        for (String name : node.list(guests)) {
            if (GUEST.matcher(name).matches()) {
                InstanceId guest = new InstanceId(name);
                boolean alive = process(files(guest)).alive();
                states.put(guest, alive ? GuestState.RUNNING : GuestState.STOPPED);
                if (alive && !monitors.containsKey(guest)) {
                    later(guest, () -> watch(guest));
                }
            }
        }
        String accelerator = verdict.map(found -> found.accelerator().name().toLowerCase(Locale.ROOT)).orElse("untried");
        return new HostReport(id, facts.capacity(settings.cpuOvercommit(), settings.memoryShare(), settings.diskOvercommit()), facts.cpus(),
                Map.of("cpu", facts.cpu(), "kernel", facts.kernel(), "qemu", version.toString(), "accelerator", accelerator,
                        "limits", limits.state()),
                states);
    }

    /** The processor time of each guest that runs and can be seen to the end of the look. */
    Map<InstanceId, Duration> cpuTimes() throws IOException {
        Map<InstanceId, Duration> times = new TreeMap<>();
        for (String name : node.list(guests)) {
            if (GUEST.matcher(name).matches()) {
                InstanceId guest = new InstanceId(name);
                process(files(guest)).cpuTime().ifPresent(time -> times.put(guest, time));
            }
        }
        return times;
    }

    /** A process that has just begun can be found before it can be talked with. */
    private Optional<Monitor> watch(InstanceId guest) throws IOException, InterruptedException {
        GuestFiles files = files(guest);
        OptionalLong pid = process(files).find();
        return pid.isPresent() ? Optional.of(firstMonitor(guest, files, pid.getAsLong())) : Optional.empty();
    }

    @Override
    public void start(GuestSpec guest) {
        alone(guest.id(), () -> {
            GuestFiles files = files(guest.id());
            files.requireRoomForSocket();
            if (process(files).alive()) {
                monitor(guest.id(), files);
                return null;
            }
            boolean fresh = !node.list(guests).contains(guest.id().value());
            try {
                node.makeDirectory(files.directory());
                switchOn(guest, files);
            } catch (IOException | InterruptedException | RuntimeException e) {
                undo(guest.id(), files, fresh, e);
                throw e;
            }
            return null;
        });
    }

    private void switchOn(GuestSpec guest, GuestFiles files) throws IOException, InterruptedException {
        List<String> command = QemuCommand.of(settings.program(), version, accelerator(guest.boot()), guest, files);
        awaitMonitor(guest.id(), files, begin(guest, files, command));
    }

    /** The process can be found from now on, and not only when QEMU has come to say itself which it is. */
    private long begin(GuestSpec guest, GuestFiles files, List<String> command) throws IOException {
        node.delete(files.qmp());
        long pid = node.spawn(limits.around(guest.id(), limits(guest.resources()), command), files.log());
        node.write(files.pid(), Long.toString(pid).getBytes(UTF_8));
        return pid;
    }

    static Limits limits(Resources promised) {
        return new Limits(promised.cpus(), promised.memoryMiB() + promised.memoryMiB() / 20 + OVERHEAD_MIB, MOST_THREADS);
    }

    private Monitor awaitMonitor(InstanceId guest, GuestFiles files, long pid) throws IOException, InterruptedException {
        try {
            Monitor monitor = firstMonitor(guest, files, pid);
            limits.heed(log(files));
            return monitor;
        } catch (IOException | QmpException e) {
            throw new IOException("QEMU did not start: " + complaint(files, e.getMessage()), e);
        }
    }

    private Accelerator accelerator(BootSource boot) throws IOException {
        if (verdict.isEmpty() && boot instanceof BootSource.Kernel kernel) {
            verdict = Optional.of(probe.find(kernel.kernel()));
            listener.hostsChanged();
        }
        // Only a kernel can prove that hardware acceleration works; without one, what is sure to work is used.
        return verdict.map(Verdict::accelerator).orElse(Accelerator.TCG);
    }

    /** Somebody who looks after guests may have found it first. */
    private Monitor firstMonitor(InstanceId guest, GuestFiles files, long pid) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_SWITCH_ON.toNanos();
        while (true) {
            try {
                return monitor(guest, files);
            } catch (IOException e) { // the socket is not there yet, and never will be if the process has ended
                if (node.list(Path.of("/proc", Long.toString(pid))).isEmpty() || System.nanoTime() > end) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(BETWEEN_ATTEMPTS_MILLIS);
            }
        }
    }

    private void undo(InstanceId guest, GuestFiles files, boolean fresh, Exception reason) {
        try {
            forget(guest);
            process(files).kill();
            limits.remove(guest);
            if (fresh) {
                node.delete(files.directory());
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reason.addSuppressed(e);
        }
    }

    /** Where other hosts reach this one. */
    String address() {
        return node.address();
    }

    /** Whose loopback addresses are those of this host: a kernel that runs, and a network of it. */
    String loopback() throws IOException {
        if (loopback == null) {
            loopback = network();
        }
        return loopback;
    }

    private String network() throws IOException {
        Node.Finished network = node.run(List.of("readlink", "/proc/self/ns/net"), TO_PREPARE);
        if (!network.succeeded()) {
            throw new IOException("it cannot be seen which network " + id + " is in: " + network.errors().strip());
        }
        return facts.bootId() + " " + network.output().strip();
    }

    /** Whether a guest is here, running or not. */
    boolean has(InstanceId guest) throws IOException {
        return node.list(guests).contains(guest.value());
    }

    boolean isAlive(InstanceId guest) throws IOException {
        return process(files(guest)).alive();
    }

    /** What a guest's QEMU is told by, if there is one. */
    Optional<Monitor> monitor(InstanceId guest) {
        return alone(guest, () -> watch(guest));
    }

    /**
     * Begins to make a machine into which a guest can come that runs on another host.
     *
     * @return the machine's process
     */
    long receive(GuestSpec guest, QemuHost from) {
        Map<String, String> slots = from.slots(guest.id());
        return alone(guest.id(), () -> {
            GuestFiles files = files(guest.id());
            files.requireRoomForSocket();
            try {
                node.makeDirectory(files.directory());
                return begin(guest, files, QemuCommand.receiving(settings.program(), version, accelerator(guest.boot()), guest, files, slots));
            } catch (IOException | RuntimeException e) {
                undo(guest.id(), files, true, e);
                throw e;
            }
        });
    }

    /** Waits until the machine of this process can be talked with. */
    Monitor monitor(InstanceId guest, long process) {
        return alone(guest, () -> awaitMonitor(guest, files(guest), process));
    }

    private Map<String, String> slots(InstanceId guest) {
        return alone(guest, () -> Slots.occupied(monitor(guest, running(guest)).ask("query-pci")));
    }

    /** Keeps the files with the key of a guest's migration, and says in which directory. */
    Path keepKey(InstanceId guest, Map<String, byte[]> contents) {
        return alone(guest, () -> {
            Path directory = files(guest).key();
            node.makeDirectory(directory);
            for (Map.Entry<String, byte[]> file : contents.entrySet()) {
                node.write(directory.resolve(file.getKey()), file.getValue());
            }
            return directory;
        });
    }

    void forgetKey(InstanceId guest) {
        alone(guest, () -> {
            node.delete(files(guest).key());
            return null;
        });
    }

    /**
     * The guest runs on another host now: the process that had it ends, and what it wrote to its console goes along. What is left here takes
     * nothing, and is gone when it is destroyed.
     */
    void handOver(InstanceId guest, QemuHost to) {
        byte[] console = alone(guest, () -> {
            GuestFiles files = files(guest);
            if (process(files).alive()) {
                end(guest, files);
            }
            node.delete(files.key());
            return kept(files).bytes();
        });
        to.alone(guest, () -> {
            GuestFiles files = to.files(guest);
            ConsoleTail whole = new ConsoleTail(console).then(to.kept(files).bytes());
            to.node.write(files.console(), whole.bytes());
            to.node.delete(files.key());
            return null;
        });
    }

    @Override
    public void stop(InstanceId guest, boolean force) {
        alone(guest, () -> {
            GuestFiles files = existing(guest);
            if (process(files).alive()) {
                if (!force && !shutsDown(guest, files)) {
                    LOG.info("{} did not shut down within {}, and is cut off", guest, settings.shutdownPatience());
                }
                switchOff(guest, files);
            }
            return null;
        });
    }

    /** A guest whose system is not up yet misses the power button, so it is pressed again. */
    private boolean shutsDown(InstanceId guest, GuestFiles files) throws IOException, InterruptedException {
        try {
            Monitor monitor = monitor(guest, files);
            long end = System.nanoTime() + settings.shutdownPatience().toNanos();
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                monitor.powerDown();
                if (monitor.shutsDown(Duration.ofNanos(Math.min(left, BETWEEN_PRESSES.toNanos())))) {
                    return true;
                }
            }
        } catch (IOException | QmpException e) {
            LOG.warn("{} cannot be asked to shut down", guest, e);
        }
        return false;
    }

    private void switchOff(InstanceId guest, GuestFiles files) throws IOException, InterruptedException {
        end(guest, files);
        limits.remove(guest);
    }

    /** Ends the process, gently if it listens. What the guest wrote last is kept. */
    private void end(InstanceId guest, GuestFiles files) throws IOException, InterruptedException {
        GuestProcess process = process(files);
        OptionalLong pid = process.find();
        Monitor monitor = null;
        try {
            Monitor found = monitor(guest, files);
            monitors.remove(guest);
            if (found.listens(TO_LISTEN)) { // one that waits for memory which never comes does not
                monitor = found;
                keepConsole(monitor, files);
                monitor.quit();
            }
        } catch (IOException | QmpException e) {
            LOG.debug("{} is killed, because its QEMU does not listen", guest, e);
        }
        if (pid.isPresent() && (monitor == null || !process.ends(pid.getAsLong(), TO_SWITCH_OFF))) {
            process.kill(pid.getAsLong());
        }
        forget(guest);
        node.delete(files.qmp());
        node.delete(files.pid());
    }

    @Override
    public void reboot(InstanceId guest) {
        alone(guest, () -> {
            GuestFiles files = running(guest);
            shutsDown(guest, files);
            monitor(guest, files).reset();
            return null;
        });
    }

    @Override
    public void destroy(InstanceId guest) {
        alone(guest, () -> {
            GuestFiles files = files(guest);
            OptionalLong pid = process(files).find();
            if (pid.isPresent()) {
                switchOff(guest, files);
            }
            forget(guest);
            limits.remove(guest);
            node.delete(files.directory());
            turns.forget(guest);
            return null;
        });
    }

    @Override
    public ConsoleOutput console(InstanceId guest) {
        return alone(guest, () -> {
            GuestFiles files = existing(guest);
            ConsoleTail tail = process(files).alive() ? keepConsole(monitor(guest, files), files) : kept(files);
            return new ConsoleOutput(guest, Instant.now(), tail.text());
        });
    }

    /** What QEMU hands out is gone from its memory, so it is written down before anybody sees it. */
    private ConsoleTail keepConsole(Monitor monitor, GuestFiles files) throws IOException, InterruptedException {
        byte[] news = monitor.takeConsole();
        ConsoleTail tail = kept(files).then(news);
        if (news.length > 0) {
            node.write(files.console(), tail.bytes());
        }
        return tail;
    }

    private ConsoleTail kept(GuestFiles files) throws IOException {
        return new ConsoleTail(node.find(files.console(), ConsoleTail.LIMIT).orElse(new byte[0]));
    }

    void attach(InstanceId guest, GuestDisk disk) {
        alone(guest, () -> {
            Monitor monitor = monitor(guest, running(guest));
            String name = disk.volume().value();
            if (devices(monitor).contains(name)) {
                return null;
            }
            JsonNode buses = monitor.ask("query-pci");
            checkSlots(buses);
            String slot = Slots.free(buses)
                    .orElseThrow(() -> new HypervisorException(Reason.UNSUPPORTED, "a guest of QEMU takes at most " + Slots.COUNT + " volumes"));
            if (!monitor.blockNodes().contains(name)) {
                monitor.ask("blockdev-add", Disks.volume(disk));
            }
            try {
                monitor.ask("device_add", Qmp.arguments().put("driver", "virtio-blk-pci").put("id", name).put("drive", name)
                        .put("serial", Disks.serial(disk)).put("bus", slot));
            } catch (QmpException e) {
                if (e.answered()) {
                    monitor.ask("blockdev-del", Qmp.arguments().put("node-name", name));
                }
                throw e;
            }
            return null;
        });
    }

    void detach(InstanceId guest, VolumeId volume) {
        alone(guest, () -> {
            Monitor monitor = monitor(guest, running(guest));
            String name = volume.value();
            checkSlots(monitor.ask("query-pci"));
            if (devices(monitor).contains(name) && !monitor.unplug(name, TO_LET_GO)) {
                throw new HypervisorException(Reason.UNAVAILABLE, guest + " did not let go of " + volume + " within " + TO_LET_GO);
            }
            if (monitor.blockNodes().contains(name)) {
                monitor.ask("blockdev-del", Qmp.arguments().put("node-name", name));
            }
            return null;
        });
    }

    private static void checkSlots(JsonNode buses) {
        if (!Slots.present(buses)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "disks on IDE and SATA come and go only while the guest is stopped");
        }
    }

    private static Collection<String> devices(Monitor monitor) throws InterruptedException {
        return monitor.ask("qom-list", Qmp.arguments().put("path", "/machine/peripheral")).findValuesAsText("name");
    }

    /** Nobody waits here for the end of it: to other deeds the guest is open meanwhile. */
    CompletionStage<Void> copy(InstanceId guest, Map<VolumeId, Disk> targets, boolean reboot) {
        return alone(guest, () -> {
            GuestFiles files = running(guest);
            Copy copy = new Copy(monitor(guest, files), targets);
            return begin(guest, files, copy, reboot).orTimeout(LONGEST_COPY.toMillis(), TimeUnit.MILLISECONDS)
                    .handleAsync((copied, failure) -> alone(guest, () -> finish(guest, copy, failure)), aftermath);
        });
    }

    /** Between its shutdown and its start a guest that is rebooted has written all that it wanted to write. */
    private CompletableFuture<Void> begin(InstanceId guest, GuestFiles files, Copy copy, boolean reboot) throws IOException, InterruptedException {
        copy.prepare();
        if (reboot && !shutsDown(guest, files)) {
            LOG.info("{} did not shut down within {}, and is copied as it is", guest, settings.shutdownPatience());
        }
        try {
            return copy.begin();
        } catch (QmpException e) {
            copy.clear();
            throw e;
        } finally {
            if (reboot) {
                monitor(guest, files).reset();
            }
        }
    }

    private static Void finish(InstanceId guest, Copy copy, Throwable failure) throws InterruptedException {
        try {
            copy.clear();
        } catch (QmpException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, "the copy of the disks of " + guest + " was broken off: " + e.getMessage(), e);
        }
        if (failure != null) {
            throw new HypervisorException(Reason.UNAVAILABLE, "the disks of " + guest + " were not copied: " + failure.getMessage(), failure);
        }
        return null;
    }

    void relink(InstanceId guest, NetworkLink link) {
        if (!(link instanceof NetworkLink.User user)) {
            return; // such a link has nothing that QEMU would have to change
        }
        alone(guest, () -> {
            Monitor monitor = monitor(guest, running(guest));
            List<Forward> present = Usernet.forwards(monitor.human("info usernet"));
            for (String change : Forwards.changes(user, present, user.forwards())) {
                String complaint = monitor.human(change);
                if (!complaint.isEmpty() && !complaint.endsWith("removed")) {
                    throw new HypervisorException(Reason.UNAVAILABLE, change + ": " + complaint);
                }
            }
            return null;
        });
    }

    /** What follows from what QEMU says by itself; off its thread, because it takes time. */
    private Monitor.Watcher watcher(InstanceId guest) {
        return new Monitor.Watcher() {

            @Override
            public void shutDown(Monitor monitor) {
                later(guest, () -> {
                    if (monitors.get(guest) == monitor && monitor.status().equals("shutdown")) {
                        switchOff(guest, files(guest));
                        listener.stopped(id, guest, "the guest shut down");
                    }
                    return null;
                });
            }

            @Override
            public void lost(Monitor monitor, String reason) {
                later(guest, () -> {
                    if (monitors.remove(guest, monitor)) {
                        GuestFiles files = files(guest);
                        if (process(files).ends(TO_SWITCH_OFF)) {
                            listener.stopped(id, guest, "QEMU ended: " + complaint(files, reason));
                        } else {
                            LOG.warn("{} runs on, but the connection to its QEMU is lost: {}", guest, reason);
                        }
                    }
                    return null;
                });
            }
        };
    }

    private void later(InstanceId guest, Turn<?> deed) {
        if (closed) {
            return;
        }
        aftermath.execute(() -> {
            try {
                alone(guest, deed);
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("{} on {} is not looked after", guest, id, e);
                }
            }
        });
    }

    /** The connection to a running guest's QEMU; made again if it was lost. */
    private Monitor monitor(InstanceId guest, GuestFiles files) throws IOException, InterruptedException {
        Monitor monitor = monitors.get(guest);
        if (monitor == null && !closed) {
            monitor = Monitor.connect(node, guest, files, watcher(guest));
            monitors.put(guest, monitor);
        }
        if (closed) { // perhaps while it was made, and would stay
            forget(guest);
            throw new IOException("the driver is being taken out");
        }
        return monitor;
    }

    private void forget(InstanceId guest) {
        Monitor monitor = monitors.remove(guest);
        if (monitor != null) {
            monitor.close();
        }
    }

    private GuestFiles files(InstanceId guest) {
        return GuestFiles.of(guests, guest);
    }

    private GuestFiles existing(InstanceId guest) throws IOException {
        if (!node.list(guests).contains(guest.value())) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " on " + id);
        }
        return files(guest);
    }

    private GuestFiles running(InstanceId guest) throws IOException {
        GuestFiles files = existing(guest);
        if (!process(files).alive()) {
            throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
        }
        return files;
    }

    private GuestProcess process(GuestFiles files) {
        return new GuestProcess(node, files);
    }

    /** Whether a guest's QEMU has written this among its complaints. */
    boolean complains(InstanceId guest, String text) throws IOException {
        return log(files(guest)).contains(text);
    }

    private String log(GuestFiles files) throws IOException {
        return new String(node.read(files.log(), LONGEST_LOG), UTF_8);
    }

    /** The last thing that QEMU wrote, or else what we know ourselves. */
    private String complaint(GuestFiles files, String otherwise) {
        try {
            return log(files).lines().map(String::strip).filter(line -> !line.isEmpty()).reduce((first, second) -> second).orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }

    private <T> T alone(InstanceId guest, Turn<T> turn) {
        try {
            return turns.alone(guest, turn);
        } catch (QmpException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, e.getMessage(), e);
        }
    }

    /** Lets the guests run on, unwatched. */
    @Override
    public void close() {
        closed = true;
        aftermath.shutdownNow();
        monitors.keySet().forEach(this::forget);
    }
}
