package org.kumiki.hypervisor.lxc;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.network.NetworkLink.Forward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A guest's user network in the words of the programs that make it: guest.pl, nft and slirp4netns. Pure functions; what is no address gets into
 * none of them.
 */
final class UserLink {

    static final String DEVICE = "eth0";
    /** As much as there can be in a packet, since none of them is ever on a wire. */
    static final int MTU = 65_520;
    static final String METADATA = "169.254.169.254";
    /** Where the metadata service really listens: a server of the guest's own may have port 80 of every address. */
    static final int METADATA_PORT = 64_999;
    private static final Pattern ADDRESS = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
    private static final Pattern CIDR = Pattern.compile(ADDRESS + "/(?:[1-9]|1\\d|2[0-5])");
    private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final Pattern PROTOCOL = Pattern.compile("tcp|udp");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A forward that is there, and the number under which slirp4netns can end it. */
    record Present(long number, Forward forward) {
    }

    private final NetworkLink.User link;

    private UserLink(NetworkLink.User link) {
        this.link = link;
    }

    static UserLink of(NetworkLink.User link) {
        if (!CIDR.matcher(link.guestCidr()).matches() || !ADDRESS.matcher(link.guestAddress()).matches() || !MAC.matcher(link.mac()).matches()) {
            throw new HypervisorException(Reason.REFUSED, "this is no network for a container: " + link);
        }
        for (Forward forward : link.forwards()) {
            if (!PROTOCOL.matcher(forward.protocol()).matches() || !ADDRESS.matcher(forward.address()).matches()) {
                throw new HypervisorException(Reason.REFUSED, "a container cannot be given " + forward);
            }
        }
        return new UserLink(link);
    }

    /** Where the network answers for everything that is outside. */
    String gateway() {
        return address(2);
    }

    /** Where the network asks the host's own name servers. */
    String nameServer() {
        return address(3);
    }

    private String address(int offset) {
        Matcher parts = CIDR.matcher(link.guestCidr());
        parts.matches();
        return parts.group(1) + "." + parts.group(2) + "." + parts.group(3) + "." + (Integer.parseInt(parts.group(4)) + offset);
    }

    /** What {@code guest.pl} is told of the network itself. */
    List<String> words() {
        return List.of("device=" + DEVICE, "mac=" + link.mac(), "mtu=" + MTU, "address=" + link.guestAddress(), "gateway=" + gateway(),
                "metadata=" + METADATA, "port=" + METADATA_PORT, "answers=" + link.metadataSocket(), "rules=" + rules());
    }

    /**
     * What nft is told, as a whole: the way to the metadata service, and what a guest may send out. It comes from the namespace's owner, which
     * is the host, so the guest's root cannot change it.
     */
    String rules() {
        String rules = "add table ip kumiki; delete table ip kumiki; add table ip kumiki; "
                + "add chain ip kumiki metadata { type nat hook output priority -100; }; "
                + "add rule ip kumiki metadata ip daddr " + METADATA + " tcp dport 80 dnat to " + METADATA + ":" + METADATA_PORT + "; ";
        return link.outbound() ? rules : rules + "add chain ip kumiki out { type filter hook output priority 0; policy drop; }; "
                + "add rule ip kumiki out oif lo accept; add rule ip kumiki out ct state established,related accept;";
    }

    List<String> additions(List<Present> present) {
        return link.forwards().stream().filter(forward -> present.stream().noneMatch(there -> there.forward().equals(forward)))
                .map(this::addition).toList();
    }

    private String addition(Forward forward) {
        ObjectNode question = JsonNodeFactory.instance.objectNode().put("execute", "add_hostfwd");
        question.putObject("arguments").put("proto", forward.protocol()).put("host_addr", forward.address()).put("host_port", forward.port())
                .put("guest_addr", link.guestAddress()).put("guest_port", forward.guestPort());
        return question.toString();
    }

    List<String> removals(List<Present> present) {
        return present.stream().filter(there -> !link.forwards().contains(there.forward())).map(there -> {
            ObjectNode question = JsonNodeFactory.instance.objectNode().put("execute", "remove_hostfwd");
            question.putObject("arguments").put("id", there.number());
            return question.toString();
        }).toList();
    }

    static String listing() {
        return JsonNodeFactory.instance.objectNode().put("execute", "list_hostfwd").toString();
    }

    /** Reads the answer to {@link #listing()}. */
    static List<Present> present(String answer) {
        List<Present> present = new ArrayList<>();
        for (JsonNode entry : parse(answer).path("entries")) {
            present.add(new Present(entry.path("id").asLong(), new Forward(entry.path("proto").asText(), entry.path("host_addr").asText(),
                    entry.path("host_port").asInt(), entry.path("guest_port").asInt())));
        }
        return present;
    }

    /** @throws HypervisorException if it is an error, e.g. because a port is taken */
    static JsonNode parse(String answer) {
        try {
            JsonNode tree = JSON.readTree(answer);
            if (tree == null || tree.has("error") || !tree.isObject()) {
                throw new HypervisorException(Reason.UNAVAILABLE, "slirp4netns: " + answer);
            }
            return tree;
        } catch (JsonProcessingException e) {
            throw new HypervisorException(Reason.UNAVAILABLE, "slirp4netns answers no JSON: " + answer, e);
        }
    }
}
