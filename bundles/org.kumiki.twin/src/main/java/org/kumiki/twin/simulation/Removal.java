package org.kumiki.twin.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.twin.VirtualEngine;

/**
 * An operator who takes a host away: it is drained, its guests move to where the scheduler has room, one decided after the other, and those for
 * which there is none are terminated and count as launches that have failed. Not thread-safe.
 */
final class Removal {

    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    private final HostId host;
    private final VirtualEngine engine;
    private final VirtualTimeline timeline;
    private final Fleet fleet;
    private final Account account;

    Removal(HostId host, VirtualEngine engine, VirtualTimeline timeline, Fleet fleet, Account account) {
        this.host = host;
        this.engine = engine;
        this.timeline = timeline;
        this.fleet = fleet;
        this.account = account;
    }

    void begin() {
        engine.datacenter().submit(engine.operator(), new HostCommand.Accept(host, false)).whenComplete((drained, failure) -> look());
    }

    /** Whoever is still there is moved, also who came or stayed meanwhile. */
    private void look() {
        Deque<InstanceId> left = new ArrayDeque<>();
        for (Instance instance : engine.datacenter().inventory().instances()) {
            if (instance.state() != InstanceState.TERMINATED && instance.host().equals(Optional.of(host))) {
                left.add(instance.id());
            }
        }
        if (left.isEmpty()) {
            engine.datacenter().submit(engine.operator(), new HostCommand.Remove(host)).thenRun(() -> fleet.remove(host));
        } else if (!fleet.hasFailed(host)) { // else nobody knows what runs there, and it stays
            move(left);
            timeline.after(BETWEEN_LOOKS, this::look);
        }
    }

    private void move(Deque<InstanceId> left) {
        if (left.isEmpty()) {
            return;
        }
        InstanceId id = left.remove();
        Inventory now = engine.datacenter().inventory();
        boolean isMoving = now.migrations().find(id).filter(migration -> migration.isMoving()).isPresent();
        boolean runs = now.instances().find(id).filter(instance -> instance.state() == InstanceState.RUNNING).isPresent();
        if (isMoving) {
            move(left);
        } else if (runs) {
            engine.datacenter()
                    .submit(engine.operator(), new MigrationCommand.Start(id, Optional.empty(), Optional.empty(), "its host is taken away"))
                    .whenComplete((migration, failure) -> {
                        if (failure != null) {
                            account.refused(1);
                            terminate(id);
                        }
                        move(left);
                    });
        } else {
            terminate(id);
            move(left);
        }
    }

    private void terminate(InstanceId id) {
        engine.datacenter().submit(engine.operator(), new InstanceCommand.Terminate(List.of(id)));
    }
}
