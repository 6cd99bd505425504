package org.kumiki.hypervisor.uml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;

/**
 * What a guest's interface is joined to: a QEMU that has no machine, only its networks, in its own words. Pure functions; what is no address
 * gets into none of them.
 */
final class Wire {

    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern CIDR = Pattern.compile(ADDRESS + "/[0-9]{1,2}");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final Pattern PROTOCOL = Pattern.compile("tcp|udp");
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9._-]{1,15}");
    /** {@code TCP[HOST_FORWARD]  12  127.80.16.0  22  169.254.0.15  22  0  0} */
    private static final Pattern FORWARD = Pattern.compile(
            "^\\s*(TCP|UDP)\\[HOST_FORWARD\\]\\s+\\d+\\s+([0-9.]+)\\s+(\\d{1,5})\\s+[0-9.]+\\s+(\\d{1,5})\\s", Pattern.MULTILINE);

    private Wire() {
    }

    /** The command that is a guest's network; its keeper puts a number where LINE is. Empty, if it has none. */
    static List<String> command(String program, NetworkLink link) {
        List<String> network = network(link);
        if (network.isEmpty()) {
            return List.of();
        }
        List<String> command = new ArrayList<>(List.of(program, "-nodefaults", "-no-user-config", "-machine", "none", "-display", "none",
                "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
                "-chardev", "socket,id=qmp,path=network.qmp,server=on,wait=off", "-mon", "chardev=qmp,mode=control"));
        command.addAll(network);
        command.addAll(List.of("-netdev", "dgram,id=line,local.type=fd,local.str=LINE", "-netdev", "hubport,id=near,hubid=0,netdev=line",
                "-netdev", "hubport,id=far,hubid=0,netdev=net"));
        return command;
    }

    private static List<String> network(NetworkLink link) {
        if (link instanceof NetworkLink.User user) {
            // Who serves the metadata comes and goes; after each of its restarts QEMU connects again.
            return List.of("-chardev", "socket,id=metadata,path=" + value(user.metadataSocket()) + ",reconnect=1", "-netdev", user(user));
        }
        if (link instanceof NetworkLink.Tap tap) {
            checkMac(tap);
            if (!DEVICE.matcher(tap.device()).matches()) {
                throw new HypervisorException(Reason.REFUSED, "this is no tap device: " + tap.device());
            }
            return List.of("-netdev", "tap,id=net,ifname=" + tap.device() + ",script=no,downscript=no");
        }
        return List.of();
    }

    private static String user(NetworkLink.User link) {
        checkMac(link);
        if (!CIDR.matcher(link.guestCidr()).matches() || !ADDRESS.matcher(link.guestAddress()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "this is no network for a guest: " + link);
        }
        StringBuilder option = new StringBuilder("user,id=net,ipv6=off,net=" + link.guestCidr() + ",dhcpstart=" + link.guestAddress()
                + ",restrict=" + (link.outbound() ? "off" : "on") + ",guestfwd=tcp:169.254.169.254:80-chardev:metadata");
        link.forwards().forEach(forward -> option.append(",hostfwd=").append(host(forward)).append('-').append(link.guestAddress()).append(':')
                .append(forward.guestPort()));
        return option.toString();
    }

    private static void checkMac(NetworkLink link) {
        if (!MAC.matcher(link.mac()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "this is no hardware address: " + link.mac());
        }
    }

    /** In a value a comma is doubled, or it would begin the next key. */
    private static String value(Object value) {
        return value.toString().replace(",", ",,");
    }

    /** The forwards in the answer to {@code info usernet}. */
    static List<Forward> present(String answer) {
        List<Forward> forwards = new ArrayList<>();
        Matcher line = FORWARD.matcher(answer);
        while (line.find()) {
            forwards.add(new Forward(line.group(1).toLowerCase(Locale.ROOT), line.group(2), Integer.parseInt(line.group(3)),
                    Integer.parseInt(line.group(4))));
        }
        return forwards;
    }

    /** The monitor's commands that lead from the forwards that are there to those that a link has. */
    static List<String> changes(NetworkLink.User link, List<Forward> present) {
        List<String> commands = new ArrayList<>();
        present.stream().filter(forward -> !link.forwards().contains(forward))
                .forEach(forward -> commands.add("hostfwd_remove net " + host(forward)));
        link.forwards().stream().filter(forward -> !present.contains(forward)).forEach(
                forward -> commands.add("hostfwd_add net " + host(forward) + "-" + link.guestAddress() + ":" + forward.guestPort()));
        return commands;
    }

    /** Also a word in a command of the monitor, which splits at blanks: so only what an address can be gets there. */
    private static String host(Forward forward) {
        if (!PROTOCOL.matcher(forward.protocol()).matches() || !ADDRESS.matcher(forward.address()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "a guest cannot be given " + forward);
        }
        return forward.protocol() + ":" + forward.address() + ":" + forward.port();
    }
}
