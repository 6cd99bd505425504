package org.kumiki.hypervisor.uml;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.ConsoleTail;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
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
import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodePrograms;
import org.kumiki.api.storage.BootSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests of one node. All it knows of a guest is what it finds there: a directory is a guest, and one whose keeper lives is a guest that
 * runs. What it does to one guest it does one thing after another; different guests do not wait for each other. Thread-safe.
 */
final class UmlHost implements NodeHost {

    private static final Logger LOG = LoggerFactory.getLogger(UmlHost.class);
    private static final Pattern GUEST = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)*");
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x[0-9a-f]+\\)");
    private static final Path PROCESSES = Path.of("/proc");
    private static final String NETWORK = "qemu-system-x86_64";
    private static final Duration TO_ANSWER = Duration.ofSeconds(30);
    private static final Duration TO_BEGIN = Duration.ofSeconds(40);
    private static final Duration TO_LET_GO = Duration.ofSeconds(15);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final Duration BETWEEN_ASKS = Duration.ofSeconds(1);
    private static final long PAUSE_MILLIS = 10;
    private static final int LONGEST_LOG = 16 << 20;
    /** What the programs beside the guest take. */
    private static final long OVERHEAD_MIB = 256;
    /** Each process of the guest is one of the host as well. */
    private static final int MOST_PROCESSES = 2_048;
    private static final int LONGEST_CONSOLE = 1 << 20;
    private static final Map<String, String> PACKAGES = Map.of("bwrap", "bubblewrap", "perl", "perl-base", "unshare", "util-linux",
            "setpriv", "util-linux", "ldd", "libc-bin", "qemu-storage-daemon", "qemu-system-common", NETWORK, "qemu-system-x86");

    /** Something that can be seen on the node. */
    private interface Condition {

        boolean holds() throws IOException;
    }

    private final Node node;
    private final HostId id;
    private final UmlSettings settings;
    private final String version;
    private final Machine machine;
    private final ProcessLimits limits;
    private final HostFacts facts;
    private final Path guests;
    private final Initrds initrds;
    private final GuestListener listener;
    private final GuestTurns turns = new GuestTurns();
    /** Guests that run, as far as anybody knows, and the processes of their keepers. */
    private final Map<InstanceId, Long> watched = new ConcurrentHashMap<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "kumiki-uml-watch"));
    private final ExecutorService aftermath = Executors.newCachedThreadPool(task -> thread(task, "kumiki-uml-aftermath"));
    private volatile boolean closed;

    private UmlHost(Node node, UmlSettings settings, String version, Machine machine, Initrds initrds, Path guests, GuestListener listener)
            throws IOException {
        this.node = node;
        this.id = new HostId(node.name());
        this.settings = settings;
        this.version = version;
        this.machine = machine;
        this.limits = ProcessLimits.of(node, ProcessLimits.ROOT, "0077", state -> LOG.info("limits of guests on {}: {}", id, state));
        this.facts = HostFacts.of(node, guests);
        this.guests = guests;
        this.initrds = initrds;
        this.listener = listener;
        watch.scheduleWithFixedDelay(this::look, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Looks whether a node has what it takes.
     *
     * @throws IOException if it has not; the message says what lacks
     */
    static UmlHost on(Node node, UmlSettings settings, GuestListener listener) throws IOException {
        Node.Finished answer = node.run(List.of(settings.program().toString(), "--version"), TO_ANSWER);
        String version = answer.output().strip();
        if (!answer.succeeded() || !VERSION.matcher(version).matches()) {
            throw new IOException(settings.program() + " does not say which version it is; on Debian install user-mode-linux: "
                    + (answer.output() + answer.errors()).strip());
        }
        NodePrograms.require(node, PACKAGES);
        Node.Finished tried = node.run(List.of("unshare", "--user", "--map-root-user", "--mount", "true"), TO_ANSWER);
        if (!tried.succeeded()) {
            throw new IOException("guests cannot be locked up on " + node.name() + ", since its kernel lets nobody make namespaces of users: "
                    + tried.errors().strip());
        }
        Path directory = node.directory().resolve("uml");
        Initrds initrds = new Initrds(node, directory.resolve("initrds"), settings.modules(), version);
        initrds.check();
        node.makeDirectory(directory.resolve("guests"));
        node.makeDirectory(directory.resolve("initrds"));
        boolean root = Commands.run(node, List.of("id", "-u")).strip().equals("0");
        List<Path> libraries = libraries(Commands.run(node, List.of("ldd", settings.program().toString())));
        Machine machine = new Machine(root, settings.program(), libraries, NETWORK);
        return new UmlHost(node, settings, version, machine, initrds, directory.resolve("guests"), listener);
    }

    /** The files in what ldd(1) says. */
    static List<Path> libraries(String ldd) {
        return LIBRARY.matcher(ldd).results().map(found -> Path.of(found.group(1))).distinct().toList();
    }

    HostId id() {
        return id;
    }

    String version() {
        return version;
    }

    String limits() {
        return limits.state();
    }

    /** What is here, and from now on watched: a guest that an earlier driver has started as well. */
    @Override
    public HostReport report() throws IOException {
        Map<InstanceId, GuestState> states = new TreeMap<>();
        for (InstanceId guest : present()) {
            OptionalLong keeper = keeper(guest).find();
            states.put(guest, keeper.isPresent() ? GuestState.RUNNING : GuestState.STOPPED);
            keeper.ifPresent(process -> watched.putIfAbsent(guest, process));
        }
        return new HostReport(id, facts.capacity(settings.cpuOvercommit(), settings.memoryShare(), 1), facts.cpus(),
                Map.of("cpu", facts.cpu(), "kernel", facts.kernel(), "uml", version, "limits", limits.state()), states);
    }

    private List<InstanceId> present() throws IOException {
        return node.list(guests).stream().filter(name -> GUEST.matcher(name).matches()).map(InstanceId::new).toList();
    }

    /** The processor time of each guest that runs. */
    Map<InstanceId, Duration> cpuTimes() throws IOException {
        Map<InstanceId, Duration> times = new TreeMap<>();
        for (InstanceId guest : present()) {
            limits.cpuTime(guest).ifPresent(time -> times.put(guest, time));
        }
        return times;
    }

    @Override
    public void start(GuestSpec guest) {
        BootSource.Kernel boot = check(guest);
        turns.alone(guest.id(), () -> {
            if (keeper(guest.id()).alive()) {
                return null;
            }
            boolean fresh = !node.list(guests).contains(guest.id().value());
            try {
                switchOn(guest, boot);
            } catch (IOException | InterruptedException | RuntimeException e) {
                undo(guest.id(), fresh, e);
                throw e;
            }
            return null;
        });
    }

    /** What User-Mode Linux can be made of, and what not. */
    private static BootSource.Kernel check(GuestSpec guest) {
        if (!(guest.boot() instanceof BootSource.Kernel kernel)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "User-Mode Linux has no firmware that could boot a disk: its image must bring a first"
                    + " root file system, as the built-in one does");
        }
        if (guest.resources().cpus() > 1) {
            throw new HypervisorException(Reason.UNSUPPORTED, "User-Mode Linux has one CPU, and not " + guest.resources().cpus());
        }
        Drives.of(guest);
        Wire.command(NETWORK, guest.link());
        return kernel;
    }

    private void switchOn(GuestSpec guest, BootSource.Kernel boot) throws IOException, InterruptedException {
        GuestFiles files = files(guest.id());
        for (Path old : List.of(files.machine(), files.disks(), files.begun(), files.ended(), files.disksPid(), files.olderConsole())) {
            node.delete(old);
        }
        node.makeDirectory(files.machine());
        node.makeDirectory(files.disks());
        for (String name : Drives.of(guest).keySet()) {
            node.write(files.disks().resolve(name), new byte[0]);
        }
        Keeper keeper = keeper(guest.id());
        keeper.spawn(limits.around(guest.id(), limits(guest.resources()), machine.keeper(guest, files, initrds.of(boot.initrd()))));
        if (!comes(TO_BEGIN, () -> node.exists(files.begun()) || !keeper.alive()) || !keeper.alive()) {
            throw new IOException("the machine of " + guest.id() + " did not begin: " + complaint(files));
        }
        limits.heed(log(files));
        if (guest.link() instanceof NetworkLink.User user) {
            controls(guest.id()).forward(user); // which it has, if it could take the ports
        }
        keeper.find().ifPresent(process -> watched.put(guest.id(), process));
    }

    static Limits limits(Resources promised) {
        return new Limits(promised.cpus(), promised.memoryMiB() + OVERHEAD_MIB, MOST_PROCESSES);
    }

    private String log(GuestFiles files) throws IOException {
        return node.text(files.log(), LONGEST_LOG);
    }

    private String complaint(GuestFiles files) throws IOException {
        String text = (log(files) + " " + node.text(files.console(), LONGEST_CONSOLE)).strip();
        return text.substring(Math.max(0, text.length() - 1_000));
    }

    private boolean comes(Duration patience, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    private void undo(InstanceId guest, boolean fresh, Exception reason) {
        try {
            keeper(guest).cutOff();
            limits.remove(guest);
            if (fresh) {
                node.delete(files(guest).directory());
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reason.addSuppressed(e);
        }
    }

    @Override
    public void stop(InstanceId guest, boolean force) {
        turns.alone(guest, () -> {
            Keeper keeper = existing(guest);
            watched.remove(guest);
            if (!force && keeper.alive()) {
                keeper.tell("TERM");
                if (!follows(guest, () -> !keeper.alive())) {
                    LOG.info("{} did not shut down within {}, and is cut off", guest, settings.shutdownPatience());
                }
            }
            keeper.cutOff();
            limits.remove(guest);
            return null;
        });
    }

    /** Asks a guest to end, again and again: one whose system is not up yet does not hear it. */
    private boolean follows(InstanceId guest, Condition followed) throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.shutdownPatience().toNanos();
        while (System.nanoTime() < end) {
            controls(guest).pressCtrlAltDel();
            if (comes(BETWEEN_ASKS, followed)) {
                return true;
            }
        }
        return followed.holds();
    }

    @Override
    public void reboot(InstanceId guest) {
        turns.alone(guest, () -> {
            Keeper keeper = existing(guest);
            if (!keeper.alive()) {
                throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
            }
            Path begun = files(guest).begun();
            String before = node.text(begun, 32);
            keeper.tell("HUP");
            Condition again = () -> !node.text(begun, 32).equals(before) || !keeper.alive();
            if (!follows(guest, again)) {
                LOG.info("{} did not restart within {}, and is reset", guest, settings.shutdownPatience());
                controls(guest).reset();
                if (!comes(TO_BEGIN, again)) {
                    throw new IOException(guest + " was reset, and does not begin: " + complaint(files(guest)));
                }
            }
            if (!keeper.alive()) {
                throw new IOException(guest + " has ended when it was to restart: " + complaint(files(guest)));
            }
            return null;
        });
    }

    @Override
    public void destroy(InstanceId guest) {
        turns.alone(guest, () -> {
            watched.remove(guest);
            keeper(guest).cutOff();
            limits.remove(guest);
            node.delete(files(guest).directory());
            turns.forget(guest);
            return null;
        });
    }

    @Override
    public ConsoleOutput console(InstanceId guest) {
        return turns.alone(guest, () -> {
            GuestFiles files = existing(guest).files();
            ConsoleTail tail = new ConsoleTail(bytes(files.olderConsole())).then(bytes(files.console()));
            return new ConsoleOutput(guest, Instant.now(), tail.text().replace("\r\n", "\n"));
        });
    }

    private byte[] bytes(Path file) throws IOException {
        return node.find(file, LONGEST_CONSOLE).orElse(new byte[0]);
    }

    void relink(InstanceId guest, NetworkLink link) {
        turns.alone(guest, () -> {
            Controls controls = running(guest);
            if (link instanceof NetworkLink.User user) {
                controls.forward(user);
            }
            return null;
        });
    }

    void attach(InstanceId guest, GuestDisk disk) {
        turns.alone(guest, () -> {
            Controls controls = running(guest);
            List<Drives.Shown> shown = controls.shown();
            Optional<Drives.Shown> there = Drives.find(shown, disk.volume());
            String name = there.isPresent() ? there.get().name() : Drives.free(shown);
            if (there.isEmpty()) {
                node.write(files(guest).disks().resolve(name), new byte[0]);
                controls.show(disk, name);
            }
            if (!controls.isPlugged(name)) {
                controls.plug(name);
            }
            return null;
        });
    }

    void detach(InstanceId guest, VolumeId volume) {
        turns.alone(guest, () -> {
            Controls controls = running(guest);
            Optional<Drives.Shown> shown = Drives.find(controls.shown(), volume);
            if (shown.isEmpty()) {
                return null;
            }
            String name = shown.get().name();
            if (!comes(TO_LET_GO, () -> !controls.isPlugged(name) || controls.unplug(name))) {
                throw new HypervisorException(Reason.UNAVAILABLE, guest + " does not let go of " + volume + ": is it still mounted there?");
            }
            controls.hide(name);
            if (!comes(TO_LET_GO, () -> Drives.find(controls.shown(), volume).isEmpty())) {
                throw new IOException(volume + " is still shown to " + guest + ", which does not have it any more");
            }
            controls.close(volume.value());
            node.delete(files(guest).disks().resolve(name));
            return null;
        });
    }

    /** Finds guests that have ended by themselves: one look tells of all of them. */
    private void look() {
        if (watched.isEmpty()) {
            return;
        }
        try {
            Set<String> processes = new HashSet<>(node.list(PROCESSES));
            watched.forEach((guest, process) -> {
                if (!processes.contains(Long.toString(process))) {
                    later(guest, process);
                }
            });
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} does not say which processes run", id, e);
        }
    }

    private void later(InstanceId guest, long process) {
        if (closed) {
            return;
        }
        aftermath.execute(() -> {
            try {
                turns.alone(guest, () -> {
                    OptionalLong now = keeper(guest).find();
                    if (now.isPresent()) {
                        watched.replace(guest, process, now.getAsLong());
                    } else if (watched.remove(guest, process)) {
                        String reason = reason(node.text(files(guest).ended(), LONGEST_CONSOLE));
                        try {
                            limits.remove(guest);
                        } finally {
                            listener.stopped(id, guest, reason);
                        }
                    }
                    return null;
                });
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("{} on {} is not looked after", guest, id, e);
                }
            }
        });
    }

    /** For people, by what its keeper has left; empty, if that was killed as well. */
    static String reason(String ended) {
        if (ended.startsWith("panic ")) {
            return "its kernel panicked: " + ended.substring("panic ".length()).replaceAll("\\p{Cntrl}", " ").strip();
        }
        return switch (ended.strip()) {
            case "halted" -> "the guest shut down";
            case "disks" -> "the program that opens its disks has ended";
            case "network" -> "the program that is its network has ended";
            default -> "its process was killed";
        };
    }

    private GuestFiles files(InstanceId guest) {
        return new GuestFiles(guests.resolve(guest.value()));
    }

    private Keeper keeper(InstanceId guest) {
        return new Keeper(node, files(guest));
    }

    private Controls controls(InstanceId guest) {
        return new Controls(node, files(guest));
    }

    private Keeper existing(InstanceId guest) throws IOException {
        if (!node.list(guests).contains(guest.value())) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " on " + id);
        }
        return keeper(guest);
    }

    private Controls running(InstanceId guest) throws IOException {
        if (!existing(guest).alive()) {
            throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
        }
        return controls(guest);
    }

    /** Lets the guests run on, unwatched. */
    @Override
    public void close() {
        closed = true;
        watch.shutdownNow();
        aftermath.shutdownNow();
    }
}
