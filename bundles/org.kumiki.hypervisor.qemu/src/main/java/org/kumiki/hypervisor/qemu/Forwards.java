package org.kumiki.hypervisor.qemu;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;

/** The forwarded ports of a guest, in the words of QEMU's user network. */
final class Forwards {

    private static final Pattern PROTOCOL = Pattern.compile("tcp|udp");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private Forwards() {
    }

    /** The value of {@code -netdev}. */
    static Options option(NetworkLink.User link) {
        Options option = Options.of("user").with("id", "net")
                .with("ipv6", false)
                .with("net", link.guestCidr())
                .with("dhcpstart", link.guestAddress())
                .with("restrict", !link.outbound())
                .with("guestfwd", "tcp:169.254.169.254:80-chardev:metadata");
        // Nothing but the directory's own files is to be had there: QEMU refuses every name that leads out of it.
        link.bootFiles().ifPresent(files -> option.with("tftp", files).with("bootfile", NetworkLink.BOOT_FILE));
        link.forwards().forEach(forward -> option.with("hostfwd", host(forward) + "-" + link.guestAddress() + ":" + forward.guestPort()));
        return option;
    }

    /** The monitor's commands that lead from one set of forwards to another. */
    static List<String> changes(NetworkLink.User link, List<Forward> from, List<Forward> to) {
        List<String> commands = new ArrayList<>();
        from.stream().filter(forward -> !to.contains(forward)).forEach(forward -> commands.add("hostfwd_remove net " + host(forward)));
        to.stream().filter(forward -> !from.contains(forward)).forEach(
                forward -> commands.add("hostfwd_add net " + host(forward) + "-" + link.guestAddress() + ":" + forward.guestPort()));
        return commands;
    }

    /** Also a word in a command of the monitor, which splits at blanks: so only what an address can be gets there. */
    private static String host(Forward forward) {
        if (!PROTOCOL.matcher(forward.protocol()).matches() || !ADDRESS.matcher(forward.address()).matches()) {
            throw new HypervisorException(HypervisorException.Reason.REFUSED, "QEMU cannot forward " + forward);
        }
        return forward.protocol() + ":" + forward.address() + ":" + forward.port();
    }
}
