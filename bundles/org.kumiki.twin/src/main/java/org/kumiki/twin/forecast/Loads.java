package org.kumiki.twin.forecast;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.InstanceTable;

/**
 * What hosts will carry: the guests that will be there when all that is under way is over, each with what it used lately; one that was hardly
 * measured yet, with what those like it usually use. Pure.
 */
final class Loads {

    /** Samples of a guest that stand for what it will use. */
    private static final int LATELY = 10;
    /** Fewer are of its start, which is like nothing that follows. */
    private static final int FEWEST = 5;

    private final Inventory now;
    private final History history;
    private final Function<Instance, OptionalDouble> usual;

    /** @param usual of its virtual CPUs that a guest uses of which little is known */
    Loads(Inventory now, History history, Function<Instance, OptionalDouble> usual) {
        this.now = now;
        this.history = history;
        this.usual = usual;
    }

    /** Of each host whose load is changed, and of which it can be told. */
    List<HostLoad> after(Undertaking undertaking) {
        return undertaking.hosts().stream().flatMap(host -> load(host, guests(host, undertaking)).stream()).toList();
    }

    private Optional<HostLoad> load(HostId host, Map<InstanceId, Instance> guests) {
        int row = now.view().hosts().row(host);
        double cpus = 0;
        for (Instance guest : guests.values()) {
            OptionalDouble use = use(guest);
            if (use.isEmpty()) {
                return Optional.empty();
            }
            cpus += use.getAsDouble() * guest.resources().cpus();
        }
        return row < 0 ? Optional.empty()
                : Optional.of(new HostLoad(host, Math.min(1, cpus / Math.max(1, now.view().hosts().processors(row))), guests.size()));
    }

    /** Who will be there. */
    private Map<InstanceId, Instance> guests(HostId host, Undertaking undertaking) {
        Map<InstanceId, Instance> guests = new LinkedHashMap<>();
        InstanceTable instances = now.view().instances();
        int hostRow = now.view().hosts().row(host);
        for (int row = hostRow < 0 ? -1 : instances.first(hostRow); row >= 0; row = instances.next(row)) {
            if (instances.state(row) == InstanceState.RUNNING || instances.state(row) == InstanceState.PENDING) {
                guests.put(instances.instance(row).id(), instances.instance(row));
            }
        }
        for (Migration move : now.migrations()) {
            if (move.isMoving() && move.source().equals(host)) {
                guests.remove(move.instance());
            } else if (move.isMoving() && move.destination().equals(host)) {
                now.instances().find(move.instance()).ifPresent(guest -> guests.put(guest.id(), guest));
            }
        }
        if (undertaking.endsOn(host)) {
            now.instances().find(undertaking.guest().id()).ifPresent(guest -> guests.put(guest.id(), guest));
        } else {
            guests.remove(undertaking.guest().id());
        }
        return guests;
    }

    private OptionalDouble use(Instance guest) {
        double[] samples = Arrays.stream(history.cpu(guest.id(), LATELY)).filter(sample -> !Double.isNaN(sample)).toArray();
        OptionalDouble lately = Arrays.stream(samples).average();
        OptionalDouble expected = samples.length < FEWEST ? usual.apply(guest) : lately;
        return expected.isPresent() ? expected : lately;
    }
}
