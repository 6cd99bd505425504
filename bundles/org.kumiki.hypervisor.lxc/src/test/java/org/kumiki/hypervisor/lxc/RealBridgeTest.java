package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.FirewallRule.Direction;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.GuestNetwork.LinkRequest;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.time.Timeline;
import org.kumiki.hypervisor.qemu.QemuHypervisor;
import org.kumiki.network.bridge.BridgeNetwork;
import org.kumiki.node.contract.PlainNode;

/**
 * A container and a machine of QEMU in one bridged network, on a host with a network of its own; the machine boots from that network. They reach
 * what their rules let them, and nothing else. The system is named as for {@link RealContainerTest}.
 */
@Tag("guest")
@Timeout(240)
class RealBridgeTest {

    private static final HostId HOST = new HostId("bridged");
    private static final InstanceId CONTAINER = new InstanceId("i-0b000000000000001");
    private static final InstanceId MACHINE = new InstanceId("i-0b000000000000002");
    private static final String CONTAINER_ADDRESS = "172.31.16.1";
    private static final String MACHINE_ADDRESS = "172.31.16.2";
    private static final String NAMESPACE = "kumiki-lxc-test-" + ProcessHandle.current().pid();
    private static final FirewallRule OUT = rule(Direction.EGRESS, "-1", -1);
    /** Says what the machine hears from the container, at a port that is open and at one that is not. */
    private static final String LISTEN = """
            #!/bin/sh
            ask() { echo "at $1: <$(printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w $2 %s $1 | tail -n 1)>"; }
            ask 8080 60
            ask 8081 4
            """.formatted(CONTAINER_ADDRESS);

    @TempDir
    Path temp;

    private Node node;
    private BridgeNetwork network;
    private LxcHypervisor containers;
    private QemuHypervisor machines;
    private Process metadata;

