package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.GuestTurns;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.NodeHost;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests of one host of Xen. All it knows of a guest is what it finds there: a directory of ours is a guest, and one that {@code xl list} shows as
 * well runs. What it does to one guest it does one thing after another; different guests do not wait for each other. Thread-safe.
 */
final class XenHost implements NodeHost {

    private static final Logger LOG = LoggerFactory.getLogger(XenHost.class);
    private static final Pattern GUEST = Pattern.compile("i-[0-9a-f]{8,17}");
    private static final Duration TO_ANSWER = Duration.ofSeconds(60);
    private static final Duration TO_SWITCH_OFF = Duration.ofSeconds(60);
    /** Between two looks whether domains still run, where nothing is told of their ends: the shortest time after something has ended, and ever longer. */
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(32);
    private static final Duration BETWEEN_ASKS = Duration.ofSeconds(2);
    private static final Duration TO_COME_BACK = Duration.ofSeconds(2);
    private static final Duration BETWEEN_TIDYINGS = Duration.ofSeconds(60);
    private static final int LONGEST_CONSOLE = 1 << 20;
    private static final long PAUSE_MILLIS = 200;
    private static final int WATCHERS = 2;
    /** A constant: a directory and the files are its arguments. */
    static final String PREPARE = "umask 077; own=$1; shift; for file; do test -r \"$file\" || { printf %s \"$file\"; exit 1; }; done; mkdir -p -- \"$own\"";

    private final Node node;
    private final HostId id;
    private final XenSettings settings;
    private final Xl xl;
    private final Ends ends;
    private final XenFacts facts;
    private final Resources capacity;
    private final Optional<Path> deviceModel;
    private final boolean storage;
    private final Console console;
    private final boolean consoleIsKept;
    private final Path guests;
    private final GuestListener listener;
    private final GuestTurns turns = new GuestTurns();
    private final Set<InstanceId> watched = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newScheduledThreadPool(WATCHERS, task -> thread(task, "kumiki-xen-watch"));
    private final ExecutorService aftermath = Executors.newCachedThreadPool(task -> thread(task, "kumiki-xen-aftermath"));
    private Duration wait = SHORTEST_WAIT; // of the one task that looks
    private volatile boolean closed;

