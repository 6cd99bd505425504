package org.kumiki.twin.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.twin.VirtualEngine;
import org.kumiki.twin.trace.Demand;
import org.kumiki.twin.trace.Use;

/** Those who launch instances and terminate them. Launches wait for each other, as those of one client do. Not thread-safe. */
final class Customers {

    private static final int AT_ONCE = 64;

    /**
     * An instance that somebody launches.
     *
     * @param at  since the run began
     * @param end when it is terminated; empty for never
     */
    record Wanted(Duration at, Optional<Duration> end, LaunchSpec spec, Use use) {
    }

    private final VirtualEngine engine;
    private final VirtualTimeline timeline;
    private final Fleet fleet;
    private final Account account;
    private final List<Wanted> arrivals;
    private final Deque<List<Wanted>> waiting = new ArrayDeque<>();
    private int next;
    private boolean launching;

    /** @param arrivals in the order in which they are launched */
    Customers(List<Wanted> arrivals, VirtualEngine engine, VirtualTimeline timeline, Fleet fleet, Account account) {
        this.arrivals = arrivals;
        this.engine = engine;
        this.timeline = timeline;
        this.fleet = fleet;
        this.account = account;
    }

    /** What a demand asks for: anywhere, by the type alone. */
    static List<Wanted> of(Demand demand) {
        Map<String, LaunchSpec> specs = new HashMap<>();
        return demand.arrivals().stream().map(arrival -> new Wanted(arrival.at(), arrival.end(), specs.computeIfAbsent(arrival.type(),
                type -> spec(type, PlacementRules.ANYWHERE, Optional.empty())), arrival.use())).toList();
    }

    /** Of an instance that boots from nothing. */
    static LaunchSpec spec(String type, PlacementRules rules, Optional<Hardware> hardware) {
        return new LaunchSpec(type, NoStores.IMAGE, Optional.empty(), List.of(), Optional.empty(), false, rules, hardware);
    }

    void begin() {
        awaitNext();
    }

    private void awaitNext() {
        if (next < arrivals.size()) {
            timeline.after(arrivals.get(next).at().minus(passed()), this::arrive);
        }
    }

    private Duration passed() {
        return Duration.ofNanos(Math.round(timeline.seconds() * 1e9));
    }

    /** Those who come at one moment and want the same ask for it together. */
    private void arrive() {
        Duration now = passed();
        List<Wanted> group = new ArrayList<>();
        for (; next < arrivals.size() && arrivals.get(next).at().compareTo(now) <= 0; next++) {
            Wanted arrival = arrivals.get(next);
            if (group.size() == AT_ONCE || !group.isEmpty() && !group.get(0).spec().equals(arrival.spec())) {
                waiting.add(group);
                group = new ArrayList<>();
            }
            group.add(arrival);
        }
        if (!group.isEmpty()) {
            waiting.add(group);
        }
        launch();
        awaitNext();
    }

    private void launch() {
        if (launching || waiting.isEmpty()) {
            return;
        }
        launching = true;
        List<Wanted> group = waiting.remove();
        LaunchSpec spec = group.get(0).spec();
        engine.datacenter().submit(engine.operator(),
                new InstanceCommand.Launch(spec, List.of(), 1, group.size(), Optional.empty(), Map.of(), Map.of(), false))
                .whenComplete((reservation, failure) -> {
                    launching = false;
                    List<Instance> made = failure == null ? reservation.instances() : List.of();
                    account.launched(made.size());
                    account.refused(group.size() - made.size());
                    for (int index = 0; index < made.size(); index++) {
                        began(made.get(index).id(), group.get(index));
                    }
                    timeline.after(Duration.ZERO, this::launch);
                });
    }

    private void began(InstanceId instance, Wanted arrival) {
        fleet.use(instance, arrival.use());
        arrival.end().ifPresent(end -> timeline.after(end.minus(passed()),
                () -> engine.datacenter().submit(engine.operator(), new InstanceCommand.Terminate(List.of(instance)))));
    }
}
