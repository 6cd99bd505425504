package org.kumiki.power.wol;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.model.HostId;
import org.kumiki.api.node.Node;
import org.kumiki.api.power.BlockingHostPower;
import org.kumiki.api.power.PowerException;
import org.kumiki.api.power.PowerException.Reason;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Switches one host that has no management controller: on by a magic packet, which it proves by answering; off by its own command. One
 * for each configuration; one thing after another.
 * <p>
 * Nothing reads whether such a host has power. That it is silent counts as off only right after it took the command; a host that is
 * silent for any other reason is in a state that is not known, and is said to be.
 */
@Component(configurationPid = WakeOnLan.PID, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = WakeOnLan.Config.class, factory = true)
public class WakeOnLan implements BlockingHostPower {

    static final String PID = "org.kumiki.power.wol";

    private static final String KIND = "kumiki.node.kind";
    private static final Duration TO_ANSWER = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    @ObjectClassDefinition(name = "Kumiki Power by Wake-on-LAN", description = "A host that a magic packet wakes.")
    @interface Config {

        @AttributeDefinition(name = "Host", description = "Its name in the datacenter; a node by SSH of the same name must be configured.")
        String host();

        @AttributeDefinition(name = "MAC address", description = "Of the network card that wakes it.")
        String mac();

        @AttributeDefinition(name = "Broadcast address", description = "Of the network that the card is in.")
        String broadcast() default "255.255.255.255";

        @AttributeDefinition(name = "Port", description = "That the packet is sent to.")
        int port() default 9;

        @AttributeDefinition(name = "Off command", description = "Run on the host as its user: program and arguments.")
        String[] offCommand() default { "systemctl", "poweroff" };

        @AttributeDefinition(name = "Start patience", description = "Seconds until it must answer.")
        int startSeconds() default 300;

        @AttributeDefinition(name = "Stop patience", description = "Seconds until it must have fallen silent.")
        int stopSeconds() default 180;

        @AttributeDefinition(name = "Silence", description = "Seconds without an answer that count as off.")
        int silenceSeconds() default 15;
    }

    private final HostId host;
    private final MagicPacket packet;
    private final InetSocketAddress where;
    private final List<String> offCommand;
    private final Duration toStart;
    private final Duration toStop;
    private final Duration silence;
    private final Map<String, Node> nodes = new ConcurrentHashMap<>();
    private volatile boolean switchedOff;

    @Activate
    public WakeOnLan(Config config) {
        host = new HostId(config.host());
        packet = MagicPacket.to(config.mac());
        where = new InetSocketAddress(config.broadcast(), config.port());
        offCommand = List.of(config.offCommand());
        toStart = Duration.ofSeconds(config.startSeconds());
        toStop = Duration.ofSeconds(config.stopSeconds());
        silence = Duration.ofSeconds(config.silenceSeconds());
    }

    /** The platform's own machine is never taken for a host to be switched off. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNode(Node node, Map<String, Object> properties) {
        if (!"local".equals(properties.get(KIND))) {
            nodes.put(node.name(), node);
        }
    }

    void removeNode(Node node) {
        nodes.remove(node.name(), node);
    }

    @Override
    public boolean controls(HostId asked) {
        return host.equals(asked);
    }

    @Override
    public void on(HostId asked) throws InterruptedException {
        check(asked);
        long end = System.nanoTime() + toStart.toNanos();
        while (!answers()) {
            if (System.nanoTime() > end) {
                throw new PowerException(Reason.UNPROVEN, host + " was sent magic packets and did not answer within " + toStart);
            }
            wake();
            pause();
        }
        switchedOff = false;
    }

    private void wake() {
        try {
            packet.send(where);
        } catch (IOException e) {
            throw new PowerException(Reason.UNAVAILABLE, "no magic packet can be sent to " + where + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void off(HostId asked) throws InterruptedException {
        check(asked);
        if (answers()) {
            order();
            awaitSilence();
            switchedOff = true;
        } else if (!switchedOff) {
            throw unknown();
        }
    }

    @Override
    public boolean isOn(HostId asked) {
        check(asked);
        if (answers()) {
            switchedOff = false;
            return true;
        }
        if (!switchedOff) {
            throw unknown();
        }
        return false;
    }

    private void check(HostId asked) {
        if (!controls(asked)) {
            throw new PowerException(Reason.REFUSED, "this switches " + host + ", not " + asked);
        }
    }

    private PowerException unknown() {
        return new PowerException(Reason.UNPROVEN, host + " does not answer, and nothing tells whether it is off or out of reach");
    }

    /** A host that obeys may be gone before it has said so. */
    private void order() {
        Node.Finished finished;
        try {
            finished = node().run(offCommand, TO_ANSWER);
        } catch (IOException e) {
            return; // its silence must prove it
        }
        if (!finished.succeeded()) {
            throw new PowerException(Reason.REFUSED, host + " does not switch itself off: " + finished.errors().strip());
        }
    }

    private void awaitSilence() throws InterruptedException {
        long end = System.nanoTime() + toStop.toNanos();
        long heard = System.nanoTime();
        while (true) {
            if (answers()) {
                heard = System.nanoTime();
                if (heard > end) {
                    throw new PowerException(Reason.UNPROVEN, host + " was told to switch itself off and still answers after " + toStop);
                }
            } else if (System.nanoTime() - heard >= silence.toNanos()) {
                return;
            }
            pause();
        }
    }

    private boolean answers() {
        try {
            return node().run(List.of("true"), TO_ANSWER).succeeded();
        } catch (IOException e) {
            return false;
        }
    }

    private Node node() {
        Node node = nodes.get(host.value());
        if (node == null) {
            throw new PowerException(Reason.REFUSED, "there is no node by SSH of the name " + host + ", so nothing could prove how it is");
        }
        return node;
    }

    private static void pause() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(BETWEEN_LOOKS.toNanos());
    }
}
