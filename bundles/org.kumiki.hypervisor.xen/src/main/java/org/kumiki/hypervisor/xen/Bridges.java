package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;
import org.kumiki.hypervisor.xen.DomainConfig.Vif;

/**
 * A guest's link where its network has made a tap on a bridge. Xen's own interface takes the tap's place: the same bridge under the same name, so that
 * whatever the network has laid down for that name is about the guest.
 */
record Bridges(Node node) {

    private static final Duration TO_ANSWER = Duration.ofSeconds(20);
    private static final Path DEVICES = Path.of("/sys/class/net");

    /** What a guest can have. Throws for the rest, before anything is done. */
    static void check(NetworkLink link) {
        if (link instanceof NetworkLink.User) {
            throw new HypervisorException(Reason.UNSUPPORTED, "guests of Xen have an interface on a bridge, or none; their network must give them one, "
                    + "as org.kumiki.network.bridge does");
        }
        if (link instanceof NetworkLink.Tap tap) {
            new Vif(tap.mac(), "bridge", tap.device());
        }
    }

    /** @return the interfaces that the guest gets instead of its link's tap, which is taken away */
    List<Vif> replace(NetworkLink link) throws IOException {
        if (!(link instanceof NetworkLink.Tap tap)) {
            return List.of();
        }
        Finished master = node.run(List.of("readlink", DEVICES.resolve(tap.device()).resolve("master").toString()), TO_ANSWER);
        if (!master.succeeded()) {
            throw new IOException("the device " + tap.device() + " of " + node.name() + " is on no bridge");
        }
        Vif vif = new Vif(tap.mac(), Path.of(master.output().strip()).getFileName().toString(), tap.device());
        Finished deleted = node.run(List.of("ip", "link", "delete", "dev", tap.device()), TO_ANSWER);
        if (!deleted.succeeded()) {
            throw new IOException("the tap " + tap.device() + " of " + node.name() + " does not make room: " + deleted.errors().strip());
        }
        return List.of(vif);
    }
}
