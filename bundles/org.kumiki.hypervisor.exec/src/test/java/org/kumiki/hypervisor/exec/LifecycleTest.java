package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kumiki.hypervisor.exec.Lab.GUEST;
import static org.kumiki.hypervisor.exec.Lab.HOST;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;

/** What both kinds of scripts do alike, by the project's own ones, whose guests are processes. */
class LifecycleTest {

    private static final InstanceId OTHER = new InstanceId("i-0a1b2c3d4e5f60719");

    @TempDir
    Path directory;

    private Lab lab;
    private final List<ExecHypervisor> drivers = new ArrayList<>();

    @BeforeEach
    void build() {
        lab = new Lab(directory);
    }

    @AfterEach
    void tidy() {
        for (ExecHypervisor driver : drivers) {
            driver.hosts().forEach(host -> host.guests().keySet().forEach(guest -> driver.destroy(host.host(), guest)));
            driver.close();
        }
    }

    private ExecHypervisor driver(Config.Kind kind) throws IOException {
        return driver(kind, Lab.SELDOM);
    }

    private ExecHypervisor driver(Config.Kind kind, Duration betweenLooks) throws IOException {
        ExecHypervisor driver = lab.driver(lab.settings(kind, Lab.PATIENCE, betweenLooks));
        drivers.add(driver);
        return driver;
    }

    @ParameterizedTest
    @EnumSource
    void aGuestIsMadeStoppedStartedAndDestroyed(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);

        driver.start(HOST, Lab.guest());
        driver.start(HOST, Lab.guest());
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        ProcessHandle first = process().orElseThrow();

        driver.stop(HOST, GUEST, false);
        driver.stop(HOST, GUEST, false);
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(runs(first)).isFalse();

        driver.start(HOST, Lab.guest());
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        ProcessHandle second = process().orElseThrow();

