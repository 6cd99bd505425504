package org.kumiki.hypervisor.incus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

/**
 * A server that has let us in, or a cluster of them.
 *
 * @param kind         {@code lxd} or {@code incus}
 * @param architecture as it is called there
 * @param isCluster    whether its members are hosts of their own
 */
record Server(Api api, Settings settings, String kind, String version, String kernel, String architecture, boolean isCluster) {

    /** A host: a server that stands alone, or a member of a cluster. */
    record Member(HostId host, Optional<String> name) {

        /** What is added to a path to mean this one. */
        String target(String otherwise) {
            return name.map(member -> otherwise + "target=" + Api.word(member)).orElse("");
        }

        /** Whether an instance is here. */
        boolean has(JsonNode instance) {
            return name.isEmpty() || name.get().equals(instance.path("location").asText());
        }
    }

    /** @throws IOException if it is none, or does not let us in; the message says what to do */
    static Server of(Api api, Settings settings) throws IOException, InterruptedException {
        JsonNode root = api.get("/1.0");
        if (!root.path("auth").asText().equals("trusted")) {
            throw new IOException(api + " does not know us: add our certificate to it by `lxc config trust add`, or `incus config trust"
                    + " add-certificate`");
        }
        JsonNode environment = root.path("environment");
        String kind = word(environment.path("server"));
        if (!environment.path("driver").asText().contains("lxc")) {
            throw new IOException(api + " has no containers");
        }
        return new Server(api, settings, kind, word(environment.path("server_version")), word(environment.path("kernel_version")),
                word(environment.path("architectures").path(0)), environment.path("server_clustered").asBoolean());
    }

    /** A word of somebody else, in a form that does nothing. */
    private static String word(JsonNode said) {
        String text = said.asText();
        return text.matches("[A-Za-z0-9._+~-]{1,64}") ? text : "unknown";
    }

    List<Member> members() throws IOException, InterruptedException {
        if (!isCluster) {
            return List.of(new Member(settings.host(Optional.empty()), Optional.empty()));
        }
        List<Member> members = new ArrayList<>();
        for (JsonNode member : api.get("/1.0/cluster/members?recursion=1")) {
            String name = word(member.path("server_name"));
            if (member.path("status").asText().equals("Online")) {
                members.add(new Member(settings.host(Optional.of(name)), Optional.of(name)));
            }
        }
        return members;
    }

    /** Every instance, with its state; of other projects, too. */
    JsonNode instances() throws IOException, InterruptedException {
        return api.get("/1.0/instances?recursion=2&" + Api.EVERYWHERE);
    }

    /** The guest that an instance is, if it is one of ours, in our project. */
    Optional<InstanceId> guest(JsonNode instance) {
        return instance.path("project").asText(settings.project()).equals(settings.project()) ? Containers.guest(instance) : Optional.empty();
    }

    HostReport report(Member member, JsonNode instances) throws IOException, InterruptedException {
        JsonNode resources = api.get("/1.0/resources" + member.target("?"));
        JsonNode pool = api.get("/1.0/storage-pools/" + settings.pool() + "/resources" + member.target("?"));
        long memory = Capacity.mebibytes(resources.path("memory").path("total").asLong());
        Map<InstanceId, GuestState> guests = new TreeMap<>();
        Resources others = Resources.NONE;
        for (JsonNode instance : instances) {
            if (member.has(instance)) {
                Optional<InstanceId> guest = guest(instance);
                guest.ifPresent(id -> guests.put(id, Containers.state(instance)));
                others = guest.isPresent() ? others : others.plus(Capacity.taken(instance, memory));
            }
        }
        return new HostReport(member.host(), Capacity.of(resources, pool, others, settings), Map.of("server", kind, "kernel", kernel,
                "version", version, "cpu", word(resources.path("cpu").path("architecture"))), guests);
    }

    /** The managed bridge for guests, as it is now. */
    Optional<Links.Bridge> bridge() throws IOException, InterruptedException {
        if (settings.network().isEmpty()) {
            return Optional.empty();
        }
        String name = settings.network().get();
        JsonNode network = api.find("/1.0/networks/" + name).orElseThrow(() -> new IOException(api + " has no network " + name));
        if (!network.path("managed").asBoolean() || !network.path("type").asText().equals("bridge")) {
            throw new IOException("the network " + name + " of " + api + " is no managed bridge");
        }
        return Optional.of(Links.Bridge.of(name, network.path("config").path("ipv4.address").asText()));
    }
}