    private XenHost(Node node, XenSettings settings, XenFacts facts, Resources capacity, Optional<Path> deviceModel, boolean storage,
            boolean consoleIsKept, GuestListener listener) {
        this.node = node;
        this.id = new HostId(node.name());
        this.settings = settings;
        this.xl = new Xl(node);
        this.ends = new Ends(node);
        this.facts = facts;
        this.capacity = capacity;
        this.deviceModel = deviceModel;
        this.storage = storage;
        this.console = new Console(node);
        this.consoleIsKept = consoleIsKept;
        this.guests = guests(node);
        this.listener = listener;
        watch.scheduleWithFixedDelay(this::look, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        watch.scheduleWithFixedDelay(this::tidy, 0, BETWEEN_TIDYINGS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static Path guests(Node node) {
        return node.directory().resolve("xen/guests");
    }

    /**
     * Looks whether a node is the dom0 of a hypervisor.
     *
     * @throws IOException if it is not; the message says what lacks
     */
    static XenHost on(Node node, XenSettings settings, GuestListener listener) throws IOException {
        Xl xl = new Xl(node);
        XenFacts facts;
        try {
            facts = XenFacts.of(xl.must("info"));
        } catch (IllegalArgumentException e) {
            throw new IOException(node.name() + " is no dom0 that we understand: " + e.getMessage(), e);
        }
        if (facts.methods().isEmpty()) {
            throw new IOException("Xen on " + node.name() + " runs neither PV nor HVM guests of 64 bits");
        }
        if (settings.kernelGuests().filter(type -> type == GuestType.PVH && !facts.hardware()).isPresent()) {
            throw new IOException("kernelGuests is pvh, and the processor of " + node.name() + " does not help Xen");
        }
        Path guests = guests(node);
        node.makeDirectory(guests);
        return new XenHost(node, settings, facts, capacity(node, settings, facts, xl.list(), guests), DeviceModel.on(node),
                node.exists(ShownDisks.DAEMON), new Console(node).isKept(), listener);
    }

    private static Resources capacity(Node node, XenSettings settings, XenFacts facts, List<Domain> domains, Path guests) throws IOException {
        Set<String> ours = new HashSet<>(node.list(guests));
        long taken = domains.stream().filter(domain -> ours.contains(domain.name())).mapToLong(Domain::memoryMiB).sum();
        return Capacity.of(facts, taken, Capacity.disk(node, guests), settings);
    }

    HostId id() {
        return id;
    }

    Node node() {
        return node;
    }

    XenFacts facts() {
        return facts;
    }

    XenSettings settings() {
        return settings;
    }

    boolean hasDeviceModel() {
        return deviceModel.isPresent();
    }

    boolean consoleIsKept() {
        return consoleIsKept;
    }

    GuestCheck.Abilities abilities() {
        return new GuestCheck.Abilities(facts.paravirtual(), facts.hardware(), deviceModel.isPresent(), storage);
    }

    /** What is here, and from now on watched: a guest that an earlier driver has started as well. */
    @Override
    public HostReport report() throws IOException {
        Map<InstanceId, GuestState> states = new TreeMap<>();
        List<InstanceId> present = present();
        List<Domain> domains = xl.list();
        for (InstanceId guest : present) {
            boolean runs = runs(domains, guest) || isLeaving(files(guest));
            states.put(guest, runs ? GuestState.RUNNING : GuestState.STOPPED);
            if (runs) {
                watched.add(guest);
            }
        }
        return new HostReport(id, capacity, Map.of("kernel", facts.kernel(), "xen", facts.version(), "scheduler", facts.scheduler(), "hvm",
                Boolean.toString(facts.hardware() && deviceModel.isPresent())), states);
    }

    private List<InstanceId> present() throws IOException {
        return node.list(guests).stream().filter(name -> GUEST.matcher(name).matches()).map(InstanceId::new).toList();
    }

    private boolean isLeaving(GuestFiles files) throws IOException {
        return new Sender(node, files).process().find().isPresent();
    }

    private static boolean runs(List<Domain> domains, InstanceId guest) {
        return Domain.named(guest.value(), domains).filter(domain -> !domain.ended()).isPresent();
    }

    /** The processor time of each guest that runs. */
    Map<InstanceId, Duration> cpuTimes() throws IOException {
        Map<InstanceId, Duration> times = new TreeMap<>();
        List<InstanceId> present = present();
        List<Domain> domains = xl.list();
        for (InstanceId guest : present) {
            Domain.named(guest.value(), domains).filter(domain -> !domain.ended()).ifPresent(domain -> times.put(guest, domain.cpuTime()));
        }
        return times;
    }

    @Override
    public void start(GuestSpec guest) {
        GuestType type = GuestCheck.type(guest, abilities(), settings);
        turns.alone(guest.id(), () -> {
            GuestFiles files = files(guest.id());
            boolean fresh = !has(guest.id());
            Optional<Domain> domain = domain(files);
            if (!fresh && domain.filter(each -> !each.ended()).isPresent() && !node.exists(files.making())) {
                return null;
            }
            prepare(files, DomainConfig.files(guest));
            cutOff(files, domain);
            try {
                Places places = Places.of(guest);
                List<DomainDisk> disks = new ShownDisks(node, files).open(guest, places);
                String config = DomainConfig.of(guest, type, new Bridges(node).replace(guest.link()), disks, settings);
                node.write(files.config(), config.getBytes(UTF_8));
                new HotPlug(node, files).write(places);
                create(files);
                watched.add(guest.id());
            } catch (IOException | RuntimeException e) {
                undo(files, fresh, e);
                throw e;
            }
            return null;
        });
    }

    /** Sees that a guest's files are there, for which Xen's scripts would wait, and makes room for what is ours. */
    private void prepare(GuestFiles files, List<Path> needed) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", PREPARE, "sh", files.directory().toString()));
        needed.forEach(file -> command.add(file.toString()));
        Finished prepared = node.run(command, TO_ANSWER);
        if (!prepared.succeeded()) {
            throw new HypervisorException(Reason.UNAVAILABLE, prepared.output().isBlank() ? node.name() + ": " + prepared.errors().strip()
                    : node.name() + " has no file " + prepared.output().strip() + ", which " + files.guest() + " needs");
        }
    }

    private void create(GuestFiles files) throws IOException {
        Finished made = xl.create(files.making(), files.config(), settings.startPatience());
        if (!made.succeeded()) {
            throw refused(files, Xl.complaint(made), made.errors());
        }
    }

    private RuntimeException refused(GuestFiles files, String complaint, String all) throws IOException {
        boolean full = all.contains("Not enough memory") || all.contains("Cannot allocate memory") || all.contains("not enough free memory")
                || all.contains("failed to free memory");
        return new HypervisorException(full ? Reason.EXHAUSTED : Reason.UNAVAILABLE, "Xen does not start " + files.name() + " on " + id + ": " + complaint);
    }

    private void undo(GuestFiles files, boolean fresh, Exception reason) {
        try {
            cutOff(files, domain(files));
            node.delete(files.making());
            new ShownDisks(node, files).closeAll();
            if (fresh) {
                forget(files);
            }
        } catch (IOException e) {
            reason.addSuppressed(e); // who asks again finds that it was being made
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
            new Sender(node, files).breakOff();
            Optional<Domain> domain = domain(files);
            if (!force && domain.isPresent()) {
                Domain before = domain.get();
                domain = follow(files, before, "shutdown");
                if (goesOn(before, domain)) {
                    LOG.info("{} did not shut down within {}, and is cut off", guest, settings.shutdownPatience());
                }
            }
            cutOff(files, domain);
            new ShownDisks(node, files).closeAll();
            return null;
        });
    }

    /**
     * Asks a guest to end, again and again: one whose system is not up yet does not hear it. An HVM guest may hear only its power button.
     *
     * @return what there is of it when its domain has ended, or when it has had its time
     */
    private Optional<Domain> follow(GuestFiles files, Domain before, String verb) throws IOException {
        long end = System.nanoTime() + settings.shutdownPatience().toNanos();
        Optional<Domain> domain = Optional.of(before);
        while (goesOn(before, domain) && System.nanoTime() < end) {
            domain = find(files, ends.ask(verb, files.name(), BETWEEN_ASKS));
        }
        return domain;
    }

    private static boolean goesOn(Domain before, Optional<Domain> now) {
        return now.filter(domain -> domain.number() == before.number() && !domain.ended()).isPresent();
    }

    /** Ends a domain, and returns when it is gone. */
    private void cutOff(GuestFiles files, Optional<Domain> known) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_SWITCH_OFF.toNanos();
        Optional<Domain> domain = known;
        while (domain.isPresent()) {
            // By its number: while a guest restarts there are two of its name. It may have gone meanwhile, so only what is left counts.
            Finished told = xl.destroy(domain.get());
            domain = find(files, Domain.list(told.output()));
            if (domain.isPresent() && System.nanoTime() > end) {
                throw new IOException(files.name() + " was told to end, and is still there: " + Xl.complaint(told));
            } else if (domain.isPresent()) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    /** xl makes the domain of a guest anew that has ended for that. */
    @Override
    public void reboot(InstanceId guest) {
        turns.alone(guest, () -> {
            GuestFiles files = existing(guest);
            Domain before = domain(files).filter(domain -> !domain.ended())
                    .orElseThrow(() -> new HypervisorException(Reason.CONFLICT, guest + " is not running"));
            watched.remove(guest);
            boolean followed = !goesOn(before, follow(files, before, "reboot"));
            if (!followed) {
                LOG.info("{} did not restart within {}, and is cut off", guest, settings.shutdownPatience());
            }
            if (!followed || !returns(files)) {
                cutOff(files, domain(files));
                create(files);
            }
            watched.add(guest);
            return null;
        });
    }

    /** Between the end of the one domain and the beginning of the other there is none. */
    private boolean returns(GuestFiles files) throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.startPatience().toNanos();
        while (domain(files).filter(domain -> !domain.ended()).isEmpty()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    @Override
    public void destroy(InstanceId guest) {
        turns.alone(guest, () -> {
            GuestFiles files = files(guest);
            watched.remove(guest);
            if (has(guest)) {
                new Sender(node, files).breakOff();
                new Receiver(node, files).end();
                cutOff(files, domain(files));
                new ShownDisks(node, files).closeAll();
                forget(files);
            }
            turns.forget(guest);
            return null;
        });
    }

    /** By one program, and last what says that the guest is ours. */
    private void forget(GuestFiles files) throws IOException {
        List<String> command = new ArrayList<>(List.of("rm", "-rf", "--"));
        console.all(files).forEach(file -> command.add(file.toString()));
        command.add(files.directory().toString());
        Finished removed = node.run(command, TO_ANSWER);
        if (!removed.succeeded()) {
            throw new IOException("what is left of " + files.name() + " on " + id + " stays: " + removed.errors().strip());
        }
    }

    @Override
    public ConsoleOutput console(InstanceId guest) {
        return turns.alone(guest, () -> {
            GuestFiles files = existing(guest);
            if (!consoleIsKept) {
                throw new HypervisorException(Reason.UNSUPPORTED, "xenconsoled on " + id + " keeps nothing of what guests write; start it with --log=guest");
            }
            return new ConsoleOutput(guest, Instant.now(), console.read(files));
        });
    }

    /**
     * Finds guests that have ended by themselves; one look tells of all of them. It waits until it is told that a domain has ended; since what ends
     * between two waits is not told, it looks again soon after, and else the more seldom the longer nothing happens.
     */
    private void look() {
        if (watched.isEmpty()) {
            return;
        }
        try {
            boolean told = ends.await(wait);
            wait = told ? SHORTEST_WAIT : Duration.ofSeconds(Math.min(LONGEST_WAIT.toSeconds(), 2 * wait.toSeconds()));
            List<InstanceId> before = List.copyOf(watched);
            List<Domain> domains = xl.list();
            for (InstanceId guest : before) {
                if (!runs(domains, guest)) {
                    later(guest);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} does not say which domains there are", id, e);
        }
    }

    private void later(InstanceId guest) {
        if (closed) {
            return;
        }
        aftermath.execute(() -> {
            try {
                turns.alone(guest, () -> ended(guest));
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.warn("{} on {} is not looked after", guest, id, e);
                }
            }
        });
    }

    /** Between the two domains of one that restarts by itself there is none, so what is not there has to be missing for a while. */
    private Void ended(InstanceId guest) throws IOException, InterruptedException {
        GuestFiles files = files(guest);
        if (!watched.contains(guest) || isLeaving(files) || isThereAgain(files)) {
            return null;
        }
        if (watched.remove(guest)) {
            try {
                new ShownDisks(node, files).closeAll();
            } catch (IOException e) {
                LOG.warn("{} has ended, and its disks are held on {} for now: {}", guest, id, e.getMessage());
            }
            listener.stopped(id, guest, "the guest shut down");
        }
        return null;
    }

    private boolean isThereAgain(GuestFiles files) throws IOException, InterruptedException {
        if (domain(files).filter(domain -> !domain.ended()).isPresent()) {
            return true;
        }
        TimeUnit.MILLISECONDS.sleep(TO_COME_BACK.toMillis());
        return domain(files).filter(domain -> !domain.ended()).isPresent();
    }

    private void tidy() {
        try {
            List<InstanceId> present = present();
            console.shorten(present.stream().map(this::files).toList(), LONGEST_CONSOLE);
            for (InstanceId guest : present) {
                if (!new ShownDisks(node, files(guest)).shown().isEmpty()) {
                    aftermath.execute(() -> letGo(guest));
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} does not make consoles short", id, e);
        }
    }

    /** One that has ended while nobody looked needs its disks no more. */
    private void letGo(InstanceId guest) {
        try {
            turns.alone(guest, () -> {
                GuestFiles files = files(guest);
                if (domain(files).isEmpty()) {
                    new ShownDisks(node, files).closeAll();
                }
                return null;
            });
        } catch (RuntimeException e) {
            LOG.debug("{} on {} is not tidied", guest, id, e);
        }
    }

    /** A volume comes to a guest that runs. */
    void attach(InstanceId guest, GuestDisk disk) {
        turns.alone(guest, () -> {
            GuestFiles files = running(guest);
            GuestCheck.check(disk.disk(), abilities());
            prepare(files, DomainConfig.files(disk.disk()));
            new HotPlug(node, files).attach(disk);
            return null;
        });
    }

    /** A volume leaves a guest that runs. */
    void detach(InstanceId guest, VolumeId volume) {
        turns.alone(guest, () -> {
            new HotPlug(node, running(guest)).detach(volume);
            return null;
        });
    }

    private GuestFiles running(InstanceId guest) throws IOException {
        GuestFiles files = existing(guest);
        if (domain(files).filter(domain -> !domain.ended()).isEmpty() || isLeaving(files)) {
            throw new HypervisorException(Reason.CONFLICT, guest + " is not running, or is about to move");
        }
        return files;
    }

    /** Which of its disks each volume of a guest is; one that is not known here yet gets the next. */
    Places places(GuestSpec guest) throws IOException {
        Places places = new HotPlug(node, files(guest.id())).places();
        for (GuestDisk disk : ShownDisks.all(guest)) {
            places = places.with(disk.volume());
        }
        return places;
    }

    /** For a guest that comes: makes it a thing of this host, which does not run here yet. */
    void expect(InstanceId guest, String config, Places places) throws IOException {
        GuestFiles files = files(guest);
        node.makeDirectory(files.directory());
        node.write(files.config(), config.getBytes(UTF_8));
        new HotPlug(node, files).write(places);
    }

    /** A guest has come. */
    void welcome(InstanceId guest, String console) throws IOException {
        GuestFiles files = files(guest);
        node.write(files.olderConsole(), console.getBytes(UTF_8));
        watched.add(guest);
    }

    /** A guest has left. @return what was on its console, or nothing where that is not kept */
    String farewell(InstanceId guest) throws IOException {
        watched.remove(guest);
        return consoleIsKept ? console.read(files(guest)) : "";
    }

    GuestFiles files(InstanceId guest) {
        return GuestFiles.of(guests, guest);
    }

    boolean has(InstanceId guest) throws IOException {
        return node.list(guests).contains(guest.value());
    }

    boolean runs(InstanceId guest) throws IOException {
        return has(guest) && runs(xl.list(), guest);
    }

    /** The guest's own domain, or else one in which it is just arriving. */
    private Optional<Domain> domain(GuestFiles files) throws IOException {
        return find(files, xl.list());
    }

    private static Optional<Domain> find(GuestFiles files, List<Domain> domains) {
        return Domain.named(files.name(), domains).or(() -> Domain.named(files.incoming(), domains));
    }

    private GuestFiles existing(InstanceId guest) throws IOException {
        if (!has(guest)) {
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
