package org.kumiki.power.wol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.model.HostId;
import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;
import org.kumiki.node.contract.PlainNode;

/** A sleeping machine is a socket on loopback here, which wakes when it hears its own address. */
class WakeOnLanTest {

    private static final HostId HOST = new HostId("desk-3");
    private static final String MAC = "52:54:00:12:34:56";

    private final Machine machine = new Machine();
    private DatagramSocket card;
    private WakeOnLan power;

    @BeforeEach
    void listen() throws IOException {
        card = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread sleeping = new Thread(this::sleep, "sleeping-card");
        sleeping.setDaemon(true);
        sleeping.start();
        power = new WakeOnLan(config());
        power.addNode(machine, Map.of("kumiki.node.kind", "ssh"));
    }

    @AfterEach
    void close() {
        card.close();
    }

    private void sleep() {
        byte[] wanted = HexFormat.of().parseHex("ff".repeat(6) + MAC.replace(":", "").repeat(16));
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        try {
            while (true) {
                card.receive(packet);
                if (Arrays.equals(wanted, Arrays.copyOf(packet.getData(), packet.getLength()))) {
                    machine.on = machine.wakes;
                }
            }
        } catch (IOException e) {
            return; // the test is over
        }
    }

    @Test
    void wakesAHostWhichProvesItByAnswering() throws Exception {
        power.on(HOST);

        assertThat(machine.on).isTrue();
        assertThat(power.isOn(HOST)).isTrue();
    }

    @Test
    void switchesAHostOffByItsOwnCommandAndKnowsAfterwards() throws Exception {
        machine.on = true;

        power.off(HOST);

        assertThat(machine.commands).contains(List.of("lights", "out"));
        assertThat(power.isOn(HOST)).isFalse();
        power.off(HOST);
        power.on(HOST);
        assertThat(power.isOn(HOST)).isTrue();
    }

    @Test
    void doesNotTakeAHostThatSleepsOnForAwake() {
        machine.wakes = false;

        assertThat(failure(() -> power.on(HOST))).isEqualTo(Reason.UNPROVEN);
    }

    @Test
    void doesNotTakeAHostThatStaysUpForOff() {
        machine.on = true;
        machine.obeys = false;

        assertThat(failure(() -> power.off(HOST))).isEqualTo(Reason.UNPROVEN);
        assertThat(power.isOn(HOST)).isTrue();
    }

    @Test
    void doesNotTakeSilenceForOff() {
        assertThat(failure(() -> power.isOn(HOST))).isEqualTo(Reason.UNPROVEN);
        assertThat(failure(() -> power.off(HOST))).isEqualTo(Reason.UNPROVEN);
    }

    @Test
    void saysWhenTheHostRefuses() {
        machine.on = true;
        machine.exitCode = 1;

        assertThat(failure(() -> power.off(HOST))).isEqualTo(Reason.REFUSED);
    }

    @Test
    void neverSwitchesOffThePlatformsOwnMachine() {
        machine.on = true;
        power.removeNode(machine);
        power.addNode(machine, Map.of("kumiki.node.kind", "local"));

        assertThat(failure(() -> power.off(HOST))).isEqualTo(Reason.REFUSED);
        assertThat(machine.commands).isEmpty();
    }

    @Test
    void switchesItsOwnHostAlone() {
        HostId other = new HostId("desk-4");

        assertThat(power.controls(HOST)).isTrue();
        assertThat(power.controls(other)).isFalse();
        assertThat(failure(() -> power.on(other))).isEqualTo(Reason.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "52:54:00:12:34", "52:54:00:12:34:5g", "52:54:00:12:34:56:78", "5254.0012.3456" })
    void refusesWhatIsNoAddressOfACard(String mac) {
        assertThatThrownBy(() -> MagicPacket.to(mac)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("six pairs");
    }

    private static Reason failure(ThrowingCallable call) {
        return catchThrowableOfType(PowerException.class, call).reason();
    }

    private WakeOnLan.Config config() {
        int port = card.getLocalPort();
        return new WakeOnLan.Config() {

            @Override
            public Class<? extends Annotation> annotationType() {
                return WakeOnLan.Config.class;
            }

            @Override
            public String host() {
                return HOST.value();
            }

            @Override
            public String mac() {
                return MAC;
            }

            @Override
            public String broadcast() {
                return "127.0.0.1";
            }

            @Override
            public int port() {
                return port;
            }

            @Override
            public String[] offCommand() {
                return new String[] { "lights", "out" };
            }

            @Override
            public int startSeconds() {
                return 5;
            }

            @Override
            public int stopSeconds() {
                return 4;
            }

            @Override
            public int silenceSeconds() {
                return 1;
            }
        };
    }

    /** A host that is on or not, and does as it is told or not. */
    private static final class Machine extends PlainNode {

        private final List<List<String>> commands = new CopyOnWriteArrayList<>();
        private volatile boolean on;
        private volatile boolean wakes = true;
        private volatile boolean obeys = true;
        private volatile int exitCode;

        Machine() {
            super(HOST.value(), Path.of("/nowhere"));
        }

        @Override
        public Finished run(List<String> command, Duration deadline) throws IOException {
            if (!on) {
                throw new IOException("no answer");
            }
            if (command.equals(List.of("true"))) {
                return new Finished(0, "", "");
            }
            commands.add(command);
            if (exitCode != 0) {
                return new Finished(exitCode, "", "not allowed");
            }
            on = !obeys;
            return new Finished(0, "", "");
        }
    }
}
