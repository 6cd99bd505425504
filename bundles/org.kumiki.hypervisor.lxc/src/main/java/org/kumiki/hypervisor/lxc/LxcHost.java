package org.kumiki.hypervisor.lxc;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodePrograms;
import org.kumiki.api.storage.BootSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests of one node. All it knows of a guest is what it finds there: a directory is a guest, and one whose control group LXC works in is
 * a guest that runs. What it does to one guest it does one thing after another; different guests do not wait for each other. Thread-safe.
 */
final class LxcHost implements NodeHost {

    private static final Logger LOG = LoggerFactory.getLogger(LxcHost.class);
    private static final String START = Commands.script("ask.pl", "answer.pl", "guest.pl");
    /** What {@code guest.pl} ends with, if it has made nothing. */
    private static final int RANGE_TAKEN = 201;
    private static final int OTHER_IMAGE = 202;
    /** LXC asks newuidmap wherever it finds one, and that wants ranges for root in /etc/subuid. Root may map what it likes without. */
    private static final String PATH = "/usr/sbin:/sbin";
    private static final Pattern GUEST = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)*");
    private static final Duration TO_ANSWER = Duration.ofSeconds(30);
    private static final Duration TO_SWITCH_ON = Duration.ofSeconds(60);
    private static final Duration TO_SWITCH_OFF = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final int LOOKS_UNTIL_ITS_TURN = 10;
    private static final Duration BETWEEN_ASKS = Duration.ofSeconds(1);
    private static final long PAUSE_MILLIS = 10;
    private static final Path SOCKETS = Path.of("/proc/net/unix");
    private static final int LONGEST_SOCKETS = 16 << 20;
    private static final int LONGEST_LOG = 16 << 20;
    private static final Map<String, String> PACKAGES = Map.ofEntries(Map.entry("lxc-stop", "lxc"), Map.entry("slirp4netns", "slirp4netns"),
            Map.entry("cpio", "cpio"), Map.entry("nft", "nftables"), Map.entry("ip", "iproute2"),
            Map.entry("perl", "perl-base"), Map.entry("qemu-storage-daemon", "qemu-system-common"), Map.entry("e2fsck", "e2fsprogs"),
            Map.entry("nsenter", "util-linux"), Map.entry("losetup", "mount"), Map.entry("sysctl", "procps"));

    /** Something that can be seen on the node. */
    private interface Condition {

        boolean holds() throws IOException;
    }

    private final Node node;
    private final HostId id;
    private final LxcSettings settings;
    private final String version;
    private final Cgroups cgroups;
    private final HostFacts facts;
    private final Path guests;
    private final Roots roots;
    private final UserRanges users;
    private final GuestListener listener;
    private final GuestTurns turns = new GuestTurns();
    private final Set<InstanceId> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> thread(task, "kumiki-lxc-watch"));
    private final ExecutorService aftermath = Executors.newCachedThreadPool(task -> thread(task, "kumiki-lxc-aftermath"));
    private volatile boolean closed;
    /** Of the thread that looks. */
    private int looks;

    private LxcHost(Node node, LxcSettings settings, String version, Cgroups cgroups, HostFacts facts, Path directory, GuestListener listener) {
        this.node = node;
        this.id = new HostId(node.name());
        this.settings = settings;
        this.version = version;
        this.cgroups = cgroups;
        this.facts = facts;
        this.guests = directory.resolve("guests");
        this.roots = new Roots(node, directory.resolve("roots"));
        this.users = new UserRanges(node, settings);
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
    static LxcHost on(Node node, LxcSettings settings, GuestListener listener) throws IOException {
        Node.Finished answer = node.run(List.of(settings.program().toString(), "--version"), TO_ANSWER);
        String version = answer.output().strip();
        if (!answer.succeeded() || !VERSION.matcher(version).matches()) {
            throw new IOException(settings.program() + " does not say which version it is: " + answer.output() + answer.errors());
        }
        if (!Commands.run(node, List.of("id", "-u")).strip().equals("0")) {
            throw new IOException("containers take root on " + node.name() + ", to give each users and a network of its own");
        }
        NodePrograms.require(node, PACKAGES);
        Cgroups cgroups = Cgroups.of(node, Cgroups.ROOT);
        Path directory = node.directory().resolve("lxc");
        node.makeDirectory(directory.resolve("guests"));
        node.makeDirectory(directory.resolve("roots"));
        return new LxcHost(node, settings, version, cgroups, HostFacts.of(node, directory), directory, listener);
    }

    HostId id() {
        return id;
    }

    String version() {
        return version;
    }

    String limits() {
        return cgroups.description();
    }

    /** What is here, and from now on watched: a guest that an earlier driver has started as well. */
    @Override
    public HostReport report() throws IOException {
        Map<InstanceId, GuestState> states = new TreeMap<>();
        for (InstanceId guest : present()) {
            boolean runs = runs(files(guest));
            states.put(guest, runs ? GuestState.RUNNING : GuestState.STOPPED);
            if (runs) {
                watched.add(guest);
            } else if (!watched.contains(guest) && node.exists(files(guest).stage())) {
                later(guest, () -> runs(files(guest)) ? null : clear(files(guest))); // it may have been started since
            }
        }
        return new HostReport(id, facts.capacity(settings.cpuOvercommit(), settings.memoryShare(), 1), facts.cpus(), Map.of("cpu", facts.cpu(), "kernel", facts.kernel(), "lxc", version,
                "limits", cgroups.description()), states);
    }

    private List<InstanceId> present() throws IOException {
        return node.list(guests).stream().filter(name -> GUEST.matcher(name).matches()).map(InstanceId::new).toList();
    }

    /** The processor time of each guest that runs. */
    Map<InstanceId, Duration> cpuTimes() throws IOException {
        Map<InstanceId, Duration> times = new TreeMap<>();
        for (InstanceId guest : present()) {
            cgroups.cpuTime(node, files(guest).name()).ifPresent(time -> times.put(guest, time));
        }
        return times;
    }

    @Override
    public void start(GuestSpec guest) {
        check(guest);
        turns.alone(guest.id(), () -> {
            GuestFiles files = files(guest.id());
            files.requireRoomForSocket();
            if (runs(files)) {
                return null;
            }
            boolean fresh = !node.list(guests).contains(guest.id().value());
            try {
                node.makeDirectory(files.directory());
                switchOn(guest, files);
                watched.add(guest.id());
            } catch (IOException | InterruptedException | RuntimeException e) {
                undo(files, fresh, e);
                throw e;
            }
            return null;
        });
    }

    /** What a container can be made of, and what not. */
    private void check(GuestSpec guest) {
        if (!(guest.boot() instanceof BootSource.Kernel) && (!(guest.boot() instanceof BootSource.Firmware) || guest.root().isEmpty())) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a container has its system from a first root file system, as the built-in image"
                    + " brings one, or from its root disk, and this one has neither");
        }
        if (!guest.disks().isEmpty()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a container has a root disk and no other volumes, for it has no kernel of its own "
                    + "to read them with: " + guest.disks().stream().map(disk -> disk.volume().value()).toList());
        }
        if (guest.root().isPresent() && !settings.mountDisks()) {
            throw new HypervisorException(Reason.UNSUPPORTED, "this host mounts no disks for containers (mountDisks), and the image has one");
        }
        if (guest.link() instanceof NetworkLink.User user) {
            UserLink.of(user);
        } else if (guest.link() instanceof NetworkLink.Namespace namespace) {
            NamespaceLink.check(namespace);
        } else if (!(guest.link() instanceof NetworkLink.None)) {
            throw new HypervisorException(Reason.UNSUPPORTED, "a container has no machine that a tap could be a card of");
        }
    }

    private void switchOn(GuestSpec guest, GuestFiles files) throws IOException, InterruptedException {
        clear(files);
        try {
            List<String> words = new ArrayList<>(new Stage(node, files).making(isWhole(guest), guest.root().map(GuestDisk::disk),
                    guest.resources().memoryMiB()));
            words.addAll(new GuestLink(node, files).making(guest.link()));
            node.delete(files.log());
            while (!begun(guest, files, words)) {
                LOG.debug("what {} on {} was to be made of has changed", guest.id(), id);
            }
        } catch (IOException | RuntimeException e) {
            clear(files);
            throw e;
        }
    }

    /** Whether all of its system is on its disk. */
    private static boolean isWhole(GuestSpec guest) {
        return !(guest.boot() instanceof BootSource.Kernel);
    }

    /**
     * @return false if nothing was made, for somebody else has taken the range of users that seemed free, or has put another image in the place of
     *         the known one
     */
    private boolean begun(GuestSpec guest, GuestFiles files, List<String> more) throws IOException {
        Optional<Roots.Root> root = guest.boot() instanceof BootSource.Kernel boot ? Optional.of(roots.of(boot.initrd())) : Optional.empty();
        int range = users.offer();
        try {
            List<String> command = new ArrayList<>(List.of("perl", "-e", START, "machine=" + facts.machine(), "name=" + files.name(),
                    "range=" + UserRanges.link(range), "ids=" + files.ids(), "number=" + range, "first=" + users.first(range),
                    "config=" + LxcConfig.of(files, guest.id().value(), users.first(range), cgroups.limits(guest.resources()), isWhole(guest)),
                    "groups=" + cgroups.groups(files.name()).stream().map(Path::toString).collect(Collectors.joining("\n")), "path=" + PATH, "start=" + String.join("\n", starting(files))));
            command.addAll(root.map(Roots.Root::words).orElse(List.of("lower=")));
            command.addAll(more);
            Node.Finished started = node.run(command, TO_SWITCH_ON);
            if (started.exitCode() == OTHER_IMAGE) {
                root.ifPresent(roots::forget);
            }
            if (started.exitCode() == OTHER_IMAGE || started.exitCode() == RANGE_TAKEN) {
                return false;
            }
            started.output().lines().forEach(UserLink::parse);
            check(files, started);
            return true;
        } catch (IOException | RuntimeException e) {
            users.release(files, range); // it may not have been written down
            throw e;
        } finally {
            users.settled(range);
        }
    }

    private List<String> starting(GuestFiles files) {
        return List.of(settings.program().toString(), "--lxcpath=" + GuestFiles.STAGES, "--name=" + files.name(), "--daemon",
                "--logfile=" + files.log(), "--logpriority=WARN");
    }

    /** Starts a guest whose root and network are there. */
    private void begin(GuestFiles files) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "PATH=" + PATH));
        command.addAll(starting(files));
        check(files, node.run(command, TO_SWITCH_ON));
    }

    private void check(GuestFiles files, Node.Finished started) throws IOException {
        if (!started.succeeded()) {
            throw new IOException("LXC did not start " + files.name() + ": "
                    + complaint(node.text(files.log(), LONGEST_LOG), started.errors().strip()));
        }
    }

    /** The first thing that went wrong; what follows is what came of it. LXC's processes write side by side, so their order is that of time. */
    static String complaint(String log, String otherwise) {
        return log.lines().map(line -> line.split("\\s+", 5)).filter(words -> words.length == 5 && words[3].equals("ERROR"))
                .min(Comparator.comparing(words -> words[2])).map(words -> words[4]).orElse(otherwise);
    }

    private void undo(GuestFiles files, boolean fresh, Exception reason) {
        try {
            if (runs(files)) {
                cutOff(files);
                awaitEnd(files);
            }
            clear(files);
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

    @Override
    public void stop(InstanceId guest, boolean force) {
        turns.alone(guest, () -> {
            GuestFiles files = existing(guest);
            watched.remove(guest);
            if (runs(files)) {
                if (!force && !follows(files, () -> !runs(files), "--nokill")) {
                    LOG.info("{} did not shut down within {}, and is cut off", guest, settings.shutdownPatience());
                }
                cutOff(files);
                awaitEnd(files);
            }
            clear(files);
            return null;
        });
    }

    /** Asks a guest to end, again and again: one whose system is not up yet does not hear it. */
    private boolean follows(GuestFiles files, Condition followed, String how) throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.shutdownPatience().toNanos();
        long ask = System.nanoTime();
        while (!followed.holds()) {
            long now = System.nanoTime();
            if (now > end) {
                return false;
            }
            if (now >= ask) {
                control(files, how, "--nowait");
                ask = now + BETWEEN_ASKS.toNanos();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    private void cutOff(GuestFiles files) throws IOException {
        if (runs(files)) {
            control(files, "--kill");
        }
    }

    private void control(GuestFiles files, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("lxc-stop", "--lxcpath=" + GuestFiles.STAGES, "--name=" + files.name()));
        command.addAll(List.of(options));
        Node.Finished told = node.run(command, TO_SWITCH_OFF);
        if (!told.succeeded() && runs(files)) {
            throw new IOException("lxc-stop: " + (told.errors() + told.output()).strip());
        }
    }

    /** The process that a guest began with, on the host; empty if it is just between two of them. */
    private String firstProcess(GuestFiles files) throws IOException {
        return node.run(List.of("lxc-info", "--lxcpath=" + GuestFiles.STAGES, "--name=" + files.name(), "--pid", "--no-humanize"), TO_ANSWER)
                .output().strip();
    }

    private void awaitEnd(GuestFiles files) throws IOException, InterruptedException {
        await(() -> !runs(files), files.name() + " was told to end, and runs on");
    }

    /** LXC takes the groups of a guest away that has ended, but tries once, when the kernel may still count one of its processes. */
    private void clearGroups(GuestFiles files) throws IOException, InterruptedException {
        await(() -> cgroups.clear(node, files.name()), files.name() + " has ended, and its control groups are still in use");
    }

    /** Looks again and again, for control groups of version 1 tell nobody when they change. */
    private static void await(Condition condition, String otherwise) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_SWITCH_OFF.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException(otherwise);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    /** Takes away what a guest had while it ran. */
    private Void clear(GuestFiles files) throws IOException, InterruptedException {
        clearGroups(files);
        new GuestLink(node, files).close();
        new Stage(node, files).close();
        users.release(files);
        return null;
    }

    /** LXC itself brings a guest up again that has ended for that, in the same place and with the same network. */
    @Override
    public void reboot(InstanceId guest) {
        turns.alone(guest, () -> {
            GuestFiles files = existing(guest);
            if (!runs(files)) {
                throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
            }
            String before = firstProcess(files);
            boolean again = follows(files, () -> !runs(files) || !List.of("", before).contains(firstProcess(files)), "--reboot");
            if (!again) {
                LOG.info("{} did not restart within {}, and is cut off", guest, settings.shutdownPatience());
            }
            if (!again || !runs(files)) {
                cutOff(files);
                awaitEnd(files);
                begin(files);
            }
            return null;
        });
    }

    @Override
    public void destroy(InstanceId guest) {
        turns.alone(guest, () -> {
            GuestFiles files = files(guest);
            watched.remove(guest);
            if (runs(files)) {
                cutOff(files);
                awaitEnd(files);
            }
            clear(files);
            node.delete(files.directory());
            turns.forget(guest);
            return null;
        });
    }

    @Override
    public ConsoleOutput console(InstanceId guest) {
        return turns.alone(guest, () -> {
            GuestFiles files = existing(guest);
            ConsoleTail tail = new ConsoleTail(bytes(files.olderConsole())).then(bytes(files.console()));
            return new ConsoleOutput(guest, Instant.now(), tail.text().replace("\r\n", "\n"));
        });
    }

    private byte[] bytes(Path file) throws IOException {
        return node.find(file, 1 << 20).orElse(new byte[0]);
    }

    void relink(InstanceId guest, NetworkLink link) {
        turns.alone(guest, () -> {
            GuestFiles files = existing(guest);
            if (!runs(files)) {
                throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
            }
            new GuestLink(node, files).update(link);
            return null;
        });
    }

    /**
     * Finds guests that have ended by themselves. LXC takes their groups away, so one look tells of all of them; but of those whose process of LXC was
     * killed, for which each is looked at in its turn.
     */
    private void look() {
        if (watched.isEmpty()) {
            return;
        }
        try {
            Set<String> running = new HashSet<>(cgroups.candidates(node));
            looks++;
            for (InstanceId guest : watched) {
                boolean inTurn = (guest.hashCode() + looks) % LOOKS_UNTIL_ITS_TURN == 0;
                if (!running.contains(files(guest).name()) || inTurn && !runs(files(guest))) {
                    later(guest, () -> ended(guest));
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} does not say which containers run", id, e);
        }
    }

    private Void ended(InstanceId guest) throws IOException, InterruptedException {
        GuestFiles files = files(guest);
        if (!runs(files) && watched.remove(guest)) {
            clear(files);
            listener.stopped(id, guest, "the guest shut down");
        }
        return null;
    }

    private void later(InstanceId guest, Turn<?> deed) {
        if (closed) {
            return;
        }
        aftermath.execute(() -> {
            try {
                turns.alone(guest, deed);
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("{} on {} is not looked after", guest, id, e);
                }
            }
        });
    }

    /**
     * Whether LXC's process for a guest lives. When a guest restarts that makes the groups anew, and is in none for some moments; the socket at which it is
     * asked it keeps until its end.
     */
    private boolean runs(GuestFiles files) throws IOException {
        return cgroups.runs(node, files.name()) || node.text(SOCKETS, LONGEST_SOCKETS).contains(files.socket() + "\n");
    }

    private GuestFiles files(InstanceId guest) {
        return GuestFiles.of(guests, guest, node.name());
    }

    private GuestFiles existing(InstanceId guest) throws IOException {
        if (!node.list(guests).contains(guest.value())) {
            throw new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " on " + id);
        }
        return files(guest);
    }

    /** Lets the guests run on, unwatched. */
    @Override
    public void close() {
        closed = true;
        watch.shutdownNow();
        aftermath.shutdownNow();
    }
}
