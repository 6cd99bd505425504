package org.kumiki.twin.simulation;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

/**
 * A host while it is simulated: what is on it, and what that has come to since somebody looked last. Whoever changes something of it
 * {@linkplain #settle settles} first. Not thread-safe.
 */
final class Machine {

    /** How a host is as far as its power is concerned. */
    enum State {
        OFF, WAKING, ON, GOING_TO_SLEEP,
        /** It was taken away, and draws nothing. */
        GONE,
        /** It is out of order for good: nothing reaches it, and it draws nothing. */
        FAILED;

        /** Whether it has power, as far as those count who pay for it. */
        boolean isOn() {
            return this == ON || this == WAKING || this == GOING_TO_SLEEP;
        }
    }

    private static final double ROUNDING = 1e-9;

    final SimulatedHost host;
    final Map<InstanceId, Guest> guests = new LinkedHashMap<>();
    private State state;
    private double wanted;
    private double since;
    private Resources taken = Resources.NONE;
    private HostReport report;

    Machine(SimulatedHost host, double seconds) {
        this.host = host;
        this.state = host.on() ? State.ON : State.OFF;
        this.since = seconds;
    }

    State state() {
        return state;
    }

    void state(State next) {
        state = next;
        report = null;
    }

    boolean hasRoom(Resources resources) {
        return taken.plus(resources).fitsIn(host.capacity());
    }

    /** Accounts for the time since this was called last, in which nothing has changed. */
    void settle(double seconds, Account account) {
        double passed = seconds - since;
        if (passed <= 0) {
            return;
        }
        since = seconds;
        double load = Math.min(1, wanted / host.processors());
        account.passed(state, passed, watts(load) * passed, wanted, host.processors(), wanted > host.processors() * (1 + ROUNDING));
        if (wanted > 0) {
            double granted = passed * Math.min(1, host.processors() / wanted);
            guests.values().forEach(guest -> guest.used += guest.wants * granted);
        }
    }

    private double watts(double load) {
        return switch (state) {
            case OFF -> host.sleep().watts(host.power());
            case WAKING -> host.power().watts(1);
            case GOING_TO_SLEEP -> host.power().watts(0);
            case ON -> host.power().watts(load);
            case GONE, FAILED -> 0;
        };
    }

    /** Looks at what all guests do now. */
    void look(double seconds) {
        double sum = 0;
        for (Guest guest : guests.values()) {
            guest.look(seconds);
            sum += guest.wants;
        }
        wanted = sum;
    }

    void add(Guest guest, double seconds) {
        guests.put(guest.id, guest);
        taken = guest.runs ? taken.plus(guest.resources) : taken;
        guest.used = 0;
        report = null;
        look(seconds);
    }

    void remove(Guest guest, double seconds) {
        guests.remove(guest.id);
        taken = guest.runs ? taken.minus(guest.resources) : taken;
        report = null;
        look(seconds);
    }

    /** Switches a guest on that is off, or the other way round; one that is off takes no room. */
    void toggle(Guest guest, double seconds) {
        guest.runs = !guest.runs;
        taken = guest.runs ? taken.plus(guest.resources) : taken.minus(guest.resources);
        guest.used = 0;
        report = null;
        look(seconds);
    }

    /** As a driver would find it; the same object until something changes. */
    HostReport report() {
        if (report == null) {
            Map<InstanceId, GuestState> states = new HashMap<>();
            guests.values().forEach(guest -> states.put(guest.id, guest.runs ? GuestState.RUNNING : GuestState.STOPPED));
            report = new HostReport(host.id(), host.capacity(), host.processors(), host.labels(), states);
        }
        return report;
    }
}
