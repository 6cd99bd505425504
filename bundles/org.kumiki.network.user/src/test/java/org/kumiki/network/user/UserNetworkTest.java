package org.kumiki.network.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.network.GuestMetadata;
import org.kumiki.api.network.GuestNetwork.LinkRequest;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.time.Timeline;
import org.kumiki.node.contract.PlainNode;

class UserNetworkTest {

    private static final HostId HOST = new HostId("here");
    private static final InstanceId GUEST = new InstanceId("i-00000000000000001");

    @TempDir
    Path temp;

    private UserNetwork network;

    @BeforeEach
    void begin() throws IOException {
        network = new UserNetwork(Set.of("xen"), new Timeline() {

            @Override
            public Instant instant() {
                return Instant.EPOCH;
            }

            @Override
            public Runnable after(Duration delay, Runnable task) {
                return () -> { };
            }
        });
        network.addNode(new PlainNode(HOST.value(), Files.createDirectory(temp.resolve("node"))), Map.of());
    }

    @AfterEach
    void end() throws IOException {
        network.close();
    }

    private NetworkLink link(Optional<BootSource.Kernel> boot) {
        return link(HOST, boot);
    }

    private NetworkLink link(HostId host, Optional<BootSource.Kernel> boot) {
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-00000000"), "02:4b:4d:1f:10:01", "172.31.16.1", Optional.empty());
        GuestMetadata metadata = new GuestMetadata(GUEST, new AccountId("000000000001"), "r-00000000", 0, new ImageId("ami-00000000"), "t2.nano",
                "us-east-1", "us-east-1a", nic, List.of("default"), Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
        return network.link(new LinkRequest(host, metadata, List.of(), boot, false)).toCompletableFuture().join();
    }

    private BootSource.Kernel kernel() throws IOException {
        return new BootSource.Kernel(temp.resolve("vmlinux"), Files.writeString(temp.resolve("initrd"), "system"), "quiet",
                Optional.of(Files.writeString(temp.resolve("vmlinuz"), "kernel")));
    }

    @Test
    void offersWhatAGuestBootsAndTakesItAwayWithTheLink() throws IOException {
        Path files = temp.resolve("node/boot").resolve(GUEST.value());

        assertThat(link(Optional.of(kernel()))).isInstanceOfSatisfying(NetworkLink.User.class, link -> assertThat(link.bootFiles()).contains(files));
        assertThat(files).isDirectoryContaining("glob:**/boot.ipxe").isDirectoryContaining("glob:**/kernel");

        network.unlink(HOST, GUEST).toCompletableFuture().join();
        assertThat(files).doesNotExist();
    }

    @Test
    void offersNothingToOthers() {
        assertThat(link(Optional.empty())).isInstanceOfSatisfying(NetworkLink.User.class, link -> assertThat(link.bootFiles()).isEmpty());
        assertThat(temp.resolve("node/boot")).doesNotExist();
    }

    @Test
    void saysWhyAnImageCannotBeOffered() {
        assertThatThrownBy(() -> link(Optional.of(new BootSource.Kernel(temp, temp, "")))).hasCauseInstanceOf(HypervisorException.class)
                .hasMessageContaining("is to be made again");
    }

    @Test
    void givesNoneWhereATechnologyIsToHaveNone() throws IOException {
        network.addNode(new PlainNode("dom0", Files.createDirectory(temp.resolve("dom0"))), Map.of(Node.TECHNOLOGY, "xen"));
        network.addNode(new PlainNode("box", Files.createDirectory(temp.resolve("box"))), Map.of(Node.TECHNOLOGY, "lxc"));

        assertThat(link(new HostId("dom0"), Optional.empty())).isEqualTo(new NetworkLink.None("02:4b:4d:1f:10:01"));
        assertThat(link(new HostId("box"), Optional.empty())).isInstanceOf(NetworkLink.User.class);
    }
}
