package org.kumiki.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;

/** What would come of a request, before it is made. Fails if it would be refused, with what to do first. Pure. */
final class Forecast {

    private static final int NAMES = 5;

    private Forecast() {
    }

    static String power(Inventory inventory, Host host, boolean on) {
        HostId id = host.id();
        if (on) {
            if (host.state() != HostState.OFF && host.state() != HostState.LOST) {
                throw new CommandFailedException(id + " is " + Words.of(host.state()) + " already: there is nothing to switch on");
            }
            return id + " would be switched on; it is there again as soon as its driver reaches it";
        }
        if (host.state() == HostState.OFF) {
            throw new CommandFailedException(id + " is off already");
        }
        if (host.state() == HostState.LOST) {
            throw new CommandFailedException(id + " would not be switched off: it is not reached, so nobody knows what runs there; power on " + id
                    + " starts it");
        }
        List<String> running = names(inventory, id, instance -> instance.state().occupiesHost());
        if (!running.isEmpty()) {
            throw new CommandFailedException(id + " would not be switched off: " + have(running, "guest") + " it; drain " + id
                    + " moves them away");
        }
        List<String> coming = inventory.migrations().stream().filter(move -> move.isMoving() && move.destination().equals(id))
                .map(Migration::instance).map(Object::toString).toList();
        if (!coming.isEmpty()) {
            throw new CommandFailedException(id + " would not be switched off: " + String.join(", ", coming)
                    + " is on its way there; drain " + id + " lets no others come, migrations shows when it is over");
        }
        List<String> stopped = names(inventory, id, instance -> instance.state() == InstanceState.STOPPED);
        return id + " would be switched off: no guest runs there" + (stopped.isEmpty() ? ""
                : "; stopped, and cannot start while it is off unless elsewhere: " + list(stopped));
    }

    static String removal(Inventory inventory, Host host) {
        HostId id = host.id();
        List<String> instances = names(inventory, id, instance -> instance.state() != InstanceState.TERMINATED);
        if (!instances.isEmpty()) {
            throw new CommandFailedException(id + " would not be removed: " + have(instances, "instance") + " it; drain " + id
                    + " moves those that run, and terminate ends those that are stopped");
        }
        return id + " would be taken out of the datacenter: no instance is on it; accept " + id + " would bring it back";
    }

    /** How many guests have to leave before a host is empty. */
    static int leaving(Inventory inventory, HostId host) {
        return names(inventory, host, instance -> instance.state().occupiesHost()).size();
    }

    private static List<String> names(Inventory inventory, HostId host, Predicate<Instance> which) {
        List<String> names = new ArrayList<>();
        for (Instance instance : inventory.instances()) {
            if (instance.host().equals(Optional.of(host)) && which.test(instance)) {
                names.add(Text.line(instance.tags().getOrDefault("Name", instance.id().value())));
            }
        }
        return names;
    }

    private static String have(List<String> names, String kind) {
        return names.size() + (names.size() == 1 ? " " + kind + " (" + list(names) + ") is on" : " " + kind + "s (" + list(names) + ") are on");
    }

    private static String list(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(NAMES, names.size()))) + (names.size() > NAMES ? ", …" : "");
    }
}
