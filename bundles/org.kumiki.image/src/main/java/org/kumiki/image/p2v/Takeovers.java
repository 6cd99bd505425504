package org.kumiki.image.p2v;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.kumiki.api.model.Image;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.kumiki.image.Conversion;
import org.kumiki.image.DataDirectory;
import org.kumiki.image.Durable;
import org.kumiki.image.Intake;
import org.kumiki.image.Room;
import org.kumiki.image.adapt.Adapter;
import org.kumiki.image.p2v.State.Phase;
import org.kumiki.image.p2v.Takeover.Copied;
import org.kumiki.image.p2v.Takeover.Wish;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines that are taken over: their disks are copied while they run, made to boot in a virtual machine, and become images. What is under way
 * is in a directory each, from where it goes on after a failure or a crash. Thread-safe.
 */
@Component(service = Takeovers.class, configurationPid = "org.kumiki.image")
public class Takeovers {

    /** Scheme of the addresses by which the image store is told of copies: {@code p2v:NAME}. Only an operator can name one. */
    public static final String SCHEME = "p2v";

    private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{2,62}");
    private static final Pattern DEVICE = Pattern.compile("/dev/[A-Za-z0-9_][A-Za-z0-9_./+-]*");
    private static final Pattern NUMBER = Pattern.compile(".*?p?(\\d+)");
    private static final String WORK = "work";
    private static final String DISK = "disk.raw";
    private static final String SUMS = "sums";
    private static final Duration TO_END = Duration.ofSeconds(10);
    private static final Duration MOST_PAUSE = Duration.ofHours(1);

    /** The same, under the same names, as for whatever else becomes an image; described there. */
    @interface Config {

        long largest_disk_mib() default 1 << 20;

        long largest_file_mib() default 64 << 10;

        long least_free_mib() default 1 << 10;
    }

    private record Limits(Conversion conversion, long mostFileBytes, Room room) {
    }

