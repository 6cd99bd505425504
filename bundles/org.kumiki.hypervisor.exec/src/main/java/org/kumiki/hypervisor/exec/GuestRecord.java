package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kumiki.api.model.InstanceId;

/**
 * What is remembered of a guest on its node, so that its scripts can be asked for it by any driver that comes.
 *
 * @param number      by which scripts know it that want a number: no other guest of this technology on this node has it
 * @param description of the guest, see {@link Description}
 * @param details     what an extension wants to be told again
 * @param handle      by which its script wants to hear of it; empty before it has said so
 * @param phase       how far we have come with it; whether it runs is for its script to say
 */
record GuestRecord(InstanceId id, long number, ObjectNode description, Map<String, String> details, String handle, Phase phase) {

    static final int LONGEST = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What was last done to a guest by us. */
    enum Phase {
        /** No script has ever been asked to make it. */
        NEW,
        /** A script was asked to make it, and has not said that it did. */
        BEGUN,
        /** A script has said that it made it, and that it runs. */
        STARTED,
        /** A script has said that it stopped it. */
        STOPPED
    }

    GuestRecord {
        details = Map.copyOf(details);
    }

    /** Whether something of it may be where its script makes guests. */
    boolean isBegun() {
        return phase != Phase.NEW;
    }

    boolean isMade() {
        return phase == Phase.STARTED || phase == Phase.STOPPED;
    }

    GuestRecord describing(ObjectNode now) {
        return new GuestRecord(id, number, now, details, handle, phase);
    }

    GuestRecord with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(details);
        all.putAll(more);
        return new GuestRecord(id, number, description, all, handle, phase);
    }

    /** Before a script is asked to start it. */
    GuestRecord attempted() {
        return isMade() ? this : in(Phase.BEGUN);
    }

    GuestRecord started(String as) {
        return new GuestRecord(id, number, description, details, as, Phase.STARTED);
    }

    GuestRecord stopped() {
        return in(Phase.STOPPED);
    }

    private GuestRecord in(Phase next) {
        return new GuestRecord(id, number, description, details, handle, next);
    }

    byte[] toBytes() throws IOException {
        ObjectNode json = JSON.createObjectNode().put("id", id.value()).put("number", number).put("handle", handle).put("phase", phase.name());
        json.set("description", description);
        details.forEach(json.putObject("details")::put);
        return JSON.writeValueAsBytes(json);
    }

    /** @throws IOException if these are no bytes of {@link #toBytes()} */
    static GuestRecord of(byte[] bytes) throws IOException {
        JsonNode json = JSON.readTree(bytes);
        try {
            ObjectNode description = Optional.ofNullable(json.get("description")).filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast)
                    .orElseThrow(() -> new IOException("a guest's record has no description"));
            Map<String, String> details = new TreeMap<>();
            json.path("details").properties().forEach(detail -> details.put(detail.getKey(), detail.getValue().asText()));
            return new GuestRecord(new InstanceId(json.path("id").asText()), json.path("number").asLong(), description, details,
                    json.path("handle").asText(), Phase.valueOf(json.path("phase").asText()));
        } catch (IllegalArgumentException e) {
            throw new IOException("a guest's record makes no sense: " + e.getMessage(), e);
        }
    }
}
