package org.kumiki.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.kumiki.bench.density.Crowding;
import org.kumiki.bench.move.Moving;
import org.kumiki.bench.objects.ObjectServer;
import org.kumiki.bench.objects.Storing;
import org.kumiki.bench.objects.Uploading;
import org.kumiki.bench.plan.Planning;
import org.kumiki.bench.queues.QueueServer;
import org.kumiki.bench.queues.Queueing;
import org.kumiki.bench.tables.Querying;
import org.kumiki.bench.technologies.Comparing;
import org.kumiki.bench.twin.Beside;
import org.kumiki.bench.twin.Days;
import org.kumiki.bench.twin.Engines;
import org.kumiki.bench.twin.ForeseenDay;
import org.kumiki.testing.PostgresServer;

/** {@code kumiki bench NAME [--OPTION VALUE...]}. */
public final class Main {

    private static final String USAGE = """
            usage: kumiki bench NAME [--OPTION VALUE...]
              control   a control plane with simulated hosts, under load; and moto's server, where it is installed
                        --hosts 1250 --instances 20000 --connections 16 --seconds 20
              density   web servers within 4 GiB, a container each, through the driver for LXC and by LXC alone; takes root
                        --guests 70 --rounds 5
                        --images DIRECTORY in which the built-in image is kept from one run to the next
              planetlab policies in the twin on PlanetLab's days, by the physics of CloudSim 3.0.3
                        --hosts 800
                        --honest with memory that counts, hosts that sleep and wake, and moves that take what they take
                        --traces DIRECTORY with days as CloudSim has them, folders or .txt.gz; without, on a day that is made up
              plan      placing, packing and moving in a datacenter on paper; and Ganeti's htools, where they are installed
                        --hosts 10000 --instances 100000 --plans 1000000 --runs 5
                        --cloudbalancing DIRECTORY with the sets of OptaPlanner's CloudBalancing, as NAME.json.gz
              migrate   a real guest that moves between two hosts, through the platform and without one
                        --moves 20 --type t2.nano
                        --images DIRECTORY in which the built-in image is kept from one run to the next
              s3        putting and getting objects; and the same with s3proxy and S3Mock, if Maven can bring them,
                        and nginx, where it is installed
                        --connections 16 --seconds 10
              simpledb  putting, getting and selecting items; and the same, but for the last, with moto's server, where it is installed
                        --items 100000 --connections 4 --seconds 10
              sqs       sending, receiving and deleting messages; the same in a PostgreSQL, where it is installed, and with ElasticMQ, if Maven can
                        bring it
                        --connections 16 --seconds 10
                        --backlog 1000000 messages that wait in some measures; 1: no such measures
              uploads   large objects that clients put into a platform with a small heap, all at the same time
                        --clients 64 --mib 1024 --heap 256
              technologies  the same work on this machine and in a guest of each technology that is here: processor, memory, storage, network, and a
                        small parallel job
                        --images DIRECTORY in which the built-in image is kept from one run to the next
                        --configurations DIRECTORY with those of hosts that are not made by the bench, as NAME.cfg: of libvirt, Incus, LXD
                        --results DIRECTORY for technologies.json and technologies.svg, by default the data directory, where the console looks
              twin      the twin beside CloudSim and CloudSim Plus, if there is the former and Maven can bring the latter
                        --hosts 10000 --instances 100000 --policies 1 of the published ones
                        --traces DIRECTORY with days of PlanetLab as for planetlab; without, no such day
                        --cloudsim DIRECTORY with a checkout of CloudSim 3.0.3
                        --results DIRECTORY for twin.csv, by default the data directory
              engines   datacenters with the production engine in virtual time, some of them twice
                        --datacenters 5 --hosts 5000 --instances 50000 (each) --hours 24 --threads 2 --heap 8192
              forecasts how far the twin's forecasts of starts and moves are off, on days of a simulated datacenter
                        --hosts 40 --instances 600
                        --traces DIRECTORY with days of PlanetLab as for planetlab; without, a day that is made up
              start     from java to the first answer
                        --runs 7
            """;

    private static final List<String> NAMES = List.of("control", "density", "engines", "forecasts", "migrate", "plan", "planetlab", "s3", "simpledb", "sqs", "start",
            "technologies", "twin", "uploads");
    private static final String CLOUD_BALANCING = "cloudbalancing";
    private static final String CLOUDSIM = "cloudsim";
    private static final String HONEST = "honest";
    private static final String IMAGES = "images";
    private static final String CONFIGURATIONS = "configurations";
    private static final String RESULTS = "results";
    private static final String TRACES = "traces";
    private static final String TYPE = "type";

