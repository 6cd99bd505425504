package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.kumiki.hypervisor.exec.Lab.GUEST;
import static org.kumiki.hypervisor.exec.Lab.HOST;
import static org.kumiki.hypervisor.exec.LifecycleTest.failsWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.Technology.Feature;

/** Scripts that fail, hang, lie, or are not to be trusted. */
class HostileScriptsTest {

    /** A guest that is on if there is a file, and a note of each action. */
    private static final String[] BOOKKEEPER = { "echo $1 >> $FILES/actions", "case $1 in", "create|start) touch $FILES/on;;", "stop) rm -f $FILES/on;;",
            "status) test -e $FILES/on && echo PowerOn || echo PowerOff;;", "esac" };

    @TempDir
    Path directory;

    private Lab lab;
    private ExecHypervisor driver;

    @BeforeEach
    void build() {
        lab = new Lab(directory);
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
    }

    private void use(Path script) throws IOException {
        use(script, Lab.PATIENCE);
    }

    private void use(Path script, Duration patience) throws IOException {
        close();
        driver = lab.driver(lab.settings(Config.Kind.CLOUDSTACK, script, EnumSet.of(Feature.STOP_START), patience));
    }

    /** @param first what the script does before anything else */
    private Path bookkeeper(String... first) throws IOException {
        return lab.script("bookkeeper", Stream.concat(Stream.of(first), Stream.of(BOOKKEEPER)).toArray(String[]::new));
    }

    private List<String> actions() throws IOException {
        return Files.readAllLines(directory.resolve("guests/actions"));
    }

    @Test
    void aScriptThatHangsIsEndedWithItsChildren() throws IOException {
        use(bookkeeper("if test $1 = create; then sleep 1000 & echo $! > $FILES/child; wait; fi"), Duration.ofSeconds(2));

        assertThatThrownBy(() -> driver.start(HOST, Lab.guest())).hasMessage("lab's create of " + GUEST + " did not end within 2 s, and was killed");

        ProcessHandle.of(Long.parseLong(Files.readString(directory.resolve("guests/child")).strip())).ifPresent(child -> child.onExit().join());
        assertThat(actions()).containsExactly("status", "delete");
        assertThat(Lab.states(driver)).isEmpty();
        assertThat(Files.list(lab.node.directory().resolve("exec/lab/payloads"))).isEmpty();
    }

    @Test
    void aScriptThatWritesAGigabyteIsCut() throws IOException {
        use(bookkeeper("test $1 = create && head -c 1000000000 /dev/zero"));

        assertThatThrownBy(() -> driver.start(HOST, Lab.guest())).hasMessageContaining("wrote more than 262144 bytes");

        assertThat(Lab.states(driver)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "echo '{\"error\": \"no room\"}'", "echo '{\"status\": \"error\", \"message\": \"no room\"}'",
            "echo '{\"success\": false, \"result\": {\"message\": \"no room\"}}'", "echo 'no room'; exit 1", "echo 'no room' >&2; exit 1" })
    void whatAScriptSaysOfItsFailureIsPassedOn(String failure) throws IOException {
        use(bookkeeper("if test $1 = create; then " + failure + "; exit; fi"));

        assertThatThrownBy(() -> driver.start(HOST, Lab.guest())).hasMessage("lab's create of " + GUEST + " failed: no room");

        assertThat(actions()).containsExactly("status", "delete");
        assertThat(Lab.states(driver)).isEmpty();
    }

    @Test
    void anActionThatAnExtensionDoesNotHaveIsUnsupported() throws IOException {
        use(bookkeeper("if test $1 = reboot; then echo '{\"error\":\"Invalid action\"}'; exit 1; fi"));
        driver.start(HOST, Lab.guest());

        failsWith(Reason.UNSUPPORTED, () -> driver.reboot(HOST, GUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = { "{", "[]", "null", "{\"power_state\": {}}", "{\"power_state\": 7}", "PowerOn PowerOff", "", "\\0\\033[2J" })
    void aStateThatMakesNoSenseIsTheLastOneThatDid(String nonsense) throws IOException {
        use(bookkeeper("if test $1 = status -a -e $FILES/mad; then printf '" + nonsense + "'; exit; fi"));
        driver.start(HOST, Lab.guest());

        Files.createFile(directory.resolve("guests/mad"));
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));

        use(directory.resolve("bookkeeper"));
        assertThat(driver.hosts()).as("a driver that knows no state before").isEmpty();
        assertThat(driver.technology().note()).contains("lab cannot say how " + GUEST + " is");
    }

