package org.kumiki.hypervisor.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;

class SimulatedHypervisorTest {

    private static final HostId HOST = new HostId("paper-0001");
    private static final HostId OTHER = new HostId("paper-0002");
    private static final InstanceId WEB = new InstanceId("i-00000001");
    private static final InstanceId DB = new InstanceId("i-00000002");
    private static final Duration START = Duration.ofMillis(500);

    @TempDir
    Path data;

    private final VirtualTimeline timeline = new VirtualTimeline();
    private final List<SimulatedHypervisor> drivers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (SimulatedHypervisor driver : drivers) {
            driver.close();
        }
    }

    @Test
    void startsAGuestWhenItsTimeHasCome() {
        SimulatedHypervisor driver = driver();
        CompletionStage<Void> started = driver.start(HOST, guest(WEB));

        timeline.pass(START.minusMillis(1));
        assertThat(started).isNotCompleted();
        assertThat(guests(driver)).isEmpty();

        timeline.pass(Duration.ofMillis(1));
        assertThat(started).isCompleted();
        assertThat(guests(driver)).containsExactly(Map.entry(WEB, GuestState.RUNNING));
    }

    @Test
    void doesNotDoAgainWhatHasBeenDone() {
        SimulatedHypervisor driver = running(WEB);

        done(driver.start(HOST, guest(WEB)));
        done(driver.stop(HOST, WEB, false));
        done(driver.stop(HOST, WEB, true));
        assertThat(guests(driver)).containsExactly(Map.entry(WEB, GuestState.STOPPED));

        done(driver.destroy(HOST, WEB));
        done(driver.destroy(HOST, WEB));
        assertThat(guests(driver)).isEmpty();
    }

    @Test
    void startsAStoppedGuestAgain() {
        SimulatedHypervisor driver = running(WEB);
        done(driver.stop(HOST, WEB, true));
        done(driver.start(HOST, guest(WEB)));

        assertThat(guests(driver)).containsExactly(Map.entry(WEB, GuestState.RUNNING));
        assertThat(done(driver.console(HOST, WEB)).text()).contains("#2 SMP");
    }

    @Test
    void showsWhatTheGuestWouldHaveWritten() {
        SimulatedHypervisor driver = running(WEB);
        done(driver.reboot(HOST, WEB));
        assertThat(done(driver.console(HOST, WEB)).text()).contains(WEB + " login:").contains("#2 SMP").doesNotContain("Power down");

        done(driver.stop(HOST, WEB, true));
        assertThat(done(driver.console(HOST, WEB)).text()).endsWith("Power down\n");
    }

    @Test
    void aHostThatIsOffIsNotThereAndComesBackEmpty() {
        SimulatedHypervisor driver = running(WEB);
        assertThat(done(driver.isOn(HOST))).isTrue();

        done(driver.off(HOST));
        done(driver.off(HOST));
        assertThat(done(driver.hosts())).extracting(HostReport::host).doesNotContain(HOST).contains(OTHER);
        assertThat(done(driver.isOn(HOST))).isFalse();
        failsWith(Reason.UNAVAILABLE, driver.start(HOST, guest(DB)));

        CompletionStage<Void> on = driver.on(HOST);
        timeline.pass(Duration.ofSeconds(2));
        assertThat(on).isCompleted();
        assertThat(done(driver.hosts())).extracting(HostReport::host).contains(HOST);
        assertThat(guests(driver)).containsExactly(Map.entry(WEB, GuestState.STOPPED));
        assertThat(driver.controls(HOST)).isTrue();
        assertThat(driver.controls(new HostId("elsewhere"))).isFalse();
    }

    @Test
    void itsGuestsAreAsBusyAsTheModelSays() {
        SimulatedHypervisor driver = running(WEB);
        Duration before = done(driver.cpuTimes()).get(WEB);

        timeline.pass(Duration.ofMinutes(10));

        Duration used = done(driver.cpuTimes()).get(WEB).minus(before);
        assertThat(used.toMillis() / 600_000.0).isCloseTo(0.2 * guest(WEB).resources().cpus(), within(0.001));
    }

    @Test
    void refusesWhatTheGuestsStateDoesNotAllow() {
        SimulatedHypervisor driver = running(WEB);
        done(driver.stop(HOST, WEB, true));

        failsWith(Reason.CONFLICT, driver.reboot(HOST, WEB));
        failsWith(Reason.CONFLICT, driver.start(OTHER, guest(WEB)));
        failsWith(Reason.NOT_FOUND, driver.stop(HOST, DB, true));
        failsWith(Reason.NOT_FOUND, driver.console(OTHER, WEB));
        failsWith(Reason.NOT_FOUND, driver.start(new HostId("nowhere"), guest(DB)));
    }

    @Test
    void refusesAGuestThatDoesNotFitBesideThoseThatRun() {
        SimulatedHypervisor driver = driver("cpus", 1);
        done(driver.start(HOST, guest(WEB)));
        failsWith(Reason.EXHAUSTED, driver.start(HOST, guest(DB)));

        done(driver.stop(HOST, WEB, true));
        done(driver.start(HOST, guest(DB)));
        failsWith(Reason.EXHAUSTED, driver.start(HOST, guest(WEB)));
    }

    @Test
    void itsGuestsOutliveIt() throws IOException {
        SimulatedHypervisor driver = driver();
        List<InstanceId> launched = new ArrayList<>();
        for (int swap = 0; swap < 100; swap++) {
            InstanceId id = new InstanceId("i-%08x".formatted(swap));
            done(driver.start(swap % 2 == 0 ? HOST : OTHER, small(id)));
            launched.add(id);
            CompletionStage<Void> underWay = driver.start(HOST, small(new InstanceId("i-ffffffff")));
            driver.close();
            failsWith(Reason.UNAVAILABLE, underWay);
            driver = driver();
        }
        assertThat(guests(driver).keySet()).containsExactlyInAnyOrderElementsOf(launched);
    }

    @Test
    void aDriverThatWasTakenOutDoesNothingAnyMore() throws IOException {
        SimulatedHypervisor driver = running(WEB);
        driver.close();

        failsWith(Reason.UNAVAILABLE, driver.stop(HOST, WEB, true));
        failsWith(Reason.UNAVAILABLE, driver.hosts());
    }

    @Test
    void readsTheLedgerOfAProcessThatDiedWhileItWrote() throws IOException {
        running(WEB).close();
        Files.writeString(data.resolve("simulated/paper/guests"), "i-00000002 paper-00", StandardOpenOption.APPEND);

        assertThat(guests(driver())).containsOnlyKeys(WEB);
    }

    @Test
    void refusesALedgerThatIsNoLedger() throws IOException {
        running(WEB).close();
        Files.writeString(data.resolve("simulated/paper/guests"), "nonsense\n", StandardOpenOption.APPEND);

        assertThatThrownBy(this::driver).hasMessageContaining("nonsense");
        assertThatThrownBy(this::driver).as("and lets go of it").hasMessageContaining("nonsense");
    }

    @Test
    void keepsTheLedgerShort() throws IOException {
        SimulatedHypervisor driver = running(WEB);
        for (int round = 0; round < 10_000; round++) {
            done(driver.stop(HOST, WEB, true));
            done(driver.start(HOST, guest(WEB)));
        }
        assertThat(Files.readAllLines(data.resolve("simulated/paper/guests"))).hasSizeLessThan(10_010);
        driver.close();

        assertThat(guests(driver())).containsExactly(Map.entry(WEB, GuestState.RUNNING));
    }

    @Test
    void neverSharesAnEstateWithAnotherDriver() {
        driver();

        assertThatThrownBy(this::driver).hasMessageContaining("another simulated hypervisor uses");
    }

    @Test
    void refusesAnEstateOutsideItsDirectory() {
        assertThatThrownBy(() -> driver("estate", "../../etc")).hasMessageContaining("../../etc");
    }

    @Test
    void letsAsManyStartsFailAsTheModelSays() {
        SimulatedHypervisor driver = driver("failureRate", 0.25);
        int failures = 0;
        for (int start = 0; start < 1_000; start++) {
            InstanceId id = new InstanceId("i-%08x".formatted(start));
            CompletionStage<Void> started = driver.start(HOST, guest(id));
            timeline.pass(START);
            failures += started.toCompletableFuture().isCompletedExceptionally() ? 1 : 0;
            done(driver.destroy(HOST, id));
        }
        assertThat(failures).isBetween(200, 300);
    }

    @Test
    void drawsTheSameTimesFromTheSameSeed() {
        assertThat(startTimes(7)).isEqualTo(startTimes(7)).isNotEqualTo(startTimes(8));
    }

    @Test
    void tellsOfAGuestThatShutsDownByItself() {
        SimulatedHypervisor driver = driver("guestLifeMillis", 1_000L);
        List<InstanceId> stopped = new ArrayList<>();
        Runnable unwatch = driver.watch(new GuestListener() {
            @Override
            public void stopped(HostId host, InstanceId guest, String reason) {
                stopped.add(guest);
            }

            @Override
            public void hostsChanged() {
                throw new AssertionError("the hosts do not change");
            }
        });
        driver.start(HOST, guest(WEB));
        timeline.pass(Duration.ofMinutes(1));
        assertThat(stopped).containsExactly(WEB);
        assertThat(guests(driver)).containsExactly(Map.entry(WEB, GuestState.STOPPED));

        unwatch.run();
        driver.start(HOST, guest(WEB));
        timeline.pass(Duration.ofMinutes(1));
        assertThat(stopped).hasSize(1);
    }

    @Test
    void asksForARunningGuestToChangeItsLinksAndVolumes() {
        SimulatedHypervisor driver = running(WEB);
        done(driver.relink(HOST, WEB, guest(WEB).link()));

        done(driver.stop(HOST, WEB, true));
        failsWith(Reason.CONFLICT, driver.relink(HOST, WEB, guest(WEB).link()));
    }

    private List<Long> startTimes(long seed) {
        List<Long> times = new ArrayList<>();
        Chance chance = new Chance(Configs.with(Map.of("seed", seed, "startDeviationMillis", 100L)));
        for (int draw = 0; draw < 20; draw++) {
            times.add(chance.startTime().toNanos());
        }
        return times;
    }

    private SimulatedHypervisor running(InstanceId id) {
        SimulatedHypervisor driver = driver();
        done(driver.start(HOST, guest(id)));
        return driver;
    }

    private SimulatedHypervisor driver() {
        return driver(Map.of());
    }

    private SimulatedHypervisor driver(String name, Object value) {
        return driver(Map.of(name, value));
    }

    private SimulatedHypervisor driver(Map<String, Object> values) {
        try {
            SimulatedHypervisor driver = new SimulatedHypervisor(timeline, data, Configs.with(values));
            drivers.add(driver);
            return driver;
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private <T> T done(CompletionStage<T> stage) {
        timeline.pass(Duration.ofSeconds(1));
        assertThat(stage).isCompleted();
        return stage.toCompletableFuture().join();
    }

    private void failsWith(Reason reason, CompletionStage<?> stage) {
        timeline.pass(Duration.ofSeconds(1));
        assertThatThrownBy(() -> stage.toCompletableFuture().join()).isInstanceOf(CompletionException.class).cause()
                .asInstanceOf(type(HypervisorException.class)).extracting(HypervisorException::reason).isEqualTo(reason);
    }

    private Map<InstanceId, GuestState> guests(SimulatedHypervisor driver) {
        Map<InstanceId, GuestState> guests = new HashMap<>();
        for (HostReport report : done(driver.hosts())) {
            guests.putAll(report.guests());
        }
        return guests;
    }

    private static GuestSpec guest(InstanceId id) {
        return new GuestSpec(id, "\n; rm -rf", new Resources(1, 1_024, 10_240, 100), new BootSource.Nothing(), Optional.empty(), List.of(),
                new NetworkLink.None("52:54:00:00:00:01"));
    }

    private static GuestSpec small(InstanceId id) {
        return new GuestSpec(id, "small", new Resources(0, 1, 1, 1), new BootSource.Nothing(), Optional.empty(), List.of(),
                new NetworkLink.None("52:54:00:00:00:01"));
    }
}