    private Main() {
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("kumiki.home", "dist/kumiki")).toAbsolutePath();
        String name = arguments.length == 0 ? "" : arguments[0];
        Map<String, Integer> options = new HashMap<>(switch (name) {
            case "density" -> Map.of("guests", 70, "rounds", 5);
            case "engines" -> Map.of("datacenters", 5, "hosts", 5_000, "instances", 50_000, "hours", 24, "threads", 2, "heap", 8_192);
            case "forecasts" -> Map.of("hosts", 40, "instances", 600);
            case "twin" -> Map.of("hosts", 10_000, "instances", 100_000, "policies", 1);
            case "planetlab" -> Map.of("hosts", 800);
            case "plan" -> Map.of("hosts", 10_000, "instances", 100_000, "plans", 1_000_000, "runs", 5);
            case "simpledb" -> Map.of("items", 100_000, "connections", 4, "seconds", 10);
            case "s3" -> Map.of("connections", 16, "seconds", 10);
            case "sqs" -> Map.of("connections", 16, "seconds", 10, "backlog", 1_000_000);
            case "uploads" -> Map.of("clients", 64, "mib", 1024, "heap", 256);
            default -> Map.of("hosts", 1_250, "instances", 20_000, "connections", 16, "seconds", 20, "runs", 7, "moves", 20);
        });
        Map<String, String> words = new HashMap<>(Map.of(TYPE, "t2.nano"));
        if (!read(arguments, options, words) || !NAMES.contains(name)) {
            System.err.print(USAGE);
            System.exit(2);
        }
        System.out.printf(Locale.ROOT, "%d processors, Java %s, load average %s%n", Runtime.getRuntime().availableProcessors(),
                Runtime.version(), Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
        try (Laboratory laboratory = new Laboratory()) {
            if (name.equals("plan")) {
                new Planning(options.get("hosts"), options.get("instances"), options.get("plans"), options.get("runs"), System.out)
                        .run(Files.createDirectories(laboratory.data("plan")), path(words, CLOUD_BALANCING));
            } else if (name.equals("planetlab")) {
                new Days(options.get("hosts"), words.containsKey(HONEST), System.out).run(path(words, TRACES));
            } else if (name.equals("twin")) {
                twin(Files.createDirectories(laboratory.data("twin")), path(words, RESULTS).orElse(home.resolve("data")), options, words);
            } else if (name.equals("engines")) {
                new Engines(Files.createDirectories(laboratory.data("engines")), System.out).run(options.get("datacenters"), options.get("hosts"),
                        options.get("instances"), options.get("hours"), options.get("threads"), options.get("heap"));
            } else if (name.equals("forecasts")) {
                new ForeseenDay(options.get("hosts"), options.get("instances"), System.out).run(path(words, TRACES));
            } else if (name.equals("density")) {
                crowd(home, laboratory, options, path(words, IMAGES));
            } else if (name.equals("migrate")) {
                migrate(home, laboratory.data("migrate"), words.get(TYPE), options.get("moves"), path(words, IMAGES));
            } else if (name.equals("s3")) {
                store(home, laboratory, options.get("connections"), Duration.ofSeconds(options.get("seconds")));
            } else if (name.equals("simpledb")) {
                query(home, laboratory, options);
            } else if (name.equals("sqs")) {
                queue(home, laboratory, options);
            } else if (name.equals("uploads")) {
                upload(home, laboratory, options);
            } else if (name.equals("technologies")) {
                compare(home, laboratory, path(words, IMAGES), path(words, CONFIGURATIONS),
                        path(words, RESULTS).orElse(home.resolve("data")));
            } else if (name.equals("start")) {
                Start.run(home, laboratory.data("start"), options.get("runs"), System.out);
            } else {
                control(home, laboratory, options, System.out);
            }
        }
    }

    private static boolean read(String[] arguments, Map<String, Integer> options, Map<String, String> words) {
        for (int index = 1; index < arguments.length; index += 2) {
            String option = arguments[index].startsWith("--") ? arguments[index].substring(2) : "";
            String value = index + 1 < arguments.length ? arguments[index + 1] : "";
            if (option.equals(HONEST)) {
                words.put(option, "");
                index--; // it has no value
            } else if (option.equals(TYPE) && value.matches("[a-z0-9]+\\.[a-z0-9]+")
                    || List.of(CLOUD_BALANCING, CLOUDSIM, CONFIGURATIONS, IMAGES, RESULTS, TRACES).contains(option) && Files.isDirectory(Path.of(value))) {
                words.put(option, value);
            } else if (options.containsKey(option) && value.matches("[1-9][0-9]{0,6}")) {
                options.put(option, Integer.parseInt(value));
            } else {
                return false;
            }
        }
        return true;
    }

