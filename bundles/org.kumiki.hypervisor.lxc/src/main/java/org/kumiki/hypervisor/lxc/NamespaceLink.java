package org.kumiki.hypervisor.lxc;

import java.util.List;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;

/** A guest's bridged network in the words of ip: its end of a link that somebody else has made. Pure functions; what is no address gets into none of them. */
final class NamespaceLink {

    private static final Pattern DEVICE = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,14}");
    private static final String ADDRESS = "\\d{1,3}(\\.\\d{1,3}){3}";
    private static final Pattern CIDR = Pattern.compile(ADDRESS + "/\\d{1,2}");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

    private NamespaceLink() {
    }

    /** @throws HypervisorException REFUSED, if it is none */
    static void check(NetworkLink.Namespace link) {
        if (!DEVICE.matcher(link.device()).matches() || !CIDR.matcher(link.address()).matches() || !link.gateway().matches(ADDRESS)
                || !MAC.matcher(link.mac()).matches() || !link.nameServer().orElse("0.0.0.0").matches(ADDRESS)) {
            throw new HypervisorException(Reason.REFUSED, "this is no network for a container: " + link);
        }
    }

    /** Lines of {@code ip -batch} that give the namespace its address. */
    static List<String> addresses(NetworkLink.Namespace link) {
        return List.of("link set lo up", "link set " + UserLink.DEVICE + " address " + link.mac() + " addrgenmode none",
                "address add " + link.address() + " dev " + UserLink.DEVICE, "link set " + UserLink.DEVICE + " up",
                "route add default via " + link.gateway());
    }
}