    private final Path directory;
    private final Limits limits;
    private final Target target;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "kumiki-p2v");
        thread.setDaemon(true);
        return thread;
    });

    /** One that is under way. */
    private static final class Job {
        private volatile String progress = "it begins";
        private volatile Takeover copying;
        private volatile boolean cancelled;
        private boolean interrupted;
        private boolean ended;
        /** Null before it begins, and when it has ended. */
        private Thread thread;

        synchronized void begin() {
            thread = Thread.currentThread();
            if (interrupted) {
                thread.interrupt();
            }
        }

        /** One that has not begun yet begins all the same, or nobody would clear up after it. */
        synchronized void interrupt() {
            interrupted = true;
            if (thread != null) {
                thread.interrupt();
            }
        }

        /** @return false if it has ended */
        synchronized boolean cancel() {
            cancelled = !ended;
            return cancelled;
        }

        /** @return whether it was given up; from now on it is not */
        synchronized boolean end() {
            ended = true;
            thread = null;
            Thread.interrupted(); // whatever this thread does next has not been interrupted
            return cancelled;
        }
    }

    /**
     * How it is going.
     *
     * @param running  whether it is under way now
     * @param progress in words for people; empty, if it is not under way
     */
    public record Going(String name, String host, String device, boolean running, boolean done, String progress, Optional<String> image,
            Optional<String> reason, List<String> record) {
    }

    @Activate
    public Takeovers(BundleContext context, Config config, @Reference DatacenterTarget target) throws IOException {
        this(DataDirectory.of(context), target, config.largest_disk_mib() << 20, config.largest_file_mib() << 20, config.least_free_mib() << 20);
    }

    Takeovers(Path data, Target target, long mostDiskBytes, long mostFileBytes, long leastFreeBytes) throws IOException {
        this.directory = Durable.directory(data.resolve(SCHEME));
        this.target = target;
        this.limits = new Limits(new Conversion(mostDiskBytes), mostFileBytes, new Room(directory, leastFreeBytes));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNode(Node node) {
        nodes.put(node.name(), node);
    }

    void removeNode(Node node) {
        nodes.remove(node.name(), node);
    }

    /** What was under way goes on when somebody says so. */
    @Deactivate
    void stop() {
        jobs.values().forEach(Takeovers::interrupt);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(TO_END.toSeconds(), TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Who copies ends when the line is dead, and then clears up on the other machine; who does anything else is interrupted. */
    private static void interrupt(Job job) {
        Takeover copying = job.copying;
        try {
            if (copying != null) {
                copying.cancel();
            } else {
                job.interrupt();
            }
        } catch (IOException e) {
            LOG.debug("A machine that is taken over does not hang up", e);
        }
    }

    /** The copy that an address of ours names, for the image store. */
    public static Path disk(Path data, URI source) {
        String name = source.getSchemeSpecificPart();
        if (!NAME.matcher(name).matches() || !Files.isRegularFile(data.resolve(SCHEME).resolve(name).resolve(WORK).resolve(DISK))) {
            throw new StorageException(Reason.REFUSED, "There is no copy of a machine " + source + ".");
        }
        return data.resolve(SCHEME).resolve(name).resolve(WORK).resolve(DISK);
    }

    /**
     * Says what would be done, and changes nothing.
     *
     * @return lines for people
     */
    public List<String> foresee(String host, Wish wish) throws IOException {
        Node node = node(host);
        check(wish);
        SourceLayout layout = Takeover.look(node, wish.device());
        List<String> lines = new ArrayList<>();
        layout.rows().forEach(row -> lines.add("%s: %s, %d MiB%s%s".formatted(row.name(), row.type(), row.bytes() >> 20,
                row.content().isEmpty() ? "" : ", " + row.content(), row.mount().isEmpty() ? "" : ", on " + row.mount())));
        lines.add(how(layout, wish));
        if (!layout.hasRoot()) {
            lines.add("what would be changed is not known before it is copied: the system that runs there has its root elsewhere");
            return lines;
        }
        Path work = Files.createTempDirectory(directory, Durable.UNFINISHED);
        try {
            List<Adapter.Known> parts = layout.rows().stream().filter(row -> row.type().equals("part") || row == layout.rows().get(0) && !row.uuid().isEmpty())
                    .map(row -> new Adapter.Known(number(row), row.uuid(), row.content().equals("LVM2_member"))).toList();
            lines.addAll(lines(new Adapter(words -> { }).foresee(new LiveTree(node), wish.device(), parts, work), "would be changed"));
        } finally {
            Durable.delete(work);
        }
        return lines;
    }

    private static int number(SourceLayout.Row row) {
        Matcher matcher = NUMBER.matcher(row.name());
        return row.type().equals("part") && matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static String how(SourceLayout layout, Wish wish) {
        if (wish.snapshot() && layout.isLogicalVolume()) {
            return "a snapshot would be copied, if its group has room for one";
        }
        String mounts = String.join(", ", layout.mounts());
        if (mounts.isEmpty()) {
            return "it would be copied in rounds; nothing on it is mounted";
        }
        return "it would be copied in rounds; for the last one " + (wish.freeze() ? mounts + " would stand still, for " + wish.pause().toSeconds() + " s at most"
                : "nothing would stand still, so it would not be what was there at one moment");
    }

    /** Begins to take a machine over, and returns at once. */
    public void start(String name, String host, Wish wish, boolean asIs) throws IOException {
        node(host);
        check(wish);
        start(new State(name, host, wish, Optional.empty(), asIs, Phase.COPYING, Optional.empty(), Optional.empty(), List.of()));
    }

    /** Begins to take a disk over that is in a file of this machine, and returns at once. */
    public void start(String name, Path file, Image.Format format, boolean asIs) throws IOException {
        Wish wish = new Wish(file.toAbsolutePath().toString(), false, false, Duration.ofSeconds(1));
        start(new State(name, "a file", wish, Optional.of(format), asIs, Phase.COPYING, Optional.empty(), Optional.empty(), List.of()));
    }

    private void start(State state) throws IOException {
        String name = state.name();
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("what is taken over is called by 3 to 63 small letters, digits, dots and hyphens");
        }
        Path home = directory.resolve(name);
        if (Files.exists(home)) {
            throw new IllegalArgumentException(name + " is there already; resume goes on with it, cancel forgets it");
        }
        Files.createDirectory(home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        state.write(home);
        begin(state);
    }

    /** Goes on with one that was interrupted, and returns at once. */
    public void resume(String name) throws IOException {
        State state = state(name);
        if (state.phase() == Phase.DONE) {
            throw new IllegalArgumentException(name + " is done: " + state.image().orElse(""));
        }
        begin(state);
    }

    /** How disks are looked at that come in as files. */
    public Conversion conversion() {
        return limits.conversion();
    }

    /** Gives it up, and forgets all of it but an image that is complete. */
    public void cancel(String name) throws IOException {
        State state = state(name);
        Job job = jobs.get(name);
        if (job != null && job.cancel()) {
            interrupt(job);
        } else {
            Durable.delete(directory.resolve(state.name()));
        }
    }

    /** All that is known, those that are done as well. */
    public List<Going> list() throws IOException {
        Map<String, Going> all = new TreeMap<>();
        try (Stream<Path> homes = Files.list(directory)) {
            for (Path home : homes.toList()) {
                String name = home.getFileName().toString();
                Job job = jobs.get(name); // before its state, which is written before it ends
                Optional<State> state = NAME.matcher(name).matches() ? State.read(home) : Optional.empty();
                state.ifPresent(known -> all.put(known.name(), going(known, job)));
            }
        }
        return List.copyOf(all.values());
    }

    private static Going going(State state, Job job) {
        return new Going(state.name(), state.host(), state.wish().device(), job != null, state.phase() == Phase.DONE, job == null ? "" : job.progress,
                state.image(), job == null ? state.reason() : Optional.empty(), state.record());
    }

    private void begin(State state) {
        Job job = new Job();
        if (jobs.putIfAbsent(state.name(), job) != null) {
            throw new IllegalArgumentException(state.name() + " is under way");
        }
        threads.execute(() -> run(state, job));
    }

    private void run(State begun, Job job) {
        Path home = directory.resolve(begun.name());
        State state = begun;
        job.begin();
        try {
            while (state.phase() != Phase.DONE) {
                state = next(state, job, home);
                state.write(home);
            }
            LOG.info("{} of {} has become the image {}", state.wish().device(), state.host(), state.image().orElse(""));
        } catch (IOException | RuntimeException e) {
            Thread.interrupted(); // that has done what it was to do, and would keep us from writing it down
            failed(state, job, home, e);
        } finally {
            try {
                if (job.end()) {
                    Durable.delete(home);
                }
            } catch (IOException e) {
                LOG.warn("What was copied for {} stays in {}", begun.name(), home, e);
            }
            jobs.remove(begun.name(), job);
        }
    }

    private void failed(State state, Job job, Path home, Exception failure) {
        if (!job.cancelled) {
            LOG.warn("{} of {} is not taken over: {}", state.wish().device(), state.host(), failure.toString());
        }
        try {
            if (Files.exists(home)) {
                State latest = State.read(home).orElse(state);
                latest.failed(failure.getMessage() == null ? "it was interrupted" : failure.getMessage()).write(home);
            }
        } catch (IOException e) {
            LOG.warn("What became of {} cannot be written down", state.name(), e);
        }
    }

    /** One phase on. Each may be repeated. */
    private State next(State state, Job job, Path home) throws IOException {
        Path work = Files.createDirectories(home.resolve(WORK));
        Path disk = work.resolve(DISK);
        Path sums = home.resolve(SUMS);
        switch (state.phase()) {
            case COPYING -> {
                if (state.format().isPresent()) {
                    return state.reached(Phase.COPIED, convert(state, job, disk));
                }
                Takeover takeover = new Takeover(node(state.host()), state.wish(), words -> job.progress = words);
                job.copying = takeover;
                if (job.cancelled) {
                    throw new IOException("it was given up");
                }
                Copied copied = takeover.copy("kumiki-p2v-" + state.name(), disk, sums, this::checkRoom);
                job.copying = null;
                return state.reached(Phase.COPIED, lines(copied));
            }
            case COPIED -> {
                Files.deleteIfExists(sums);
                if (state.asIs()) {
                    return state.reached(Phase.ADAPTED, List.of("nothing was changed, as was asked"));
                }
                Optional<String> device = state.format().isPresent() ? Optional.empty() : Optional.of(state.wish().device());
                return state.reached(Phase.ADAPTED, lines(new Adapter(words -> job.progress = words).adapt(disk, device, true), "changed"));
            }
            default -> {
                job.progress = "it becomes an image";
                State registered = registered(state);
                registered.write(home);
                Optional<String> failure = target.await(registered.image().orElseThrow());
                if (failure.isPresent()) {
                    throw new IOException(failure.get());
                }
                Durable.delete(work);
                return registered.reached(Phase.DONE, List.of());
            }
        }
    }

    /** A disk in a file; it is copied first, so that what is checked is what is converted. */
    private List<String> convert(State state, Job job, Path disk) throws IOException {
        Durable.delete(disk);
        Path given = disk.resolveSibling("given");
        Durable.delete(given);
        job.progress = "the disk is copied";
        try (InputStream in = Files.newInputStream(Path.of(state.wish().device()));
                FileChannel open = FileChannel.open(given, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            String sum = new Intake(limits.mostFileBytes(), limits.room(), words -> job.progress = words).copy(in, open);
            job.progress = "the disk is converted";
            long size = limits.conversion().convert(state.format().get(), open, given, Disk.Format.RAW, disk);
            return List.of("a disk of %d MiB was converted from %s, of which the SHA-256 is %s".formatted(size >> 20, state.format().get(), sum));
        }
    }

    /** With the image that was begun before an interruption, unless nothing came of it. */
    private State registered(State state) throws IOException {
        if (state.image().isPresent() && target.await(state.image().get()).isEmpty()) {
            return state;
        }
        return state.of(target.register(state.name(), state.wish().device() + " of " + state.host(), URI.create(SCHEME + ":" + state.name())));
    }

    private static List<String> lines(Copied copied) {
        List<String> lines = new ArrayList<>();
        for (Rounds.Round round : copied.rounds()) {
            lines.add("%d MiB were copied in %.1f s".formatted((round.bytes() + (1 << 20) - 1) >> 20, round.took().toMillis() / 1e3));
        }
        if (copied.snapshot()) {
            lines.add("a snapshot was copied: it is what was there at one moment");
        } else if (!copied.moment()) {
            lines.add("nothing stood still: it is not what was there at one moment");
        } else {
            lines.add("file systems stood still for %.1f s: it is what was there at one moment".formatted(copied.stood().toMillis() / 1e3));
        }
        return lines;
    }

    private static List<String> lines(Adapter.Report report, String how) {
        List<String> lines = new ArrayList<>();
        report.changes().forEach(change -> lines.add(how + ": " + change.path() + ": " + change.what()));
        report.notes().forEach(note -> lines.add("note: " + note));
        return lines;
    }

    private void checkRoom(long size) throws IOException {
        if (size > limits.conversion().mostDiskBytes()) {
            throw new IOException("the disk has " + (size >> 20) + " MiB, and " + (limits.conversion().mostDiskBytes() >> 20)
                    + " MiB are allowed; largest.disk.mib of org.kumiki.image says so");
        }
        limits.room().check();
    }

    private State state(String name) throws IOException {
        Optional<State> state = NAME.matcher(name).matches() ? State.read(directory.resolve(name)) : Optional.empty();
        return state.orElseThrow(() -> new IllegalArgumentException("no machine is taken over as \"" + name.replaceAll("\\p{C}", "?") + "\"; p2v alone lists them"));
    }

    private Node node(String host) throws IOException {
        Node node = nodes.get(host);
        if (node == null) {
            throw new IOException("there is no node " + host.replaceAll("\\p{C}", "?") + "; there are " + String.join(", ", new TreeMap<>(nodes).keySet())
                    + "; add ssh takes one in");
        }
        return node;
    }

    private static void check(Wish wish) {
        if (!DEVICE.matcher(wish.device()).matches() || wish.device().contains("..")) {
            throw new IllegalArgumentException("a disk is called by its device, e.g. /dev/sda");
        }
        if (wish.pause().isNegative() || wish.pause().isZero() || wish.pause().compareTo(MOST_PAUSE) > 0) {
            throw new IllegalArgumentException("file systems stand still for 1 to " + MOST_PAUSE.toSeconds() + " seconds");
        }
    }
}
