package org.kumiki.api.network;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a guest's network interface is joined to the world: made by a {@link GuestNetwork}, carried out by a hypervisor. */
public sealed interface NetworkLink {

    /** What a guest that boots from its network is told to fetch first. */
    String BOOT_FILE = "boot.ipxe";

    /** The hardware address that the guest must be given. */
    String mac();

    /**
     * A network inside the hypervisor's process, which needs no privilege: the guest reaches out through the host, and is reached
     * through forwarded ports.
     *
     * @param guestCidr       the network that the guest sees
     * @param guestAddress    the address that it gets by DHCP
     * @param forwards        the ports at which it is reached
     * @param outbound        whether it may open connections: to the outside, and with that to whatever its host reaches
     * @param metadataSocket  a unix-domain socket on the guest's node where its metadata service listens
     * @param bootFiles       a directory on the guest's node with what it may fetch by TFTP, {@link #BOOT_FILE} first; absent if it does not
     *                        boot from its network
     */
    record User(String mac, String guestCidr, String guestAddress, List<Forward> forwards, boolean outbound,
            Path metadataSocket, Optional<Path> bootFiles) implements NetworkLink {

        public User {
            forwards = List.copyOf(forwards);
        }

        /** Of a guest that does not boot from its network. */
        public User(String mac, String guestCidr, String guestAddress, List<Forward> forwards, boolean outbound, Path metadataSocket) {
            this(mac, guestCidr, guestAddress, forwards, outbound, metadataSocket, Optional.empty());
        }

        /** The same, reached at other ports. */
        public User with(List<Forward> newForwards) {
            return new User(mac, guestCidr, guestAddress, newForwards, outbound, metadataSocket, bootFiles);
        }
    }

    /**
     * A tap device that the network has made and joined to a bridge.
     *
     * @param device its name on the guest's node
     */
    record Tap(String mac, String device) implements NetworkLink {
    }

    /**
     * Two devices that the network has made, each of which receives what the other sends: one is joined to a bridge, the other one is for the
     * network namespace of a guest that shares its host's kernel. When that namespace goes, both go.
     *
     * @param device     the guest's end, as it is called on the guest's node before the hypervisor has moved it
     * @param address    what the guest is to be called there, in CIDR notation, e.g. {@code 172.31.16.5/16}
     * @param gateway    through which it reaches everything else
     * @param nameServer absent if the network answers no questions for names
     */
    record Namespace(String mac, String device, String address, String gateway, Optional<String> nameServer) implements NetworkLink {
    }

    /** No network at all. */
    record None(String mac) implements NetworkLink {
    }

    /**
     * One port of a guest, reached from its host.
     *
     * @param protocol  {@code tcp} or {@code udp}
     * @param address   the host's address that is bound
     * @param port      the host's port that is bound
     * @param guestPort the guest's port it leads to
     */
    record Forward(String protocol, String address, int port, int guestPort) {
    }
}
