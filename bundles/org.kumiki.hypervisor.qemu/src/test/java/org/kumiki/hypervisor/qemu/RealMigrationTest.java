package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.node.Node;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.kumiki.testing.guest.GuestNames;

/** Real guests that move between two hosts of one machine; the system that they run is named as for {@link RealGuestTest}. */
@Tag("guest")
@Timeout(300)
class RealMigrationTest {

    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");
    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    private static final QemuSettings SETTINGS = new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(60), true, 0);
    private static final MigrationDirective GO_ON = new MigrationDirective.Continue(0, Duration.ofMillis(300), 0);
    /** Lets hardly anything through but what the guest waits for. */
    private static final MigrationDirective HARDLY = new MigrationDirective.Continue(50_000, Duration.ofMillis(300), 0);
    private static final int PORT = 2223;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(150);

    @TempDir
    static Path temp;

    private static GuestNames metadata;
    private static QemuHypervisor driver;
    /** Where the guest is; it takes long to boot, so all tests share one, as long as it lives. */
    private static HostId here = A;
    private Set<Feature> modes = EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY);
    private final List<MigrationProgress> reports = Collections.synchronizedList(new ArrayList<>());

    @BeforeAll
    static void begin() throws IOException {
        assumeTrue(System.getProperty("kumiki.guest.kernel") != null, "no system to run is named");
        Files.createDirectories(temp.resolve("a"));
        Files.createDirectories(temp.resolve("b"));
        metadata = GuestNames.of(temp.resolve("metadata"), GUEST);
        driver = driver();
    }

    /** The one that is there, or another, should the test before have left none that answers. */
    @BeforeEach
    void aGuestRuns() {
        if (!states().equals(Map.of(here, GuestState.RUNNING)) || !answers()) {
            driver.destroy(A, GUEST);
            driver.destroy(B, GUEST);
            here = A;
            driver.start(A, guest());
            until("the guest answers", RealMigrationTest::answers);
        }
    }

    /** What a test has put in the place of a node is gone with it. */
    @AfterEach
    void exchange() {
        driver.stop();
        driver = driver();
    }

    private static QemuHypervisor driver() {
        return driver(SETTINGS);
    }

    private static QemuHypervisor driver(QemuSettings settings) {
        QemuHypervisor made = new QemuHypervisor(settings);
        made.addNode(new TestNode("a", temp.resolve("a")));
        made.addNode(new TestNode("b", temp.resolve("b")));
        return made;
    }

    @AfterAll
    static void end() throws IOException {
        if (driver != null) {
            driver.destroy(A, GUEST);
            driver.destroy(B, GUEST);
            driver.stop();
            metadata.close();
        }
    }

    private static GuestSpec guest() {
        return RealGuestTest.guest(temp, PORT);
    }

    @Test
    void movesThereAndBackAndLeavesNothingBehind() {
        for (int hop = 0; hop < 2; hop++) {
            HostId source = here;
            MigrationOutcome outcome = move(report -> GO_ON);

            assertThat(outcome).isInstanceOfSatisfying(MigrationOutcome.Moved.class, moved -> {
                assertThat(moved.downtime()).isPositive();
                assertThat(moved.end().sentBytes()).isPositive();
            });
            assertThat(states()).containsEntry(here, GuestState.RUNNING).containsEntry(source, GuestState.STOPPED);
            driver.destroy(source, GUEST);
            assertThat(directory(source)).doesNotExist();
            assertThat(directory(here).resolve("key")).doesNotExist();
            until("the guest answers at its new place", RealMigrationTest::answers);
            assertThat(driver.console(here, GUEST).text()).as("what it wrote before came along").contains("ready");
        }
        assertThat(reports).extracting(MigrationProgress::phase).contains(Phase.SETUP, Phase.PRECOPY, Phase.SWITCHOVER);
    }

    @Test
    void movesBySeveralStreams() {
        severalStreams();

        Set<String> threads = new HashSet<>();
        HostId source = here;

        assertThat(move(at(Phase.PRECOPY, () -> threads.addAll(threads(source))))).isInstanceOf(MigrationOutcome.Moved.class);

        assertThat(threads).contains("multifdsend_0", "multifdsend_2");
        until("the guest answers", RealMigrationTest::answers);
        driver.destroy(there(), GUEST);
        runsAloneAt(here);
    }

    private static List<String> threads(HostId host) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Files.readString(directory(host).resolve("pid")).strip(), "task"))) {
            List<String> names = new ArrayList<>();
            for (Path thread : threads.toList()) {
                name(thread).ifPresent(names::add);
            }
            return names;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** None of a thread that has ended since. */
    private static Optional<String> name(Path thread) throws IOException {
        try {
            return Optional.of(Files.readString(thread.resolve("comm")).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Each of them is a connection that has to end. */
    @ParameterizedTest
    @EnumSource(names = { "SETUP", "PRECOPY", "SWITCHOVER" })
    void staysWhenItIsCancelledWithSeveralStreams(Phase phase) {
        severalStreams();
        staysWhenItIsCancelled(phase);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETUP", "PRECOPY", "SWITCHOVER" })
    void staysWhenTheDestinationIsKilledWithSeveralStreams(Phase phase) {
        severalStreams();
        staysWhenTheDestinationIsKilled(phase);
    }

    /** Post-copy does not go with them, so it is not allowed. */
    private void severalStreams() {
        driver.stop();
        driver = driver(new QemuSettings(SETTINGS.program(), 8, 0.8, 1, Duration.ofSeconds(60), true, 3));
        modes = EnumSet.of(Feature.LIVE_MIGRATION_PRECOPY);
    }

    @Test
    void movesByPostcopy() {
        assertThat(move(report -> report.phase() == Phase.PRECOPY ? new MigrationDirective.SwitchToPostcopy() : slow()))
                .isInstanceOf(MigrationOutcome.Moved.class);
        assertThat(reports).extracting(MigrationProgress::phase).contains(Phase.POSTCOPY);
        until("the guest answers", RealMigrationTest::answers);
    }

    @Test
    void movesWhileItStandsStill() {
        assertThat(move(report -> new MigrationDirective.StopAndCopy())).isInstanceOfSatisfying(MigrationOutcome.Moved.class,
                moved -> assertThat(moved.downtime()).isGreaterThan(Duration.ofMillis(100)));
        until("the guest answers", RealMigrationTest::answers);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETUP", "PRECOPY", "SWITCHOVER" })
    void staysWhenItIsCancelled(Phase phase) {
        MigrationOutcome outcome = move(report -> report.phase() == phase ? new MigrationDirective.Cancel("enough") : GO_ON);

        assertThat(outcome).isInstanceOfSatisfying(MigrationOutcome.Stayed.class, stayed -> assertThat(stayed.reason()).isEqualTo("enough"));
        assertThat(directory(there())).doesNotExist();
        until("the guest answers", RealMigrationTest::answers);
    }

    @ParameterizedTest
    @EnumSource(names = { "SETUP", "PRECOPY", "SWITCHOVER" })
    void staysWhenTheDestinationIsKilled(Phase phase) {
        HostId destination = there();
        MigrationOutcome outcome = moveUntilItIsKnown(at(phase, () -> kill(destination)));

        assertThat(outcome).isInstanceOf(MigrationOutcome.Stayed.class);
        runsAloneAt(here);
    }

    /** Where it is is not known at first; asked again, as the engine does, the driver finds out. */
    @ParameterizedTest
    @EnumSource(names = { "SETUP", "PRECOPY", "SWITCHOVER" })
    void isOverWhenTheSourceIsKilled(Phase phase) {
        HostId source = here;

        MigrationOutcome outcome = moveUntilItIsKnown(at(phase, () -> kill(source)));

        assertThat(outcome).isInstanceOf(MigrationOutcome.Stayed.class);
        runsNowhere();
    }

    /**
     * Nothing is refused; it is as if a cable were pulled. At switch-over the guest stands still, and must not wait for the network to come back.
     * Before there is a connection the guest does not care, and QEMU waits for TCP's own two minutes, too long for a test.
     */
    @ParameterizedTest
    @EnumSource(names = { "PRECOPY", "SWITCHOVER" })
    void staysWhenTheNetworkIsCut(Phase phase) throws IOException {
        try (Cable cable = new Cable()) {
            MigrationOutcome outcome = move(at(phase, cable::cut));

            assertThat(outcome).isInstanceOf(MigrationOutcome.Stayed.class);
            runsAloneAt(here);
        }
    }

    /** Neither end has the whole guest: they wait for each other, and go on when they can. */
    @Test
    void goesOnWhenTheNetworkComesBackWhileItsMemoryIsOnBoth() throws IOException {
        try (Cable cable = new Cable()) {
            AtomicInteger seen = new AtomicInteger();
            MigrationOutcome outcome = move(report -> {
                int count = report.phase() == Phase.POSTCOPY ? seen.incrementAndGet() : 0;
                if (count == 1) {
                    cable.cut();
                } else if (count == 30) { // some seconds
                    cable.mend();
                }
                return report.phase() == Phase.PRECOPY ? new MigrationDirective.SwitchToPostcopy() : slow();
            });

            assertThat(outcome).isInstanceOf(MigrationOutcome.Moved.class);
            assertThat(seen.get()).isGreaterThanOrEqualTo(30);
            until("the guest answers", RealMigrationTest::answers);
        }
    }

    /** Between the two nodes, which reach each other at loopback addresses of their own meanwhile. */
    private static final class Cable implements AutoCloseable {

        private static final String TABLE = "kumiki-migration-test";
        private static final String NETWORK = "127.99.0.0/24";

        private final Node node = new TestNode("here", temp);
        private boolean cut;

        Cable() throws IOException {
            assumeTrue(node.run(List.of("nft", "list", "tables"), Duration.ofSeconds(10)).succeeded(), "nft is not installed, or we may not use it");
            driver.stop();
            driver = new QemuHypervisor(SETTINGS);
            driver.addNode(at("a", "127.99.0.1"));
            driver.addNode(at("b", "127.99.0.2"));
        }

        private static Node at(String name, String address) {
            return new TestNode(name, temp.resolve(name)) {

                @Override
                public String address() {
                    return address;
                }
            };
        }

        void cut() {
            if (!cut) {
                cut = true;
                nft("add table ip " + TABLE + "; add chain ip " + TABLE + " out { type filter hook output priority 0; }; add rule ip " + TABLE
                        + " out ip daddr " + NETWORK + " drop; add rule ip " + TABLE + " out ip saddr " + NETWORK + " drop");
            }
        }

        void mend() {
            if (cut) {
                cut = false;
                nft("delete table ip " + TABLE);
            }
        }

        private void nft(String commands) {
            try {
                Node.Finished finished = node.run(List.of("nft", commands), Duration.ofSeconds(10));
                assertThat(finished.succeeded()).as(finished.errors()).isTrue();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            mend();
        }
    }

    /** A part of its memory is lost, and with it the guest. It is held back: else a small guest's has often arrived before the kill. */
    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void isOverWhenEitherEndIsKilledWhileItsMemoryIsOnBoth(boolean theSource) {
        HostId killed = theSource ? here : there();
        AtomicInteger seen = new AtomicInteger();

        MigrationOutcome outcome = moveUntilItIsKnown(report -> {
            // Not at the first such report: then QEMU may be about to send the state of the devices, without which the guest stays where it is.
            if (report.phase() == Phase.POSTCOPY && seen.incrementAndGet() >= 3) {
                kill(killed);
            }
            return report.phase() == Phase.PRECOPY ? new MigrationDirective.SwitchToPostcopy() : HARDLY;
        });

        assertThat(outcome).isInstanceOf(MigrationOutcome.Stayed.class);
        runsNowhere();
    }

    @ParameterizedTest
    @EnumSource(names = { "SETUP", "PRECOPY", "SWITCHOVER" })
    void isOverWhenItIsDestroyedMeanwhile(Phase phase) {
        HostId source = here;

        MigrationOutcome outcome = moveUntilItIsKnown(at(phase, () -> driver.destroy(source, GUEST)));

        assertThat(outcome).isInstanceOf(MigrationOutcome.Stayed.class);
        runsNowhere();
        assertThat(directory(source)).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = { "SETUP", "PRECOPY", "SWITCHOVER" })
    void goesOnWithTheNextDriver(Phase phase) {
        QemuHypervisor first = driver;
        assertThatThrownBy(() -> move(at(phase, first::stop))).hasCauseInstanceOf(HypervisorException.class);

        driver = driver();

        assertThat(moveUntilItIsKnown(report -> GO_ON)).isInstanceOf(MigrationOutcome.Moved.class);
        driver.destroy(there(), GUEST);
        runsAloneAt(here);
    }

    @Test
    void staysWhenTheDestinationHasNoMemoryForIt() {
        replaced(there(), new TestNode(there().value(), temp.resolve(there().value())) {
            @Override
            public long spawn(List<String> command, Path log) throws IOException {
                List<String> limited = new ArrayList<>(List.of("prlimit", "--as=" + (200 << 20)));
                limited.addAll(command);
                return super.spawn(limited, log);
            }
        });

        assertThat(move(report -> GO_ON)).isInstanceOfSatisfying(MigrationOutcome.Stayed.class,
                stayed -> assertThat(stayed.reason()).as("the guest's or a thread's").containsAnyOf("memory", "temporarily unavailable"));
        runsAloneAt(here);
    }

    @Test
    void staysWhenTheDestinationDoesNotReachItsDisk() {
        GuestSpec plain = guest();
        GuestDisk missing = new GuestDisk(new VolumeId("vol-0a1b2c3d4e5f60718"), new Disk(temp.resolve("missing"), Disk.Format.RAW, 64), "/dev/sdf");

        assertThat(move(report -> GO_ON, new GuestSpec(GUEST, plain.name(), plain.resources(), plain.boot(), plain.root(), List.of(missing), plain.link())))
                .isInstanceOfSatisfying(MigrationOutcome.Stayed.class, stayed -> assertThat(stayed.reason()).contains("missing", "No such file"));
        runsAloneAt(here);
    }

    @Test
    void staysWhereItIsIfItsSourceDoesNotReachTheDestination() {
        replaced(there(), new TestNode(there().value(), temp.resolve(there().value())) {
            @Override
            public Finished run(List<String> command, Duration deadline) throws IOException {
                return command.get(0).equals("readlink") ? new Finished(0, "net:[1]\n", "") : super.run(command, deadline);
            }
        });

        assertThat(move(report -> GO_ON)).isInstanceOfSatisfying(MigrationOutcome.Stayed.class,
                stayed -> assertThat(stayed.reason()).contains(there() + " is known by its loopback address 127.0.0.1"));
        runsAloneAt(here);
    }

    @Test
    void refusesAGuestThatIsNotThere() {
        driver.destroy(here, GUEST);

        assertThatThrownBy(() -> move(report -> GO_ON)).hasCauseInstanceOf(HypervisorException.class).hasMessageContaining("has a guest");
        assertThat(states()).isEmpty();
    }

    /** A driver for which a host is another node than before. */
    private static void replaced(HostId host, TestNode node) {
        driver.stop();
        driver = new QemuHypervisor(SETTINGS);
        for (HostId each : List.of(A, B)) {
            driver.addNode(each.equals(host) ? node : new TestNode(each.value(), temp.resolve(each.value())));
        }
    }

    private static void runsAloneAt(HostId host) {
        assertThat(processes()).singleElement().asString().contains(directory(host).toString());
        assertThat(directory(host.equals(A) ? B : A)).doesNotExist();
        assertThat(directory(host).resolve("key")).doesNotExist();
        until("the guest answers", RealMigrationTest::answers);
    }

    private static void runsNowhere() {
        assertThat(processes()).isEmpty();
        assertThat(directory(there())).doesNotExist();
        assertThat(directory(here).resolve("key")).doesNotExist();
    }

    private static List<String> processes() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(handle -> handle.info().commandLine().orElse("")).filter(line -> line.contains("path=" + temp) && line.contains("/qmp"))
                    .toList();
        }
    }

    private static MigrationControl at(Phase phase, Runnable fault) {
        return report -> {
            if (report.phase() == phase) {
                fault.run();
            }
            return slow();
        };
    }

    /** As the engine does, who asks again as long as nobody knows where the guest is. */
    private MigrationOutcome moveUntilItIsKnown(MigrationControl control) {
        AtomicInteger attempts = new AtomicInteger();
        MigrationOutcome outcome = RealMigrationTest.<MigrationOutcome>until("it is known what became of it", () -> {
            assertThat(attempts.incrementAndGet()).isLessThan(10);
            return move(control);
        });
        return outcome;
    }

    /** So that there is time for a fault. */
    private static MigrationDirective slow() {
        return new MigrationDirective.Continue(40_000_000, Duration.ofMillis(300), 0);
    }

    private static HostId there() {
        return here.equals(A) ? B : A;
    }

    private MigrationOutcome move(MigrationControl control) {
        return move(control, guest());
    }

    private MigrationOutcome move(MigrationControl control, GuestSpec guest) {
        MigrationOutcome outcome = driver.migrate(new MigrationOrder(GUEST, here, there(), 256, Duration.ofMillis(300), modes), guest, report -> {
            reports.add(report);
            return control.report(report);
        }).toCompletableFuture().orTimeout(LONGEST_WAIT.toSeconds(), TimeUnit.SECONDS).join();
        if (outcome instanceof MigrationOutcome.Moved) {
            here = there();
        }
        return outcome;
    }

    private static Path directory(HostId host) {
        return temp.resolve(host.value()).resolve("qemu").resolve(GUEST.value());
    }

    private static void kill(HostId host) {
        try {
            Path pid = directory(host).resolve("pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<HostId, GuestState> states() {
        Map<HostId, GuestState> states = new HashMap<>();
        driver.hosts().forEach(host -> host.guests().values().forEach(state -> states.put(host.host(), state)));
        return states;
    }

    private static boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.91.0.1", PORT), 5_000);
            socket.setSoTimeout(20_000);
            return new String(socket.getInputStream().readNBytes(4), US_ASCII).equals("SSH-");
        } catch (IOException e) {
            return false;
        }
    }

    private static void until(String what, BooleanSupplier condition) {
        until(what, () -> condition.getAsBoolean() ? Boolean.TRUE : null);
    }

    private static <T> T until(String what, Supplier<T> attempt) {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (System.nanoTime() < end) {
            try {
                T result = attempt.get();
                if (result != null) {
                    return result;
                }
                TimeUnit.MILLISECONDS.sleep(300);
            } catch (CompletionException e) {
                assertThat(e).as(what).hasCauseInstanceOf(HypervisorException.class);
            } catch (InterruptedException e) {
                throw new AssertionError("waited for: " + what, e);
            }
        }
        throw new AssertionError("waited " + LONGEST_WAIT.toSeconds() + " s for: " + what);
    }
}
