package org.kumiki.hypervisor.qemu.qmp;

import com.fasterxml.jackson.databind.JsonNode;

/** Told what a QEMU says without having been asked. Called on the connection's own thread, so that nothing may wait here. */
public interface QmpListener {

    /** @param data what belongs to the event; an empty object if nothing does */
    void event(String name, JsonNode data);

    /** The last call: nothing comes over this connection any more. */
    void closed(String reason);
}