    private static Optional<Path> path(Map<String, String> words, String option) {
        return Optional.ofNullable(words.get(option)).map(Path::of);
    }

    private static void twin(Path data, Path results, Map<String, Integer> options, Map<String, String> words) throws IOException, InterruptedException {
        Beside beside = new Beside(data, results.resolve("twin.csv"), System.out);
        Optional<Path> traces = path(words, TRACES);
        if (traces.isPresent()) {
            beside.days(traces.get(), path(words, CLOUDSIM), options.get("policies"));
        }
        beside.placing(options.get("hosts"), options.get("instances"));
        beside.consolidating(options.get("hosts"), options.get("instances"));
    }

    private static void crowd(Path home, Laboratory laboratory, Map<String, Integer> options, Optional<Path> images)
            throws IOException, InterruptedException {
        Path image = BuiltInImage.in(images.orElse(laboratory.data("images")), home, laboratory.data("maker"));
        new Crowding(options.get("guests"), options.get("rounds"), System.out).run(image, Files.createDirectories(laboratory.data("density")));
    }

    private static void compare(Path home, Laboratory laboratory, Optional<Path> images, Optional<Path> configurations, Path results)
            throws IOException, InterruptedException {
        Path kept = images.orElse(laboratory.data("images"));
        Path image = BuiltInImage.in(kept, home, laboratory.data("maker"));
        Path data = laboratory.data("technologies");
        BuiltInImage.keep(kept, data);
        Comparing.prepare(data, configurations);
        try (Platform platform = Platform.start(home, data)) {
            new Comparing(System.out).run(platform.endpoint(), data, image, laboratory.data("native"), results);
        }
    }

    private static void migrate(Path home, Path data, String type, int moves, Optional<Path> images) throws IOException, InterruptedException {
        Moving.prepare(data, images);
        try (Platform platform = Platform.start(home, data)) {
            new Moving(data, type, moves, System.out).run();
            System.out.printf(Locale.ROOT, "The control plane took %.1f s of CPU time, its start and the guest's launch included.%n",
                    platform.process().cpuSeconds());
        }
    }

    /** Without real guests, for which the platform would begin to make an image meanwhile. */
    private static void store(Path home, Laboratory laboratory, int connections, Duration time) throws IOException, InterruptedException {
        try (Platform platform = Platform.start(laboratory.simulated(home, 1), laboratory.data("s3"))) {
            ObjectServer ours = new ObjectServer(platform.name(), platform.process(), platform.endpoint(), false);
            new Storing(ours, connections, time, System.out).run(laboratory.data("peers"));
        }
    }

    private static void query(Path home, Laboratory laboratory, Map<String, Integer> options) throws IOException, InterruptedException {
        Querying querying = new Querying(options.get("items"), options.get("connections"), Duration.ofSeconds(options.get("seconds")), System.out);
        Path distribution = laboratory.simulated(home, 1);
        Path data = laboratory.data("simpledb");
        try (Platform platform = Platform.start(distribution, data)) {
            Querying.Server ours = new Querying.Server(platform.name(), platform.process(), platform.endpoint());
            Optional<Moto> moto = Moto.start();
            if (moto.isPresent()) {
                try (Moto running = moto.get()) {
                    querying.run(ours, Optional.of(new Querying.Server(running.name(), running.process(), running.endpoint())));
                }
            } else {
                querying.run(ours, Optional.empty());
            }
        }
        long began = System.nanoTime();
        try (Platform again = Platform.start(distribution, data)) {
            querying.awaitItems(again.endpoint());
            startedAgain(again, "all items", began);
        }
    }

    private static void startedAgain(Platform platform, String what, long began) throws IOException, InterruptedException {
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(Locale.ROOT, "Started again, the platform had %s after %.1f s, with a heap of %,d MiB in use.%n", what, seconds,
                platform.process().heapMiB().orElse(0));
    }