        driver.destroy(HOST, GUEST);
        driver.destroy(HOST, GUEST);
        assertThat(Lab.states(driver)).isEmpty();
        assertThat(runs(second)).isFalse();
        assertThat(lab.node.list(lab.node.directory().resolve("exec/lab"))).containsExactly("payloads");
    }

    @ParameterizedTest
    @EnumSource
    void aGuestThatIsRestartedIsAnotherProcess(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);
        driver.start(HOST, Lab.guest());
        ProcessHandle first = process().orElseThrow();

        driver.reboot(HOST, GUEST);

        assertThat(runs(first)).isFalse();
        assertThat(process()).isPresent();
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @ParameterizedTest
    @EnumSource
    void whoComesNextFindsWhatRuns(Config.Kind kind) throws IOException {
        ExecHypervisor before = driver(kind);
        before.start(HOST, Lab.guest());
        before.close();
        drivers.clear();

        ExecHypervisor after = driver(kind);
        assertThat(Lab.states(after)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        after.stop(HOST, GUEST, true);

        assertThat(Lab.states(after)).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        assertThat(process()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whoGoesWhileItHasGuestsSaysSo(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);
        driver.hosts();
        assertThat(driver.farewell()).isEmpty();

        driver.start(HOST, Lab.guest());

        assertThat(driver.farewell()).contains("lab is taken out, and its guests are left as they are until it is back: " + GUEST);
    }

    @ParameterizedTest
    @EnumSource
    void aGuestThatEndsByItselfIsToldOfOnce(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);
        List<InstanceId> stopped = new ArrayList<>();
        driver.watch(whenStopped(stopped::add));
        driver.start(HOST, Lab.guest());
        ProcessHandle process = process().orElseThrow();
        process.destroyForcibly();
        process.onExit().join();

        driver.hosts();
        driver.hosts();

        assertThat(stopped).containsExactly(GUEST);
    }

    @ParameterizedTest
    @EnumSource
    void whoFailsToHearOfOneGuestHearsOfTheNext(Config.Kind kind) throws Exception {
        ExecHypervisor quiet = driver(kind);
        quiet.start(HOST, Lab.guest());
        quiet.start(HOST, Lab.guest(OTHER, "other"));
        ExecHypervisor driver = driver(kind, Lab.OFTEN);
        BlockingQueue<InstanceId> told = new LinkedBlockingQueue<>();
        driver.watch(whenStopped(guest -> {
            told.add(guest);
            throw new IllegalStateException("I am not well");
        }));
        driver.hosts();
        for (InstanceId guest : List.of(GUEST, OTHER)) {
            quiet.stop(HOST, guest, true);
            assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo(guest);
        }
    }

    private static GuestListener whenStopped(Consumer<InstanceId> deed) {
        return new GuestListener() {

            @Override
            public void stopped(HostId host, InstanceId guest, String reason) {
                deed.accept(guest);
            }

            @Override
            public void hostsChanged() {
                // hosts are all the same here
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotThereIsNotFound(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);

        failsWith(Reason.NOT_FOUND, () -> driver.stop(HOST, GUEST, true));
        failsWith(Reason.NOT_FOUND, () -> driver.reboot(HOST, GUEST));
        failsWith(Reason.NOT_FOUND, () -> driver.console(HOST, GUEST));
        failsWith(Reason.NOT_FOUND, () -> driver.start(new HostId("elsewhere"), Lab.guest()));
    }

    @ParameterizedTest
    @EnumSource
    void aGuestThatIsOffIsNotRestarted(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);
        driver.start(HOST, Lab.guest());
        driver.stop(HOST, GUEST, true);

        failsWith(Reason.CONFLICT, () -> driver.reboot(HOST, GUEST));
    }

    @ParameterizedTest
    @EnumSource
    void aConsoleIsReadWhereThereIsAnActionForIt(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);
        driver.start(HOST, Lab.guest());

        if (kind == Config.Kind.CLOUDSTACK) {
            while (!driver.console(HOST, GUEST).text().contains("up\n")) { // before that it does not know what to do when it is asked to end
                Thread.onSpinWait();
            }
            driver.stop(HOST, GUEST, false);
            assertThat(driver.console(HOST, GUEST).text()).startsWith(GUEST + " up\n").endsWith("down\n");
        } else {
            failsWith(Reason.UNSUPPORTED, () -> driver.console(HOST, GUEST));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAClientCallsAGuestChangesNothing(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);
        List<String> names = List.of("-rf", "a,b=c", "\"]}'; touch /tmp/x; '", "line\nline", "</name><name>", "$(reboot)", "\u0000\u001b[31m", "");
        for (String name : names) {
            driver.start(HOST, Lab.guest(GUEST, name));
            assertThat(Lab.states(driver)).as(name).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
            driver.destroy(HOST, GUEST);
        }
        assertThat(Lab.states(driver)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLeftOfWhatScriptsWereGivenToRead(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);

        driver.start(HOST, Lab.guest());
        driver.hosts();

        try (Stream<Path> left = Files.list(lab.node.directory().resolve("exec/lab/payloads"))) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void guestsOfOneNodeHaveDifferentNumbers(Config.Kind kind) throws IOException {
        ExecHypervisor driver = driver(kind);
        InstanceId other = new InstanceId("i-11111111");
        driver.start(HOST, Lab.guest());
        driver.start(HOST, Lab.guest(other, "other"));

        driver.stop(HOST, other, true);

        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING, other, GuestState.STOPPED));
    }

    /** The process of the only guest that is on. */
    private Optional<ProcessHandle> process() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(each -> Lab.command(each).contains("wait $!; done") && Lab.command(each).contains(directory.toString())).findFirst();
        }
    }

    private static boolean runs(ProcessHandle process) {
        return !Lab.command(process).isEmpty();
    }

    static void failsWith(Reason reason, Runnable deed) {
        assertThatThrownBy(deed::run).asInstanceOf(InstanceOfAssertFactories.type(HypervisorException.class))
                .extracting(HypervisorException::reason).isEqualTo(reason);
    }
}
