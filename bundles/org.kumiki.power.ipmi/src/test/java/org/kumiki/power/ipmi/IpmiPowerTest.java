package org.kumiki.power.ipmi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalInt;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.HostId;
import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;
import org.kumiki.node.contract.PlainNode;

/** Against OpenIPMI's simulator, over real IPMI. */
class IpmiPowerTest {

    private static final HostId HOST = new HostId("rack1-07");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path temp;

    private Simulator simulator;

    @BeforeEach
    void start() throws IOException {
        simulator = Simulator.start(temp);
    }

    @AfterEach
    void stop() {
        if (simulator != null) {
            simulator.close();
        }
    }

    private IpmiPower power() {
        return power(simulator.controller());
    }

    private static IpmiPower power(Controller controller) {
        return new IpmiPower(HOST, new Ipmitool(new PlainNode("here", Path.of("/nowhere")), "ipmitool", controller, PATIENCE), Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    private static Reason failure(ThrowingCallable call) {
        return catchThrowableOfType(PowerException.class, call).reason();
    }

    @Test
    void switchesAHostOnAndOffAndReadsHowItIs() throws Exception {
        IpmiPower power = power();
        assertThat(power.isOn(HOST)).isFalse();

        power.on(HOST);
        assertThat(simulator.isOn()).isTrue();
        assertThat(power.isOn(HOST)).isTrue();

        power.off(HOST);
        assertThat(simulator.isOn()).isFalse();
        assertThat(simulator.calls()).contains("set power 1", "set shutdown 1").doesNotContain("set power 0");
    }

    @Test
    void cutsOffAHostThatDoesNotShutDown() throws Exception {
        simulator.chassis("""
                case "$1 $2" in
                "get power") echo "power:$(cat "$state")" ;;
                "set power") echo "$3" >"$state" ;;
                esac
                """);
        simulator.set(true);

        power().off(HOST);

        assertThat(simulator.isOn()).isFalse();
        assertThat(simulator.calls()).containsSubsequence("set shutdown 1", "set power 0");
    }

    @Test
    void asksForNothingWhatIsSoAlready() throws Exception {
        simulator.set(true);

        power().on(HOST);

        assertThat(simulator.calls()).containsOnly("get power");
    }

    @Test
    void doesNotBelieveAControllerThatOnlySaysItDidIt() throws Exception {
        simulator.chassis("[ \"$1\" != get ] || echo \"power:$(cat \"$state\")\"\n");

        assertThat(failure(() -> power().on(HOST))).isEqualTo(Reason.UNPROVEN);

        simulator.set(true);
        assertThat(failure(() -> power().off(HOST))).isEqualTo(Reason.UNPROVEN);
    }

    @Test
    void doesNotBelieveAControllerWhoseChassisTalksNonsense() throws Exception {
        simulator.chassis("echo 'power:maybe'; exit 1\n");

        assertThat(failure(() -> power().isOn(HOST))).isIn(Reason.UNAVAILABLE, Reason.REFUSED);
        assertThat(failure(() -> power().on(HOST))).isIn(Reason.UNAVAILABLE, Reason.REFUSED);
    }

    @Test
    void givesUpOnAControllerThatHangs() throws Exception {
        IpmiPower power = power();
        power.isOn(HOST);

        simulator.hang();

        assertThat(failure(() -> power.on(HOST))).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void givesUpOnAControllerThatIsGone() {
        simulator.close();

        assertThat(failure(() -> power().isOn(HOST))).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void givesUpWhenTheSessionIsLostInTheMiddle() throws Exception {
        simulator.chassis("""
                case "$1 $2" in
                "get power") echo "power:0" ;;
                "set power") kill -KILL "$PPID" ;;
                esac
                """);

        assertThat(failure(() -> power().on(HOST))).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void givesUpOnAControllerThatAnswersGarbage() throws Exception {
        try (DatagramSocket garbage = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread noise = new Thread(() -> {
                byte[] bytes = "\0\1\2 not what you asked for \377".repeat(20).getBytes(UTF_8);
                DatagramPacket asked = new DatagramPacket(new byte[2048], 2048);
                try {
                    while (true) {
                        garbage.receive(asked);
                        garbage.send(new DatagramPacket(bytes, bytes.length, asked.getSocketAddress()));
                    }
                } catch (IOException e) {
                    return; // the test is over
                }
            });
            noise.start();

            assertThat(failure(() -> power(new Controller("127.0.0.1", garbage.getLocalPort(), "kumiki", temp.resolve("right"), OptionalInt.of(3)))
                    .isOn(HOST))).isEqualTo(Reason.UNAVAILABLE);
        }
    }

    @Test
    void isNotLetInWithAWrongPassword() throws IOException {
        assertThat(failure(() -> power(simulator.controller("kumiki", simulator.password("wrong", "guess"))).on(HOST))).isEqualTo(Reason.UNAVAILABLE);
        assertThat(simulator.isOn()).isFalse();
    }

    @Test
    void usesNoPasswordThatOthersMayRead() throws IOException {
        Path file = simulator.password("open", "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(failure(() -> power(simulator.controller("kumiki", file)).isOn(HOST))).isEqualTo(Reason.REFUSED);
    }

    @Test
    void showsNoPasswordOnACommandLine() {
        assertThat(simulator.controller().command("ipmitool", "chassis", "power", "status")).doesNotContain("secret", "-P")
                .containsSequence("-f", temp.resolve("right").toString());
    }

    @Test
    void doesNotTakeAnAddressForAnOption() {
        assertThatThrownBy(() -> new Controller("-Hevil", 623, "kumiki", temp, OptionalInt.empty())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void controlsItsOwnHostAlone() throws Exception {
        HostId other = new HostId("rack1-08");

        assertThat(power().controls(HOST)).isTrue();
        assertThat(power().controls(other)).isFalse();
        assertThat(failure(() -> power().on(other))).isEqualTo(Reason.REFUSED);
    }

    @Test
    void saysWhenTheProgramIsMissing() {
        IpmiPower power = new IpmiPower(HOST, new Ipmitool(new PlainNode("here", Path.of("/nowhere")), "kumiki-no-such-program", simulator.controller(), PATIENCE), PATIENCE, PATIENCE);

        assertThat(failure(() -> power.isOn(HOST))).isEqualTo(Reason.UNAVAILABLE);
    }
}
