package org.kumiki.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.command.StateChange;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/**
 * Commands for which a scheduler may have to be asked. It is asked on the world as it is, and what it answers is carried out in the world of
 * that moment, where everything is checked again; if that has changed too much, it is asked again. Thread-safe.
 */
final class Placements {

    private static final int LOOKS_AT_MOST = 100;

    private final Writer writer;
    private final Brains brains;
    private final Replays replays;
    private final Supplier<Draft> glance;
    private final InFlight inFlight = new InFlight();

    /** @param glance makes drafts to look at, of which nothing will come */
    Placements(Writer writer, Brains brains, Replays replays, Supplier<Draft> glance) {
        this.writer = writer;
        this.brains = brains;
        this.replays = replays;
        this.glance = glance;
    }

    CompletionStage<Reservation> launch(Caller caller, Launch launch) {
        return launch(caller, launch, LOOKS_AT_MOST, true);
    }

    /** Begins a move to where the operator says, or a scheduler. */
    CompletionStage<Migration> migrate(Caller caller, MigrationCommand.Start command) {
        return migrate(caller, command, LOOKS_AT_MOST);
    }

    /** Starts instances again, and has a scheduler look for those that cannot start where they ran. */
    CompletionStage<List<StateChange>> start(Caller caller, InstanceCommand.Start command) {
        return start(caller, command, LOOKS_AT_MOST);
    }

    /** @param polite whether room that others are about to take counts as taken; where too little is left so, it is not given up for them */
    private CompletionStage<Reservation> launch(Caller caller, Launch launch, int looks, boolean polite) {
        Draft draft = glance.get();
        PlacementRequest request;
        try {
            Optional<Reservation> repeated = Launches.repeated(draft, caller, launch);
            if (repeated.isPresent()) {
                return CompletableFuture.completedFuture(repeated.get());
            }
            request = Launches.request(draft, caller, launch);
        } catch (DatacenterException e) {
            return CompletableFuture.failedFuture(e);
        }
        return brains.place(() -> polite ? inFlight.view(writer.world()) : writer.world().view(), request).thenCompose(placed -> {
            if (placed.placement().hosts().size() < (polite ? launch.max() : launch.min())) {
                return polite ? launch(caller, launch, looks, false)
                        : CompletableFuture.<Reservation>failedFuture(Launches.noRoom(launch, placed.placement()));
            }
            InFlight.Claim claim = inFlight.claim(request, placed.placement().hosts());
            return writer.submit(current -> Launches.launch(current, caller, launch, placed)).handle((reservation, failure) -> {
                inFlight.drop(claim);
                if (failure == null) {
                    keep(reservation, placed, request);
                    return CompletableFuture.completedFuture(reservation);
                }
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                if (!(cause instanceof Launches.Outdated)) {
                    return CompletableFuture.<Reservation>failedFuture(cause);
                }
                return looks > 1 ? launch(caller, launch, looks - 1, polite)
                        : CompletableFuture.<Reservation>failedFuture(Refused.noCapacity(Kind.INSTANCE, launch.spec().type(),
                                "Others took the room first: " + cause.getMessage()));
            }).thenCompose(next -> next);
        });
    }

    /** So that the scheduler can be asked the same again. One that was answered by the client's token was decided before. */
    private void keep(Reservation reservation, Launches.Placed placed, PlacementRequest request) {
        DatacenterView seen = placed.seen().copy();
        reservation.instances().stream().findFirst().ifPresent(instance -> replays.keep(instance.decision(),
                recorded -> brains.again(placed.brain(), seen, request).thenApply(placement -> Launches.decision(recorded, placement))));
    }

    private CompletionStage<Migration> migrate(Caller caller, MigrationCommand.Start command, int looks) {
        if (command.destination().isPresent()) {
            Placement there = new Placement(List.of(command.destination().get()), "the operator chose the host", List.of());
            return writer.submit(draft -> MigrationCommands.start(draft, caller, command, new Launches.Placed(there, caller.via(), draft.base().view())));
        }
        Draft draft = glance.get();
        PlacementRequest request;
        try {
            request = MigrationCommands.request(draft, caller, command.instance());
        } catch (DatacenterException e) {
            return CompletableFuture.failedFuture(e);
        }
        HostTable hosts = MigrationCommands.without(draft, command.instance());
        DatacenterView view = view(draft.base(), hosts);
        return brains.place(() -> view, request).thenCompose(placed -> writer.submit(current -> MigrationCommands.start(current, caller, command, placed))
                .thenApply(migration -> {
                    DatacenterView kept = view.copy();
                    replays.keep(migration.decision(), recorded -> brains.again(placed.brain(), kept, request)
                            .thenApply(placement -> MigrationCommands.decision(recorded, command.reason(), placement)));
                    return migration;
                }))
                .exceptionallyCompose(failure -> Drivers.unwrapped(failure) instanceof Launches.Outdated && looks > 1
                        ? migrate(caller, command, looks - 1)
                        : CompletableFuture.failedFuture(Drivers.unwrapped(failure)));
    }

    private CompletionStage<List<StateChange>> start(Caller caller, InstanceCommand.Start command, int looks) {
        Draft draft = glance.get();
        Map<InstanceId, PlacementRequest> homeless;
        try {
            homeless = InstanceCommands.homeless(draft, caller, command);
        } catch (DatacenterException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletionStage<Map<InstanceId, Launches.Placed>> all = CompletableFuture.completedFuture(new HashMap<>());
        AtomicReference<HostTable> hosts = new AtomicReference<>(draft.hosts());
        for (Map.Entry<InstanceId, PlacementRequest> one : homeless.entrySet()) {
            all = all.thenCompose(placed -> brains.place(() -> view(draft.base(), hosts.get()), one.getValue()).thenApply(answer -> {
                answer.placement().hosts().forEach(host -> hosts.updateAndGet(
                        before -> before.edit().take(before.row(host), one.getValue().each()).build()));
                placed.put(one.getKey(), answer);
                return placed;
            }));
        }
        return all.thenCompose(placed -> writer.submit(current -> InstanceCommands.start(current, caller, command, placed)).thenApply(changes -> {
            placed.forEach((id, answer) -> keep(id, answer, homeless.get(id)));
            return changes;
        }))
                .exceptionallyCompose(failure -> Drivers.unwrapped(failure) instanceof Launches.Outdated && looks > 1
                        ? start(caller, command, looks - 1)
                        : CompletableFuture.failedFuture(Drivers.unwrapped(failure)));
    }

    /** What is said before the scheduler's own reason is no answer of its. */
    private void keep(InstanceId id, Launches.Placed placed, PlacementRequest request) {
        DatacenterView seen = placed.seen().copy();
        writer.world().instances().find(id).ifPresent(instance -> replays.keep(instance.decision(), recorded -> {
            String before = recorded.reason().substring(0, recorded.reason().length() - placed.placement().reason().length() - 2);
            return brains.again(placed.brain(), seen, request).thenApply(placement -> MigrationCommands.decision(recorded, before, placement));
        }));
    }

    /** A world with other hosts. */
    private static DatacenterView view(World world, HostTable hosts) {
        Table<InstanceId, Instance> instances = world.instances();
        return new DatacenterView(world.version(), world.time(), hosts, world.spareHosts(), () -> new InstanceTable(instances, hosts));
    }
}
