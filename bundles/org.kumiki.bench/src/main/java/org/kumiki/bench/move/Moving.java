package org.kumiki.bench.move;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Moves a guest through a platform, and the same guest from one bare QEMU to another, in turn, so that a busy machine disturbs both alike.
 * The platform's hosts are two directories of this machine, so the figures are of the platform, and not of a network.
 */
public final class Moving {

    private static final List<String> HOSTS = List.of("bench-1", "bench-2");
    private static final Pattern INSTANCE = Pattern.compile("i-[0-9a-f]{17}");
    private static final Pattern REPORT = Pattern.compile("stood still for (\\d+) ms");
    private static final Pattern DISK = Pattern.compile("\"filename\":\"([^\"]*/vol-[^\"]*)\"");
    private static final int BOOT_SECONDS = 180;
    private static final String READY = " ready";

    private final Path data;
    private final String type;
    private final int moves;
    private final PrintStream out;

    /** The figures of all moves of one kind, in milliseconds. */
    private static final class Figures {

        private final List<Double> totals = new ArrayList<>();
        private final List<Double> standstills = new ArrayList<>();

        void add(double total, double standstill) {
            totals.add(total);
            standstills.add(standstill);
        }

        String last() {
            return String.format(Locale.ROOT, "%,6.0f %,6.0f", totals.get(totals.size() - 1), standstills.get(standstills.size() - 1));
        }
    }

    /**
     * @param data of the platform that is measured
     * @param type of the guest
     */
    public Moving(Path data, String type, int moves, PrintStream out) {
        this.data = data;
        this.type = type;
        this.moves = moves;
        this.out = out;
    }

    /** What the platform must be told before it starts. */
    public static void prepare(Path data, Optional<Path> images) throws IOException {
        Path load = Files.createDirectories(data.resolve("load"));
        for (String host : HOSTS) {
            Files.writeString(load.resolve("org.kumiki.node.directory-" + host + ".cfg"),
                    "name = \"" + host + "\"\ndirectory = \"" + data.resolve("hosts").resolve(host) + "\"\n");
        }
        Files.writeString(load.resolve("org.kumiki.hypervisor.qemu.cfg"), "diskOvercommit = 100\ntranslatedLive = true\n"); // as QEMU alone does
        if (images.isPresent()) {
            Files.writeString(load.resolve("org.kumiki.image.cfg"), "directory = \"" + images.get().toAbsolutePath() + "\"\n");
        }
    }

    public void run() throws IOException, InterruptedException {
        Shell shell = new Shell(data.resolve("run/shell.sock"));
        String instance = launch(shell);
        Path files = data.resolve("hosts").resolve(HOSTS.get(0)).resolve("qemu").resolve(instance);
        List<String> command = Arrays.asList(Files.readString(Path.of("/proc", Files.readString(files.resolve("pid")).strip(), "cmdline")).split("\0"));
        Matcher disk = DISK.matcher(String.join(" ", command));
        if (!disk.find()) {
            throw new IOException("the guest has no disk: " + command);
        }
        Figures platform = new Figures();
        Map<Bare.Channel, Figures> bare = new EnumMap<>(Bare.Channel.class);
        try (Bare plain = new Bare(command, files, Path.of(disk.group(1)), data.resolve("bare"))) {
            plain.start();
            await("a bare guest that has booted", () -> plain.says(READY));
            out.println("milliseconds: total, standstill        platform       bare QEMU, same channel    bare QEMU, as it comes");
            for (int move = 0; move < moves; move++) {
                for (Bare.Channel channel : Bare.Channel.values()) {
                    Bare.Move alone = plain.move(channel);
                    bare.computeIfAbsent(channel, each -> new Figures()).add(alone.nanos() / 1e6, alone.standstillNanos() / 1e6);
                }
                through(shell, instance, HOSTS.get((move + 1) % 2), platform);
                out.printf(Locale.ROOT, "  %3d                            %s            %s            %s%n", move + 1, platform.last(),
                        bare.get(Bare.Channel.AS_THE_PLATFORM_HAS_IT).last(), bare.get(Bare.Channel.AS_IT_COMES).last());
            }
        } finally {
            shell.run("kumiki:terminate " + instance);
            await("the end of the guest", () -> !Files.exists(files) && list(data.resolve("hosts")).noneMatch(path -> path.endsWith(instance)));
        }
        summary(platform, bare);
    }

    private String launch(Shell shell) throws IOException, InterruptedException {
        await("two hosts and an image", () -> HOSTS.stream().allMatch(host -> answer(shell, "kumiki:hosts").contains(host))
                && answer(shell, "kumiki:images").contains("available"));
        Matcher launched = INSTANCE.matcher(shell.run("kumiki:launch --type " + type + " kumiki-guest"));
        if (!launched.find()) {
            throw new IOException("nothing was launched");
        }
        String instance = launched.group();
        await("a guest that has booted", () -> answer(shell, "kumiki:console " + instance).contains(READY));
        if (!shell.run("kumiki:instance " + instance).lines().anyMatch(line -> line.startsWith("host:") && line.endsWith(" " + HOSTS.get(0)))) {
            through(shell, instance, HOSTS.get(0), new Figures());
        }
        return instance;
    }

    private static void through(Shell shell, String instance, String host, Figures figures) throws IOException, InterruptedException {
        long began = System.nanoTime();
        String said = shell.run("kumiki:migrate --wait " + instance + " " + host);
        long nanos = System.nanoTime() - began;
        Matcher report = REPORT.matcher(said);
        if (!report.find()) {
            throw new IOException(said);
        }
        figures.add(nanos / 1e6, Double.parseDouble(report.group(1)));
    }

    private void summary(Figures platform, Map<Bare.Channel, Figures> bare) {
        for (Bare.Channel channel : Bare.Channel.values()) {
            Figures alone = bare.get(channel);
            out.printf("%n%-64s %10s %10s %8s %10s%n", moves + " moves each, bare QEMU's channel "
                    + channel.name().toLowerCase(Locale.ROOT).replace('_', ' '), "platform", "bare QEMU", "ratio", "bar");
            line("total, median ms", median(platform.totals), median(alone.totals), "<= 1.10");
            line("standstill, median ms", median(platform.standstills), median(alone.standstills), "<= +20 ms");
            line("standstill, longest ms", Collections.max(platform.standstills), Collections.max(alone.standstills), "");
        }
    }

    private void line(String what, double ours, double theirs, String bar) {
        out.printf(Locale.ROOT, "%-64s %,10.0f %,10.0f %8.2f %10s%n", what, ours, theirs, ours / theirs, bar);
    }

    private static double median(List<Double> figures) {
        List<Double> sorted = new ArrayList<>(figures);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    /** Something that may not be so yet. */
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + BOOT_SECONDS * 1_000_000_000L;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IOException("there was not: " + what);
            }
            Thread.sleep(200);
        }
    }

    private static String answer(Shell shell, String line) {
        try {
            return shell.run(line);
        } catch (IOException e) {
            return ""; // not yet
        }
    }

    private static Stream<Path> list(Path directory) throws IOException {
        return Files.exists(directory) ? Files.walk(directory) : Stream.empty();
    }
}