    @Test
    void jsonThatIsDeepIsNoAnswer() throws IOException {
        use(bookkeeper("if test $1 = status -a -e $FILES/mad; then printf '{\"a\":%.0s' $(seq 20000); exit; fi"));
        driver.start(HOST, Lab.guest());
        Files.createFile(directory.resolve("guests/mad"));

        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @Test
    void aScriptThatSaysItHasStoppedAGuestIsNotBelievedWhileItSaysThatTheGuestIsOn() throws IOException {
        use(bookkeeper("test $1 = stop && exit"), Duration.ofSeconds(2));
        driver.start(HOST, Lab.guest());

        failsWith(Reason.UNAVAILABLE, () -> driver.stop(HOST, GUEST, true));
        failsWith(Reason.UNAVAILABLE, () -> driver.destroy(HOST, GUEST));

        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @Test
    void whatCannotBeClearedUpIsRememberedUntilItIsDestroyed() throws IOException {
        use(bookkeeper("if test ! -e $FILES/well; then case $1 in create|delete) exit 1;; esac; fi"));
        failsWith(Reason.UNAVAILABLE, () -> driver.start(HOST, Lab.guest()));
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
        failsWith(Reason.UNAVAILABLE, () -> driver.destroy(HOST, GUEST));

        Files.createFile(directory.resolve("guests/well"));
        driver.destroy(HOST, GUEST);

        assertThat(Lab.states(driver)).isEmpty();
    }

    @Test
    void whatWasMadeByHalfIsClearedUpBeforeItIsMadeAnew() throws IOException {
        use(bookkeeper("if test ! -e $FILES/well; then case $1 in create|delete) exit 1;; esac; fi"));
        failsWith(Reason.UNAVAILABLE, () -> driver.start(HOST, Lab.guest()));
        Files.createFile(directory.resolve("guests/well"));

        driver.start(HOST, Lab.guest());

        assertThat(actions()).endsWith("delete", "create");
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @Test
    void aScriptThatOthersMayWriteIsRefused() throws IOException {
        Path script = bookkeeper();
        use(script);
        driver.start(HOST, Lab.guest());

        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> driver.stop(HOST, GUEST, true)).hasMessage("a script is not run: " + script.toRealPath() + " may be written by others: chmod go-w "
                + script.toRealPath());
        failsWith(Reason.REFUSED, () -> driver.destroy(HOST, GUEST));
        assertThat(driver.hosts()).isEmpty();
        assertThat(driver.technology().note()).contains("may be written by others");

        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
    }

    @Test
    void aScriptInADirectoryThatOthersMayWriteIsRefused() throws IOException {
        Path script = lab.script("open/bookkeeper", BOOKKEEPER);
        Files.setPosixFilePermissions(script.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        use(script);

        assertThat(driver.hosts()).isEmpty();
        assertThat(driver.technology().note()).contains(script.getParent().toRealPath() + " may be written by others");
    }

    @Test
    void aLinkIsFollowedToWhatIsJudged() throws IOException {
        Path script = lab.script("open/bookkeeper", BOOKKEEPER);
        Files.setPosixFilePermissions(script.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        use(Files.createSymbolicLink(directory.resolve("link"), script));

        assertThat(driver.hosts()).isEmpty();
    }

    @Test
    void aNodeWithoutTheScriptIsNoHost() throws IOException {
        use(directory.resolve("nowhere"));

        assertThat(driver.hosts()).isEmpty();
        assertThat(driver.technology().note()).contains("there is no script " + directory.resolve("nowhere"));
    }

    @Test
    void aScriptFindsHardlyAnyEnvironmentAndAPayloadThatIsItsOwn() throws IOException {
        use(bookkeeper("env > $FILES/environment", "stat --format=%a \"$2\" \"$(dirname \"$2\")\" > $FILES/modes", "echo $3 > $FILES/seconds"));

        driver.start(HOST, Lab.guest());

        assertThat(Files.readAllLines(directory.resolve("guests/environment"))).extracting(line -> line.substring(0, line.indexOf('=')))
                .isSubsetOf("PATH", "LC_ALL", "HOME", "FILES", "HERE", "PWD", "OLDPWD", "SHLVL", "_");
        assertThat(Files.readAllLines(directory.resolve("guests/modes"))).containsExactly("600", "700");
        assertThat(Files.readString(directory.resolve("guests/seconds"))).isEqualTo("20\n");
    }

    @Test
    void whatAScriptSaysReachesTheOperatorWithoutItsControlCharacters() throws IOException {
        use(bookkeeper("printf 'cloning \\033[31mdisk\\n' >&2"));

        driver.start(HOST, Lab.guest());

        assertThat(driver.runs()).anyMatch(line -> line.contains("lab's create of " + GUEST + ": exit 0"))
                .anyMatch(line -> line.endsWith("  cloning  [31mdisk"));
    }
}
