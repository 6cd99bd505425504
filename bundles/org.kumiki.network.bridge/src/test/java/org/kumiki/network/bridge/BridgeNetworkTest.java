package org.kumiki.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.GuestMetadata;
import org.kumiki.api.network.GuestNetwork.LinkRequest;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.time.Timeline;

class BridgeNetworkTest {

    private static final HostId HOST = new HostId("rack1-07");
    private static final GuestMetadata GUEST = MetadataMain.metadata("i-00000000000000001", "172.31.16.1");

    private final List<String> run = new ArrayList<>();
    private BridgeNetwork network;
    /** What the host lacks, and says then. */
    private String lacks = "";

    @BeforeEach
    void open() throws IOException {
        network = new BridgeNetwork(config("kumiki0", "172.31.0.0/16"), new Timeline() {
            @Override
            public Instant instant() {
                return Instant.EPOCH;
            }

            @Override
            public Runnable after(Duration delay, Runnable task) {
                return () -> {
                };
            }
        });
        network.addNode(node(), Map.of());
    }

    @AfterEach
    void close() throws IOException {
        network.close();
    }

    @Test
    void aHostWithoutANodeHasNoNetwork() {
        LinkRequest request = new LinkRequest(new HostId("paper-1"), GUEST, List.of());

        assertThat(network.link(request).toCompletableFuture().join()).isEqualTo(new NetworkLink.None("02:4b:4d:1f:10:01"));
        assertThat(network.unlink(new HostId("paper-1"), GUEST.instance()).toCompletableFuture().join()).isNull();
        assertThat(run).isEmpty();
    }

    @Test
    void aHostThatLacksAProgramIsNamedWithWhatToInstall() {
        lacks = "nft";

        assertFails(network.link(request("172.31.16.1")), Reason.UNAVAILABLE,
                "rack1-07 lacks nft: install the packages iproute2, nftables and dnsmasq-base");
        assertThat(run).allMatch(command -> command.matches("ip -V|dnsmasq --version|nft list tables"));
    }

    @Test
    void aHostWhereThePlatformMayNotChangeTheNetworkIsNamed() {
        lacks = "privilege";

        assertFails(network.link(request("172.31.16.1")), Reason.UNAVAILABLE, "it must run there as root, or with CAP_NET_ADMIN");
        assertThat(run).allMatch(command -> command.matches("ip -V|dnsmasq --version|nft list tables"));
    }

    @Test
    void whatMeansNothingIsRefusedBeforeAnythingIsDone() {
        FirewallRule odd = Rules.in("tcp accept", 22, 22, Rules.ANYWHERE);

        assertFails(network.link(request("172.31.16.1", odd)), Reason.REFUSED, "means nothing");
        assertFails(network.link(request("10.0.0.1")), Reason.REFUSED, "the address 10.0.0.1 is not for guests");
        assertFails(network.link(request("172.31.0.1")), Reason.REFUSED, "the address 172.31.0.1 is not for guests");
        assertThat(run).isEmpty();
    }

    @Test
    void aGuestCannotMoveToWhereNothingIsPrepared() {
        assertFails(network.switchOver(GUEST.instance(), HOST, new HostId("rack1-08")), Reason.UNAVAILABLE, "rack1-08 cannot be reached");
        assertFails(network.switchOver(GUEST.instance(), new HostId("rack1-08"), HOST), Reason.UNAVAILABLE, "has not been prepared on rack1-07");
    }

    @Test
    void unlinkingWhatWasNeverLinkedIsNoError() {
        assertThat(network.unlink(HOST, new InstanceId("i-00000000000000009")).toCompletableFuture().join()).isNull();
        assertThat(run).isEmpty();
    }

    @Test
    void refusesAConfigurationThatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BridgeNetwork(config("-x", "172.31.0.0/16"), null));
        assertThatIllegalArgumentException().isThrownBy(() -> new BridgeNetwork(config("kumiki0", "172.31.0.0"), null));
    }

    private static void assertFails(CompletionStage<?> stage, Reason reason, String message) {
        assertThatThrownBy(() -> stage.toCompletableFuture().join()).isInstanceOf(CompletionException.class).cause()
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(reason)).hasMessageContaining(message);
    }

    private static LinkRequest request(String address, FirewallRule... rules) {
        return new LinkRequest(HOST, MetadataMain.metadata("i-00000000000000001", address), List.of(rules));
    }

    private Node node() {
        return (Node) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Node.class },
                (proxy, method, arguments) -> switch (method.getName()) {
            case "name" -> HOST.value();
            case "directory" -> Path.of("/nowhere");
            case "list" -> List.of();
            case "run" -> finished((List<?>) arguments[0]);
            default -> null;
        });
    }

    private Node.Finished finished(List<?> command) throws IOException {
        String line = String.join(" ", command.stream().map(Object::toString).toList());
        run.add(line);
        if (line.startsWith(lacks + " ")) {
            throw new IOException("Cannot run program \"" + lacks + "\": No such file or directory");
        }
        boolean denied = lacks.equals("privilege") && line.startsWith("nft ");
        return new Node.Finished(denied || line.startsWith("ip link show") ? 1 : 0, "", denied ? "Operation not permitted (you must be root)" : "");
    }

    private static BridgeNetwork.Config config(String bridge, String cidr) {
        Map<String, Object> values = Map.of("bridge", bridge, "cidr", cidr);
        return (BridgeNetwork.Config) Proxy.newProxyInstance(BridgeNetwork.Config.class.getClassLoader(),
                new Class<?>[] { BridgeNetwork.Config.class, Annotation.class },
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
