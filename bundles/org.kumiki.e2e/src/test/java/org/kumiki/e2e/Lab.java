package org.kumiki.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/** A platform with real guests, and the hosts by SSH that its own {@code kumiki lab} makes of this machine. */
final class Lab implements AutoCloseable {

    static final Duration TO_APPEAR = Duration.ofSeconds(120);
    private static final Duration TO_MOVE = Duration.ofMinutes(4);
    private static final Pattern INSTANCE = Pattern.compile("i-[0-9a-f]{17}");
    private static final Pattern STANDSTILL = Pattern.compile("it took (\\d+) ms .* stood still for (\\d+) ms");

    /** What became of a move. */
    record Moved(String state, String reason) {

        boolean isCompleted() {
            return state.equals("completed");
        }

        /** How long the guest stood still. */
        long standstillMillis() {
            return figure(2);
        }

        long millis() {
            return figure(1);
        }

        private long figure(int group) {
            Matcher matcher = STANDSTILL.matcher(reason);
            if (!matcher.find()) {
                throw new AssertionError(this);
            }
            return Long.parseLong(matcher.group(group));
        }
    }

    private final Platform platform;

    private Lab(Platform platform) {
        this.platform = platform;
    }

    /** Skips the test where there can be none. */
    static Lab start() {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "network namespaces take root");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/sbin/sshd")), "no sshd here (Debian, Ubuntu: openssh-server)");
        return new Lab(Real.start());
    }

    Platform platform() {
        return platform;
    }

    /** Makes hosts, and waits until the platform has seen them. */
    Lab with(int hosts) {
        kumiki(String.valueOf(hosts));
        Await.until(hosts + " more hosts", TO_APPEAR, () -> hosts().size() == hosts + 1 && hosts().values().stream().allMatch("up"::equals));
        return this;
    }

    /** {@code kumiki lab …}, and what it says. */
    String kumiki(String argument) {
        return platform.kumiki("lab", argument).within(Duration.ofSeconds(60)).run().text();
    }

    /** The state of each host. */
    Map<String, String> hosts() {
        return platform.shell("kumiki:hosts").lines().skip(1).map(line -> line.strip().split("\\s+")).filter(words -> words.length > 1)
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    /** Launches the built-in image on a host of the operator's choice. */
    String launch(String host) {
        String said = platform.shell("kumiki:launch --host " + host + " " + Platform.IMAGE);
        return Optional.of(INSTANCE.matcher(said)).filter(Matcher::find).map(Matcher::group).orElseThrow(() -> new AssertionError(said));
    }

    String state(String instance) {
        return described(instance, "State.Name");
    }

    String described(String instance, String what) {
        return platform.ec2("describe-instances", "--instance-ids", instance, "--query", "Reservations[0].Instances[0]." + what);
    }

    /** The host on which the datacenter has an instance. */
    String host(String instance) {
        return platform.shell("kumiki:instance " + instance).lines().map(String::strip).filter(line -> line.startsWith("host:"))
                .map(line -> line.split("\\s+")[1]).findFirst().orElseThrow();
    }

    /** Moves an instance, and waits for the end of it. */
    Moved move(String instance, String host) {
        beginMove(instance, host);
        return awaitMove(instance);
    }

    void beginMove(String instance, String host) {
        platform.shell("kumiki:migrate " + instance + " " + host);
    }

    Moved awaitMove(String instance) {
        return Await.some("the end of the move of " + instance, TO_MOVE, () -> migration(instance).filter(move -> !move.state().equals("moving")));
    }

    /** The latest move of an instance. */
    Optional<Moved> migration(String instance) {
        return platform.shell("kumiki:migrations").lines().filter(line -> line.startsWith(instance)).findFirst()
                .map(line -> line.strip().split("\\s{2,}", 6)).map(words -> new Moved(words[3], words[5]));
    }

    /** The directory of a guest on a host of the lab. */
    Path directory(String host, String instance) {
        Path node = hosts().containsKey(host) && host.startsWith("lab-") ? platform.data().resolve("lab").resolve(host).resolve("node")
                : platform.data().resolve("node");
        return node.resolve("qemu").resolve(instance);
    }

    /** The QEMU of a guest on a host, if there is one. */
    Optional<ProcessHandle> process(String host, String instance) {
        String control = directory(host, instance).resolve("qmp").toString();
        return platform.processes().stream().filter(process -> Platform.commandLine(process).contains("path=" + control)).findFirst();
    }

    /** Whether the network of a host has anything for an instance. */
    boolean hasLink(String host, String instance) {
        String links = host.startsWith("lab-") ? on(host, "ip", "-d", "link").run().text() : Program.of("ip", "-d", "link").run().text();
        return links.contains("alias " + instance);
    }

    /** Where guests of this instance run, wherever that is. */
    List<String> places(String instance) {
        return hosts().keySet().stream().filter(host -> process(host, instance).isPresent()).sorted().toList();
    }

    /** Runs a program on a host of the lab: in its network, and with its limits. */
    Program on(String host, String... command) {
        try (Stream<Path> spaces = Files.list(Path.of("/run/netns"))) {
            String space = spaces.map(path -> path.getFileName().toString()).filter(name -> name.endsWith("-" + host.substring("lab-".length())))
                    .filter(name -> name.startsWith(segment().replaceAll("g$", "-"))).findFirst().orElseThrow();
            return Program.of("ip", "netns", "exec", space).and(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This machine's device in the guests' network. */
    String segment() {
        return Platform.text(platform.load().resolve("org.kumiki.network.bridge.cfg")).lines().filter(line -> line.startsWith("metadata.device"))
                .map(line -> line.split(" = ")[1]).findFirst().orElseThrow();
    }

    /** The links and namespaces of this machine that are of this lab; others may have theirs. */
    List<String> devices() {
        String id = "kumiki" + checksum(platform.data().toString()) % 100_000;
        return Stream.of(List.of("ip", "-br", "link"), List.of("ip", "netns")).map(command -> Program.of(command.toArray(String[]::new)).run().text())
                .flatMap(String::lines).filter(line -> line.startsWith(id)).toList();
    }

    /** Of which the lab makes the names of its devices. */
    private static long checksum(String text) {
        try {
            Path file = Files.createTempFile("kumiki-lab", null);
            try {
                return Long.parseLong(Program.of("cksum", Files.writeString(file, text).toString()).run().text().split(" ")[0]);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            kumiki("down");
        } finally {
            platform.close();
        }
    }
}
