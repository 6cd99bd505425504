package org.kumiki.api.network;

import java.nio.file.Path;
import java.util.List;

/** How a guest's network interface is joined to the world: made by a {@link GuestNetwork}, carried out by a hypervisor. */
public sealed interface NetworkLink {

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
     */
    record User(String mac, String guestCidr, String guestAddress, List<Forward> forwards, boolean outbound,
            Path metadataSocket) implements NetworkLink {

        public User {
            forwards = List.copyOf(forwards);
        }
    }

    /**
     * A tap device that the network has made and joined to a bridge.
     *
     * @param device its name on the guest's node
     */
    record Tap(String mac, String device) implements NetworkLink {
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
