package org.kumiki.bench.technologies;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.node.Node;
import org.kumiki.bench.Ec2;
import org.kumiki.bench.Endpoint;
import org.kumiki.node.LocalNode;

/**
 * Lets the same script work on this machine and in a guest of each technology that is there, launched as clients do, and compares. The machine
 * itself uses as many processors as a guest has, which are two; User-Mode Linux has but one.
 */
public final class Comparing {

    private static final String PROCESSORS = "0-1";
    private static final int NATIVE_PORT = 15_001;
    private static final String METHODS = "hardware binary-translation paravirtual os-level";
    private static final int ATTEMPTS = 60;
    private static final long TO_WORK_NANOS = TimeUnit.MINUTES.toNanos(12);
    private static final Duration TO_UNPACK = Duration.ofMinutes(1);

    private final PrintStream out;

    public Comparing(PrintStream out) {
        this.out = out;
    }

    /**
     * What the platform must be told before it starts: of the technologies that are off, those that are installed.
     *
     * @param data           of the platform
     * @param configurations of other hosts, which are taken as they are
     */
    public static void prepare(Path data, Optional<Path> configurations) throws IOException {
        Path load = load(data);
        if (configurations.isPresent()) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(configurations.get(), "*.cfg")) {
                for (Path file : files) {
                    Files.copy(file, load.resolve(file.getFileName()));
                }
            }
        }
        for (Candidate candidate : Candidate.ALL) {
            candidate.configure(load);
        }
    }

    private static Path load(Path data) throws IOException {
        return Files.createDirectories(data.resolve("load"));
    }

    /**
     * @param data    of the platform
     * @param image   the built-in image's directory
     * @param place   for what the machine itself writes
     * @param results where the results are written, as technologies.json and technologies.svg
     */
    public void run(Endpoint endpoint, Path data, Path image, Path place, Path results) throws IOException, InterruptedException {
        String machine = machine();
        Map<String, Map<Measure, Double>> seconds = new LinkedHashMap<>();
        out.println("native...");
        Map<Measure, Double> before = onThisMachine(image, place.resolve("before"));
        seconds.put(Report.NATIVE, before);
        try (Ec2 ec2 = new Ec2(endpoint)) {
            String id = ec2.awaitImage();
            ec2.allow(Work.PORT, Work.PORT + 1);
            for (Candidate candidate : Candidate.ALL) {
                Optional<String> lacks = candidate.lacks(load(data));
                if (lacks.isPresent()) {
                    out.println(candidate.name() + " is not compared: " + lacks.get());
                    continue;
                }
                Optional<String> instance = launch(ec2, id, candidate);
                if (instance.isEmpty()) {
                    out.println(candidate.name() + " is not compared: no host of it is there that has room; the platform's log says why");
                    continue;
                }
                out.println(candidate.name() + "...");
                try {
                    seconds.put(candidate.name(), inGuest(ec2, instance.get()));
                    out.println("  seconds: " + seconds.get(candidate.name()));
                } catch (IOException e) {
                    out.println(candidate.name() + " is not compared: " + e.getMessage()); // what the others have come to counts
                } finally {
                    ec2.terminate(instance.get());
                }
            }
        }
        out.println("native, once more...");
        seconds.put(Report.NATIVE, shorter(before, onThisMachine(image, place.resolve("after"))));
        out.println("  seconds: " + seconds.get(Report.NATIVE));
        Report report = new Report(machine, seconds);
        out.print(report.table());
        Files.createDirectories(results);
        Files.writeString(results.resolve("technologies.json"), report.json());
        Files.writeString(results.resolve("technologies.svg"), report.svg());
        out.println("written: " + results.resolve("technologies.json") + ", " + results.resolve("technologies.svg"));
    }

    /** A machine that is virtual itself may have to be given what is touched for the first time, and others may disturb one of both. */
    private static Map<Measure, Double> shorter(Map<Measure, Double> before, Map<Measure, Double> after) {
        Map<Measure, Double> shorter = new EnumMap<>(before);
        after.forEach((measure, seconds) -> shorter.merge(measure, seconds, Math::min));
        return shorter;
    }

    /** Before the work, which is a load itself. */
    private static String machine() throws IOException {
        return String.format(Locale.ROOT, "%d processors, load average %s before, %s", Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).split(" ")[0], LocalDate.now());
    }

    private static Map<Measure, Double> onThisMachine(Path image, Path place) throws IOException, InterruptedException {
        Path script = Files.writeString(Files.createDirectories(place).resolve("work.sh"), Work.script());
        try (LocalNode node = new LocalNode("native", place, "127.0.0.1")) {
            Node.Finished unpacked = node.run(List.of("cpio", "--extract", "--make-directories", "--quiet", "--no-absolute-filenames",
                    "--directory=" + place, "--file=" + image.resolve("initrd"), "usr/bin/busybox"), TO_UNPACK);
            if (!unpacked.succeeded()) {
                throw new IOException("busybox cannot be taken out of the image: " + unpacked.errors());
            }
        }
        String busybox = place.resolve("usr/bin/busybox").toString();
        Path output = place.resolve("output");
        Process process = new ProcessBuilder("taskset", "-c", PROCESSORS, busybox, "sh", script.toString(), busybox, place.resolve("work").toString(),
                Integer.toString(NATIVE_PORT)).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            return finish(() -> Files.readString(output), "127.0.0.1", NATIVE_PORT);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    /** A host may need a while to be there. */
    private static Optional<String> launch(Ec2 ec2, String image, Candidate candidate) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return Optional.of(ec2.launch(image, candidate.type(), Map.of("kumiki:label:technology", candidate.name(), "kumiki:method", METHODS),
                        Work.script()));
            } catch (Ec2.Failure e) {
                if (!e.getMessage().contains("InsufficientInstanceCapacity")) {
                    throw e;
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
        return Optional.empty();
    }

    private static Map<Measure, Double> inGuest(Ec2 ec2, String instance) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_WORK_NANOS;
        String state = ec2.state(instance);
        while (!state.equals("running")) {
            if (!state.equals("pending") || System.nanoTime() > end) {
                throw new IOException(instance + " does not run, but is " + state + "; the platform's log says why");
            }
            TimeUnit.SECONDS.sleep(1);
            state = ec2.state(instance);
        }
        return finish(() -> said(ec2, instance), ec2.address(instance), Work.PORT);
    }

    private static String said(Ec2 ec2, String instance) throws IOException {
        String state = ec2.state(instance);
        if (!state.equals("running")) {
            throw new IOException(instance + " has not ended its work, but is " + state);
        }
        return ec2.console(instance);
    }

    /** Where the script writes. */
    private interface Output {
        String read() throws IOException;
    }

    private static Map<Measure, Double> finish(Output output, String host, int port) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_WORK_NANOS;
        Optional<Map<Measure, Double>> figures = Work.figures(output.read());
        while (figures.isEmpty()) {
            if (System.nanoTime() > end) {
                throw new IOException("the work did not end: " + output.read());
            }
            TimeUnit.SECONDS.sleep(1);
            figures = Work.figures(output.read());
        }
        Map<Measure, Double> all = new EnumMap<>(figures.get());
        all.putAll(new Traffic(host, port).measure());
        return all;
    }
}
