package org.kumiki.hypervisor.libvirt;

import java.util.Optional;

import org.kumiki.api.model.InstanceId;
import org.kumiki.hypervisor.libvirt.rpc.Procedure;
import org.kumiki.hypervisor.libvirt.rpc.XdrReader;

/** What libvirt tells of our guests by itself. Pure. */
final class Events {

    private static final int STARTED = 2;
    private static final int RESUMED = 4;
    private static final int STOPPED = 5;
    private static final int CRASHED = 8;

    /** What an event says of whether a guest is on. */
    enum Saying {
        NOTHING, ON, OFF
    }

    /** @param reason why it is off, for people */
    record Event(InstanceId guest, Saying says, String reason) {
    }

    private Events() {
    }

    /** Empty if it is no event of a guest of ours. */
    static Optional<Event> read(Procedure procedure, XdrReader body) {
        body.integer(); // the number under which we asked for such events
        Optional<InstanceId> guest = Domain.read(body).guest();
        return guest.map(known -> procedure == Procedure.EVENT_LIFECYCLE ? lifecycle(known, body.integer(), body.integer())
                : new Event(known, Saying.NOTHING, ""));
    }

    private static Event lifecycle(InstanceId guest, int event, int detail) {
        return switch (event) {
        case STARTED, RESUMED -> new Event(guest, Saying.ON, "");
        case STOPPED, CRASHED -> new Event(guest, Saying.OFF, event == CRASHED ? "it crashed" : reason(detail));
        default -> new Event(guest, Saying.NOTHING, "");
        };
    }

    private static String reason(int detail) {
        return switch (detail) {
        case 0 -> "it shut down";
        case 1 -> "somebody else cut it off";
        case 2 -> "it crashed";
        case 3 -> "somebody else moved it to another host";
        case 4 -> "somebody else saved it to a file";
        case 5 -> "its hypervisor failed";
        default -> "libvirt says that it stopped";
        };
    }
}