    @BeforeEach
    void begin() throws Exception {
        assumeTrue(System.getProperty("kumiki.guest.kernel") != null, "no system to run is named");
        Node machine = new PlainNode("machine", temp);
        Commands.run(machine, List.of("ip", "netns", "add", NAMESPACE));
        node = new PlainNode(HOST.value(), Files.createDirectory(temp.resolve("host")), List.of("nsenter", "--net=/run/netns/" + NAMESPACE));
        Commands.run(node, List.of("ip", "link", "set", "lo", "up"));
        network = Components.make(BridgeNetwork.class, Map.of("bridge", "kumiki0"), new Timeline() {

            @Override
            public Instant instant() {
                return Instant.now();
            }

            @Override
            public Runnable after(Duration delay, Runnable task) {
                return () -> { }; // nobody changes anything here that would have to be made again
            }
        });
        Components.call(network, "addNode", node, Map.of());
        containers = new LxcHypervisor(new LxcSettings(Path.of("/usr/bin/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000, true));
        containers.addNode(node);
        machines = Components.make(QemuHypervisor.class, Map.of("shutdownSeconds", 40));
        Components.call(machines, "addNode", node);
    }

    @AfterEach
    void end() throws Exception {
        if (node == null) {
            return;
        }
        containers.destroy(HOST, CONTAINER);
        machines.destroy(HOST, MACHINE);
        network.unlink(HOST, CONTAINER).toCompletableFuture().join();
        network.unlink(HOST, MACHINE).toCompletableFuture().join();
        if (metadata != null) {
            metadata.destroyForcibly().waitFor();
        }
        containers.stop();
        Components.call(machines, "stop");
        Components.call(network, "close");
        Commands.run(new PlainNode("machine", temp), List.of("ip", "netns", "delete", NAMESPACE));
    }

    private static FirewallRule rule(Direction direction, String protocol, int port) {
        return new FirewallRule("sgr-0", direction, protocol, port, port, Optional.of("0.0.0.0/0"), Optional.empty(), "");
    }

    private NetworkLink linkContainer(FirewallRule... rules) {
        return network.link(new LinkRequest(HOST, MetadataMain.metadata(CONTAINER.value(), CONTAINER_ADDRESS, Optional.empty()), List.of(rules),
                Optional.empty(), true)).toCompletableFuture().join();
    }

    /** From the host's own side of the network, as the platform does on its own machine. */
    private void serveMetadata() throws IOException {
        Commands.run(node, List.of("ip", "address", "add", "169.254.169.254/32", "dev", "kumiki0"));
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + NAMESPACE,
                Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx64m", "-XX:+UseSerialGC", "-cp",
                System.getProperty("java.class.path"), MetadataMain.class.getName()));
        command.addAll(List.of(CONTAINER.value(), CONTAINER_ADDRESS, "", MACHINE.value(), MACHINE_ADDRESS,
                Base64.getEncoder().encodeToString(LISTEN.getBytes(UTF_8))));
        metadata = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(new BufferedReader(new InputStreamReader(metadata.getInputStream(), UTF_8)).readLine()).isEqualTo("serving");
    }

    private void startContainer(NetworkLink link) {
        containers.start(HOST, new GuestSpec(CONTAINER, "container", new Resources(1, 128, 64, 10), new BootSource.Kernel(kernel(), initrd(), ""),
                Optional.empty(), List.of(), link));
    }

    private void startMachine() {
        BootSource.Kernel image = new BootSource.Kernel(kernel(), initrd(), "console=ttyS0 quiet panic=1", Optional.of(kernel().resolveSibling("vmlinuz")));
        NetworkLink link = network.link(new LinkRequest(HOST, MetadataMain.metadata(MACHINE.value(), MACHINE_ADDRESS, Optional.empty()),
                List.of(rule(Direction.INGRESS, "tcp", 22), OUT), Optional.of(image), false)).toCompletableFuture().join();
        machines.start(HOST, new GuestSpec(MACHINE, "machine", new Resources(1, 256, 64, 10), new BootSource.Network(), Optional.empty(), List.of(),
                link, Hardware.parse("boot=network")));
    }

    private static Path kernel() {
        return Path.of(System.getProperty("kumiki.guest.kernel"));
    }

    private static Path initrd() {
        return Path.of(System.getProperty("kumiki.guest.initrd"));
    }

    /** What a program in the container says. */
    private String inside(String command) throws IOException {
        return node.run(List.of("lxc-attach", "--lxcpath=/run/kumiki-lxc/stage", "--name=" + CONTAINER + "@" + HOST, "--clear-env", "--", "sh", "-c",
                command), Duration.ofSeconds(30)).output();
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    @Test
    void containersAndMachinesReachEachOtherAsTheirRulesSay() throws Exception {
        NetworkLink link = linkContainer(rule(Direction.INGRESS, "tcp", 8080), OUT);
        serveMetadata();
        startContainer(link);
        await(() -> containers.console(HOST, CONTAINER).text().contains(" ready"));
        assertThat(containers.console(HOST, CONTAINER).text()).as("it has asked the metadata service").contains("ip-172-31-16-1");
        inside("mkdir /www; echo hello > /www/index.html; httpd -h /www -p 8080; httpd -h /www -p 8081");

        startMachine();

        await(() -> machines.console(HOST, MACHINE).text().contains("at 8081:"));
        assertThat(machines.console(HOST, MACHINE).text()).contains("at 8080: <hello>", "at 8081: <>");
        await(() -> inside("nc -w 4 " + MACHINE_ADDRESS + " 22 </dev/null | head -c 4").startsWith("SSH-"));
        linkContainer(rule(Direction.INGRESS, "tcp", 8080));
        assertThat(inside("nc -w 4 " + MACHINE_ADDRESS + " 22 </dev/null | head -c 4")).as("no rule lets it out").isEmpty();

        containers.stop(HOST, CONTAINER, true);
        startContainer(linkContainer(OUT));
        await(() -> inside("nc -w 4 " + MACHINE_ADDRESS + " 22 </dev/null | head -c 4").startsWith("SSH-"));

        containers.destroy(HOST, CONTAINER);
        network.unlink(HOST, CONTAINER).toCompletableFuture().join();
        machines.destroy(HOST, MACHINE);
        network.unlink(HOST, MACHINE).toCompletableFuture().join();
        assertThat(Commands.run(node, List.of("ip", "-o", "link"))).doesNotContain("kumi", "kumn");
        assertThat(node.list(Path.of("/run/netns"))).doesNotContain("lxc-" + CONTAINER + "@" + HOST);
    }
}
