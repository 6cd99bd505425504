package org.kumiki.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.browser.Browser;

/**
 * A real guest that moves between the hosts of a lab, and this machine, while somebody talks with it; {@code kumiki.e2e.moves} says how often,
 * faults that take long are injected only if {@code kumiki.e2e.faults} is {@code true}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabMigrationTest {

    private static final String FAULTS = "kumiki.e2e.faults";
    private static final int MOVES = Integer.getInteger("kumiki.e2e.moves", 6);
    private static final int PORT = 7777;
    private static final Duration TO_BOOT = Duration.ofMinutes(8);
    private static final int SILENCE_MILLIS = 60_000;

    /** Counts, for whoever connects, as long as it stays. */
    private static final String TICKS = """
            #!/bin/bash
            cat > /usr/bin/ticks <<'END'
            #!/bin/bash
            mkfifo /run/ticks.$$ && exec 5<> /run/ticks.$$
            for ((tick = 0; ; tick++)); do
                echo $tick || exit 1
                read -r -t 0.05 -u 5
            done
            END
            chmod +x /usr/bin/ticks
            setsid nc -ll -p %d -e /usr/bin/ticks </dev/null >/dev/null 2>/dev/console &
            echo ticks are served
            """.formatted(PORT);

    private Lab lab;
    private Platform platform;
    private Login login;
    private String instance;
    private String address;

    @BeforeAll
    void launch(@TempDir Path directory) {
        lab = Lab.start();
        platform = lab.platform();
        lab.with(4);
        login = Login.with(directory, platform.ec2("create-key-pair", "--key-name", "lab", "--query", "KeyMaterial"));
        for (int port : List.of(22, PORT)) {
            platform.ec2("authorize-security-group-ingress", "--group-name", "default", "--protocol", "tcp", "--port", String.valueOf(port),
                    "--cidr", "172.31.0.0/16");
        }
        instance = platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--key-name", "lab",
                "--user-data", TICKS, "--query", "Instances[0].InstanceId");
        platform.ec2("wait", "instance-running", "--instance-ids", instance);
        address = lab.described(instance, "PublicIpAddress");
        Await.until("the guest's server", TO_BOOT, () -> platform.shell("kumiki:console " + instance).contains("ticks are served"));
    }

    @AfterAll
    void close() {
        if (lab != null) {
            platform.terminateAll();
            lab.close();
            assertThat(lab.devices()).isEmpty();
        }
    }

    @Test
    void isReachedAtThePrivateAddressThatItIsDescribedWith() {
        assertThat(address).isEqualTo(lab.described(instance, "PrivateIpAddress"));
        assertThat(login.await(address, "id -un")).isEqualTo("root");
    }

    @Test
    void keepsItsConnectionsAndLosesNothingHoweverOftenItMoves() throws Exception {
        List<String> hosts = lab.hosts().keySet().stream().sorted().toList();
        List<Lab.Moved> moves = new ArrayList<>();
        try (Ticks ticks = new Ticks(address)) {
            ticks.awaitMore(10);
            for (int move = 0; move < MOVES; move++) {
                String here = lab.host(instance);
                String there = hosts.get((hosts.indexOf(here) + 1) % hosts.size());
                Lab.Moved moved = lab.move(instance, there);
                System.out.println(here + " to " + there + ": " + moved.reason());
                assertThat(moved.isCompleted()).as(moved.reason()).isTrue();
                assertThat(lab.host(instance)).isEqualTo(there);
                ticks.awaitMore(10);
                moves.add(moved);
            }
            assertThat(lab.places(instance)).containsExactly(lab.host(instance));
        }
        assertThat(login.run(address, "id -un")).isEqualTo("root");
        System.out.printf("%d moves; the guest stood still for %s ms%n", MOVES, moves.stream().map(Lab.Moved::standstillMillis).sorted().toList());
    }

    /** With the console open: a host is drained, seen to empty, seen in maintenance, and opened again. The guest notices nothing. */
    @Test
    void anOperatorSeesAHostEmptyAndItsGuestGoesOn() throws Exception {
        Assumptions.assumeTrue(Browser.present(), "chromium and chromedriver are not installed");
        String here = lab.host(instance);
        String tile = "tileOf('" + here + "')";
        try (Ticks ticks = new Ticks(address); Browser browser = new Browser("en")) {
            browser.resize(1280, 1000);
            browser.open(platform.console());
            browser.await("document.querySelector('[name=kumiki-password]') || true");
            browser.run("document.querySelector('[name=kumiki-password]').value = arguments[0]; document.querySelector('form button').click()",
                    Platform.text(platform.data().resolve("console-password")).strip());
            browser.await("$('#pulse.live') && " + tile + ".querySelectorAll('.guest').length === 1");

            browser.press(tile + ".querySelector('[data-act=drain]')");
            browser.await("$('#confirm').open && $('#confirm').textContent.includes('1 guest is to move to another host while it runs')");
            browser.press("$('#confirm [value=yes]')");
            browser.await(tile + ".querySelector('.guest[data-move=out]')");
            Files.write(Files.createDirectories(Path.of("target")).resolve("maintenance.png"), browser.screenshot());
            Await.until("an empty host", Lab.TO_APPEAR, () -> lab.hosts().get(here).equals("maintenance"));
            browser.await(tile + ".dataset.state === 'maintenance' && " + tile + ".querySelectorAll('.guest').length === 0");
            assertThat(browser.text("$('#moves').innerText")).contains("moved", here, lab.host(instance));
            assertThat(browser.text("$('#plans').innerText")).contains("maintenance", "1 host is to be empty");

            assertThat(lab.host(instance)).isNotEqualTo(here);
            runsAlone(lab.host(instance), ticks);
            browser.press(tile + ".querySelector('[data-act=accept]')");
            browser.await(tile + ".dataset.state === 'up'");
        }
    }

    @Test
    void staysWhenItsDestinationIsKilledMidway() throws Exception {
        String there = another();
        try (Ticks ticks = new Ticks(address); SlowNetwork slow = new SlowNetwork()) {
            slow.begin(instance, there);
            lab.process(there, instance).ifPresent(ProcessHandle::destroyForcibly);

            stays(there, ticks);
        }
    }

    @Test
    void goesOnWhenTheControlPlaneIsKilledMidway() throws Exception {
        String there = another();
        String here = lab.host(instance);
        try (Ticks ticks = new Ticks(address)) {
            try (SlowNetwork slow = new SlowNetwork()) {
                slow.begin(instance, there);
                platform.kill();
            }
            platform.start();
            Lab.Moved moved = lab.awaitMove(instance);

            assertThat(lab.host(instance)).as(moved.reason()).isEqualTo(moved.isCompleted() ? there : here);
            runsAlone(lab.host(instance), ticks);
        }
    }

    @Test
    void staysWhenItsDestinationDoesNotReachItsDisk() throws Exception {
        String there = another();
        String mounts = "/proc/" + Platform.text(platform.data().resolve("lab").resolve(there).resolve("sshd.pid")).strip() + "/ns/mnt";
        String volumes = platform.data().resolve("volumes").toString();
        Program inside = Program.of("nsenter", "--mount=" + mounts);
        try (Ticks ticks = new Ticks(address)) {
            inside.and("mount", "-t", "tmpfs", "nothing", volumes).run().text();
            try {
                lab.beginMove(instance, there);
                stays(there, ticks);
            } finally {
                inside.and("umount", volumes).run().text();
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = FAULTS, matches = "true")
    void staysWhenItsDestinationRunsOutOfMemoryMidway() throws Exception {
        String there = another();
        Path limit = memoryLimit(there);
        Assumptions.assumeTrue(Files.exists(limit), "no control group holds the hosts of the lab here");
        String before = Files.readString(limit).strip();
        try (Ticks ticks = new Ticks(address); SlowNetwork slow = new SlowNetwork()) {
            slow.begin(instance, there);
            Files.writeString(limit, String.valueOf(48 << 20));
            stays(there, ticks);
        } finally {
            Files.writeString(limit, before);
        }
    }

    /** The hosts go on to be reached; they only do not reach each other. */
    @Test
    @EnabledIfSystemProperty(named = FAULTS, matches = "true")
    void staysWhenTheNetworkBetweenTheHostsIsCutMidway() throws Exception {
        String there = another();
        String address = Platform.text(platform.load().resolve("org.kumiki.node.ssh-" + there + ".cfg")).lines()
                .filter(line -> line.startsWith("address")).map(line -> line.split(" = ")[1]).findFirst().orElseThrow();
        try (Ticks ticks = new Ticks(this.address); SlowNetwork slow = new SlowNetwork()) {
            slow.begin(instance, there);
            Program nft = lab.on(lab.host(instance), "nft");
            nft.and("add table ip cut; add chain ip cut out { type filter hook output priority 0; }; add rule ip cut out ip daddr " + address
                    + " drop").run().text();
            try {
                stays(there, ticks);
            } finally {
                nft.and("delete table ip cut").run().text();
            }
        }
    }

    @Test
    @EnabledIfSystemProperty(named = FAULTS, matches = "true")
    void isOffWhenItsSourceIsKilledMidwayAndComesBackWhenItIsStarted() throws Exception {
        String there = another();
        String here = lab.host(instance);
        try (SlowNetwork slow = new SlowNetwork()) {
            slow.begin(instance, there);
            lab.process(here, instance).ifPresent(ProcessHandle::destroyForcibly);
            assertThat(lab.awaitMove(instance).isCompleted()).isFalse();
        }
        Await.until("an instance that is stopped", Lab.TO_APPEAR, () -> lab.state(instance).equals("stopped"));
        assertThat(lab.places(instance)).isEmpty();
        assertThat(lab.directory(there, instance)).doesNotExist();

        platform.ec2("start-instances", "--instance-ids", instance);
        platform.ec2("wait", "instance-running", "--instance-ids", instance);
        address = lab.described(instance, "PublicIpAddress");
        login.await(address, "setsid nc -ll -p " + PORT + " -e /usr/bin/ticks </dev/null >/dev/null 2>&1 & true");
        Await.until("the guest's server", Lab.TO_APPEAR, () -> Ports.answers(address, PORT));
        try (Ticks ticks = new Ticks(address)) {
            runsAlone(here, ticks);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = FAULTS, matches = "true")
    void leavesNothingWhenItIsTerminatedMidway() {
        String doomed = platform.ec2("run-instances", "--image-id", Real.imageId(platform), "--instance-type", "t2.nano", "--query",
                "Instances[0].InstanceId");
        Await.until("a running guest", TO_BOOT, () -> platform.shell("kumiki:console " + doomed).contains(" ready"));
        if (!lab.host(doomed).equals("lab-1")) {
            assertThat(lab.move(doomed, "lab-1").isCompleted()).isTrue();
        }
        try (SlowNetwork slow = new SlowNetwork()) {
            slow.begin(doomed, "lab-2");
            platform.ec2("terminate-instances", "--instance-ids", doomed);
        }
        Await.until("an instance that is terminated", Lab.TO_APPEAR, () -> lab.state(doomed).equals("terminated"));
        Await.until("nothing of it", Lab.TO_APPEAR, () -> Platform.files(platform.data()).noneMatch(file -> file.toString().contains(doomed)));
        assertThat(platform.processes()).noneMatch(process -> Platform.commandLine(process).contains(doomed));
    }

    /** A host of the lab where the guest is not; and it is on one as well, so that what is between them is the lab's. */
    private String another() {
        String here = lab.host(instance);
        if (!here.startsWith("lab-")) {
            assertThat(lab.move(instance, "lab-1").isCompleted()).isTrue();
            here = "lab-1";
        }
        return here.equals("lab-4") ? "lab-1" : "lab-" + (Integer.parseInt(here.substring(4)) + 1);
    }

    private void stays(String there, Ticks ticks) throws IOException {
        String here = lab.host(instance);
        Lab.Moved moved = lab.awaitMove(instance);
        assertThat(moved.state()).as(moved.reason()).isEqualTo("failed");
        assertThat(lab.host(instance)).isEqualTo(here).isNotEqualTo(there);
        runsAlone(here, ticks);
    }

    /** One running copy, which is reached, and nothing of it anywhere else. */
    private void runsAlone(String host, Ticks ticks) throws IOException {
        ticks.awaitMore(10);
        assertThat(lab.places(instance)).containsExactly(host);
        assertThat(lab.state(instance)).isEqualTo("running");
        lab.hosts().keySet().stream().filter(other -> !other.equals(host)).forEach(other -> Await.until("nothing on " + other, Lab.TO_APPEAR,
                () -> Files.notExists(lab.directory(other, instance)) && !lab.hasLink(other, instance)));
        assertThat(lab.directory(host, instance).resolve("key")).doesNotExist();
    }

    private Path memoryLimit(String host) {
        String name = Platform.text(Path.of("/proc", Platform.text(platform.data().resolve("lab").resolve(host).resolve("sshd.pid")).strip(), "cgroup"))
                .lines().filter(line -> line.contains(":memory:")).map(line -> line.split(":", 3)[2]).findFirst().orElse("/none");
        return Path.of("/sys/fs/cgroup/memory" + name + "/memory.limit_in_bytes");
    }

    /** While it is open, the hosts of the lab send little in a second, so that there is time for a fault. */
    private final class SlowNetwork implements AutoCloseable {

        private final List<String> hosts = List.of("lab-1", "lab-2", "lab-3", "lab-4");

        SlowNetwork() {
            hosts.forEach(host -> device(host, "add").and("tbf", "rate", "48mbit", "burst", "64kb", "latency", "100ms").run().text());
        }

        /** Begins a move, and waits until a part of the memory is there. */
        void begin(String moving, String there) {
            lab.beginMove(moving, there);
            Await.until("a move that is under way", Lab.TO_APPEAR, () -> lab.migration(moving).filter(move -> move.reason().startsWith("round ")
                    && lab.process(there, moving).isPresent()).isPresent());
        }

        @Override
        public void close() {
            hosts.forEach(host -> device(host, "del").run().text());
        }

        private Program device(String host, String verb) {
            return lab.on(host, "tc", "qdisc", verb, "dev", "eth0", "root");
        }
    }

    /** The counting of the guest, over one connection. */
    private final class Ticks implements AutoCloseable {

        private final Socket socket = new Socket();
        private final BufferedReader reader;
        private long next;

        Ticks(String address) throws IOException {
            socket.connect(new InetSocketAddress(address, PORT), SILENCE_MILLIS);
            socket.setSoTimeout(SILENCE_MILLIS);
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        }

        /** Reads what has come meanwhile, and a few more that come now; none may be missing. */
        void awaitMore(int count) throws IOException {
            int fresh = 0;
            while (fresh < count) {
                boolean waiting = !reader.ready();
                assertThat(line()).isEqualTo(String.valueOf(next++));
                fresh += waiting ? 1 : 0;
            }
        }

        private String line() throws IOException {
            try {
                String line = reader.readLine();
                return line == null ? "the end; the guest's console says:\n" + console() : line;
            } catch (SocketTimeoutException e) {
                throw new AssertionError("nothing was heard of the guest for " + SILENCE_MILLIS + " ms; its console says:\n" + console(), e);
            }
        }

        private String console() {
            List<String> lines = platform.shell("kumiki:console " + instance).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