    private static void queue(Path home, Laboratory laboratory, Map<String, Integer> options) throws IOException, InterruptedException {
        Path distribution = laboratory.simulated(home, 1);
        Path data = laboratory.data("sqs");
        try (Platform platform = Platform.start(distribution, data)) {
            QueueServer ours = new QueueServer(platform.name(), platform.process(), platform.endpoint());
            if (!PostgresServer.isInstalled()) {
                System.out.println("Kumiki on PostgreSQL is left out: " + PostgresServer.MISSING);
                queue(List.of(ours), laboratory, options);
                return;
            }
            try (PostgresServer database = new PostgresServer(true);
                    Platform sharing = Platform.start(laboratory.sharing(home, database.url(), PostgresServer.USER), laboratory.data("sqs-shared"))) {
                QueueServer shared = new QueueServer("Kumiki on PostgreSQL", sharing.process().with(database.process()), sharing.endpoint());
                queue(List.of(ours, shared), laboratory, options);
            }
        }
        long began = System.nanoTime();
        try (Platform again = Platform.start(distribution, data)) {
            Queueing.awaitBacklog(new QueueServer(again.name(), again.process(), again.endpoint()));
            startedAgain(again, "all messages", began);
        }
    }

    private static void queue(List<QueueServer> platforms, Laboratory laboratory, Map<String, Integer> options) throws IOException, InterruptedException {
        new Queueing(platforms, options.get("connections"), Duration.ofSeconds(options.get("seconds")), options.get("backlog"), System.out)
                .run(laboratory.data("peers"));
    }

    private static void upload(Path home, Laboratory laboratory, Map<String, Integer> options) throws IOException, InterruptedException {
        Uploading uploading = new Uploading(options.get("clients"), options.get("mib"), System.out);
        Path data = laboratory.data("uploads");
        uploading.requireRoom(data.getParent());
        try (Platform platform = Platform.start(laboratory.simulated(home, 1), data, "-Xmx" + options.get("heap") + "m")) {
            boolean stored = uploading.run(new ObjectServer(platform.name(), platform.process(), platform.endpoint(), false));
            if (!platform.process().isAlive()) {
                throw new IOException("the platform is gone; see " + data.resolve("bench.log"));
            }
            System.out.printf(Locale.ROOT, "With a heap of %d MiB; the platform has had %,d MiB of memory at most, heap, code and buffers.%n",
                    options.get("heap"), platform.process().mostResidentMiB());
            if (!stored) {
                throw new IOException("some uploads failed");
            }
        }
    }

    private static void control(Path home, Laboratory laboratory, Map<String, Integer> options, PrintStream out)
            throws IOException, InterruptedException {
        Duration time = Duration.ofSeconds(options.get("seconds"));
        int connections = options.get("connections");
        Control.Figures ours;
        try (Platform platform = Platform.start(laboratory.simulated(home, options.get("hosts")), laboratory.data("control"))) {
            ours = new Control(platform, options.get("instances"), connections, time, out).run();
        }
        Optional<Moto> moto = Moto.start();
        Optional<Control.Figures> theirs = Optional.empty();
        if (moto.isPresent()) {
            try (Moto running = moto.get()) {
                theirs = Optional.of(new Control(running, 100, connections, time, out).run());
            }
        }
        summary(ours, theirs, out);
    }

    private static void summary(Control.Figures ours, Optional<Control.Figures> theirs, PrintStream out) {
        out.printf("%n%-30s %12s %12s %12s %12s%n", "", "Kumiki", "aim", "moto", "ratio");
        line(out, "mix, requests/s", ours.mix(), ">= 300", theirs.map(Control.Figures::mix));
        line(out, "mix, p99 ms", ours.mixP99Millis(), "<= 200", theirs.map(Control.Figures::mixP99Millis));
        line(out, "server CPU ms a request", ours.cpuMillis(), "", theirs.map(Control.Figures::cpuMillis));
        line(out, "RunInstances/s", ours.launches(), ">= 500", theirs.map(Control.Figures::launches));
        line(out, "DescribeInstances of 100/s", ours.descriptions(), ">= 200", theirs.map(Control.Figures::descriptions));
        line(out, "failures", ours.failures(), "0", theirs.map(figures -> (double) figures.failures()));
        if (theirs.isEmpty()) {
            out.println("moto's server is not installed here (pip install 'moto[server]').");
        } else {
            out.println("moto had 100 instances to begin with, keeps nothing on disk, and checks no signature.");
        }
    }

    private static void line(PrintStream out, String what, double ours, String aim, Optional<Double> theirs) {
        out.printf(Locale.ROOT, "%-30s %,12.1f %12s %12s %12s%n", what, ours, aim,
                theirs.map(figure -> String.format(Locale.ROOT, "%,.1f", figure)).orElse("-"),
                theirs.filter(figure -> figure > 0).map(figure -> String.format(Locale.ROOT, "%.2f", ours / figure)).orElse("-"));
    }
}
