package org.kumiki.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.command.InstanceCommand.Modify;
import org.kumiki.api.command.InstanceCommand.Reboot;
import org.kumiki.api.command.InstanceCommand.Start;
import org.kumiki.api.command.InstanceCommand.Stop;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.command.StateChange;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Volume;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.PlacementRequest;

/** What happens to instances that exist: started, stopped, changed and ended, by command and by themselves. */
final class InstanceCommands {

    private static final String MOVED_PORT = "kumiki:port-";

    private InstanceCommands() {
    }

    /** The stopped instances that cannot start where they ran, and what to ask a scheduler for. */
    static Map<InstanceId, PlacementRequest> homeless(Draft draft, Caller caller, Start command) {
        Map<InstanceId, PlacementRequest> homeless = new LinkedHashMap<>();
        for (InstanceId id : command.instances()) {
            Instance instance = Owned.liveInstance(draft, caller, id);
            if (instance.state() == InstanceState.STOPPED && refusal(draft, instance, instance.host().orElseThrow()) != null) {
                homeless.put(id, new PlacementRequest(1, instance.resources(), instance.spec().rules()));
            }
        }
        return homeless;
    }

    private static String refusal(Draft draft, Instance instance, HostId host) {
        return Eligibility.refusal(draft.hosts(), draft.hosts().row(host), instance.resources(), instance.spec().rules());
    }

    /** @param elsewhere where a scheduler wants those that cannot start where they ran */
    static List<StateChange> start(Draft draft, Caller caller, Start command, Map<InstanceId, Launches.Placed> elsewhere) {
        List<StateChange> changes = new ArrayList<>();
        for (InstanceId id : command.instances()) {
            Instance instance = Owned.liveInstance(draft, caller, id);
            switch (instance.state()) {
                case STOPPED -> {
                    comeBack(draft, instance, Optional.ofNullable(elsewhere.get(id)));
                    changes.add(new StateChange(id, InstanceState.STOPPED, InstanceState.PENDING));
                }
                case STOPPING -> throw Refused.wrongState(Kind.INSTANCE, id,
                        "The instance '" + id + "' is still stopping; start it when it is stopped");
                default -> changes.add(new StateChange(id, instance.state(), instance.state()));
            }
        }
        return changes;
    }

    /**
     * A stopped instance starts where it ran, if it can. Its disks are volumes, so it may elsewhere too; what it left behind is cleared when
     * that host is seen with it.
     */
    private static void comeBack(Draft draft, Instance instance, Optional<Launches.Placed> elsewhere) {
        HostId host = instance.host().orElseThrow();
        instance.rootDevice().filter(device -> VolumeCommands.on(draft, instance.id(), device).isEmpty()).ifPresent(device -> {
            throw Refused.wrongState(Kind.INSTANCE, instance.id(), "Invalid value '" + instance.id()
                    + "' for instanceId. Instance does not have a volume attached at root (" + device + ")");
        });
        String refusal = refusal(draft, instance, host);
        if (refusal == null) {
            comeUp(draft, instance);
        } else if (elsewhere.isEmpty() || elsewhere.get().placement().hosts().isEmpty()) {
            throw Refused.noCapacity(Kind.INSTANCE, instance.id(), "The instance '" + instance.id() + "' ran on host " + host + ", which " + refusal
                    + (elsewhere.isEmpty() ? "" : ", and no other host may take it"));
        } else {
            comeUp(draft, moved(draft, instance, elsewhere.get(), "host " + host + " " + refusal));
        }
    }

    private static Instance moved(Draft draft, Instance instance, Launches.Placed elsewhere, String reason) {
        HostId host = elsewhere.placement().hosts().get(0);
        String objection = PlanChecker.objection(draft.hosts(), host, instance.resources(), instance.spec().rules());
        if (objection != null) {
            throw new Launches.Outdated("host " + host + " " + objection);
        }
        long number = Decisions.next(draft);
        Decisions.keep(draft, new Decision(number, draft.now(), elsewhere.view(), elsewhere.brain(), List.of(instance.id().value()), List.of(host),
                reason + ": " + elsewhere.placement().reason(), elsewhere.placement().refusals()));
        return instance.onHost(host, number);
    }

    private static void comeUp(Draft draft, Instance instance) {
        String address = draft.ids().publicAddress(Leases.of(instance.nic().privateAddress()));
        switchOn(draft, draft.put(Entity.INSTANCE, instance.with(InstanceState.PENDING, draft.now(), Optional.empty())
                .with(instance.nic().withPublicAddress(Optional.of(elastic(draft, instance.id()).orElse(address))))));
    }

    static void switchOn(Draft draft, Instance instance) {
        draft.effect(new Effect.StartGuest(instance.id(), draft.volumes(instance.id()).stream().map(Volume::id).toList()));
    }

    private static Optional<String> elastic(Draft draft, InstanceId id) {
        return draft.addresses(id).stream().map(Address::address).findFirst();
    }

    static List<StateChange> stop(Draft draft, Caller caller, Stop command) {
        List<StateChange> changes = new ArrayList<>();
        for (InstanceId id : command.instances()) {
            Instance instance = Owned.liveInstance(draft, caller, id);
            if (instance.state() == InstanceState.RUNNING || instance.state() == InstanceState.PENDING
                    || command.force() && instance.state() == InstanceState.STOPPING) {
                draft.put(Entity.INSTANCE, instance.with(InstanceState.STOPPING, draft.now(), Optional.of("Client.UserInitiatedShutdown")));
                draft.effect(new Effect.StopGuest(id, command.force()));
                changes.add(new StateChange(id, instance.state(), InstanceState.STOPPING));
            } else {
                changes.add(new StateChange(id, instance.state(), instance.state()));
            }
        }
        return changes;
    }

    static List<InstanceId> reboot(Draft draft, Caller caller, Reboot command) {
        for (InstanceId id : command.instances()) {
            Instance instance = Owned.liveInstance(draft, caller, id);
            if (instance.state() != InstanceState.RUNNING) {
                throw Refused.wrongState(Kind.INSTANCE, id,
                        "The instance '" + id + "' is " + instance.state().label() + "; only a running one can be rebooted");
            }
            draft.effect(new Effect.RebootGuest(id));
        }
        return command.instances();
    }

    static List<StateChange> terminate(Draft draft, Caller caller, Terminate command) {
        List<StateChange> changes = new ArrayList<>();
        for (InstanceId id : command.instances()) {
            Instance instance = Owned.instance(draft, caller, id);
            if (instance.state() == InstanceState.TERMINATED || instance.state() == InstanceState.SHUTTING_DOWN) {
                changes.add(new StateChange(id, instance.state(), instance.state()));
                continue;
            }
            if (instance.terminationProtected()) {
                throw Refused.denied(Kind.INSTANCE, id, "The instance '" + id
                        + "' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.");
            }
            InstanceState after = instance.state() == InstanceState.STOPPED ? InstanceState.TERMINATED : InstanceState.SHUTTING_DOWN;
            end(draft, instance, after, "Client.UserInitiatedShutdown: User initiated shutdown");
            changes.add(new StateChange(id, instance.state(), after));
        }
        return changes;
    }

    static Instance modify(Draft draft, Caller caller, Modify command) {
        Instance instance = Owned.liveInstance(draft, caller, command.instance());
        LaunchSpec spec = instance.spec();
        if ((command.type().isPresent() || command.userData().isPresent()) && instance.state() != InstanceState.STOPPED) {
            throw Refused.wrongState(Kind.INSTANCE, instance.id(),
                    "The instance '" + instance.id() + "' must be stopped before its type or user data can change");
        }
        InstanceType type = Launches.type(draft, command.type().orElse(spec.type()));
        command.groups().ifPresent(groups -> groups.forEach(group -> Owned.group(draft, caller, group)));
        LaunchSpec changed = new LaunchSpec(type.name(), spec.image(), spec.keyName(), command.groups().orElse(spec.groups()),
                command.userData().or(spec::userData), command.terminateOnStop().orElse(spec.terminateOnStop()), spec.rules(),
                spec.hardware());
        command.deleteOnTermination().forEach((device, whetherItGoes) -> {
            Volume volume = VolumeCommands.on(draft, instance.id(), device).orElseThrow(() -> new DatacenterException(
                    DatacenterException.Reason.NOT_FOUND, Kind.BLOCK_DEVICE, device, "No device is currently mapped at " + device));
            draft.put(Entity.VOLUME, volume.with(volume.state(), volume.attachment().map(on -> on.withDeleteOnTermination(whetherItGoes))));
        });
        Instance result = instance.with(changed, command.type().isPresent() ? resized(instance, type.resources()) : instance.resources())
                .withTerminationProtected(command.terminationProtected().orElse(instance.terminationProtected()));
        draft.put(Entity.INSTANCE, result);
        if (command.groups().isPresent()) {
            relink(draft, result);
        }
        return result;
    }

    /** The root volume stays as large as it is, whatever the type. */
    private static Resources resized(Instance instance, Resources type) {
        return instance.rootDevice().isEmpty() ? type : type.withDisk(instance.resources().diskMiB());
    }

    /** What a guest that is being started was linked with may be out of date already, so it is linked once more. */
    static void relink(Draft draft, Instance instance) {
        if (instance.state() == InstanceState.RUNNING || instance.state() == InstanceState.PENDING) {
            draft.effect(new Effect.LinkGuest(instance.id()));
        }
    }

    static void started(Draft draft, InstanceId id) {
        draft.find(Entity.INSTANCE, id).filter(instance -> instance.state() == InstanceState.PENDING).ifPresent(
                instance -> draft.put(Entity.INSTANCE, instance.with(InstanceState.RUNNING, draft.now(), Optional.empty())));
    }

    /** One that had run before keeps its disks, and with them whatever is on them. */
    static void notStarted(Draft draft, InstanceId id, String reason) {
        draft.find(Entity.INSTANCE, id).filter(instance -> instance.state() == InstanceState.PENDING).ifPresent(instance -> {
            boolean hadRun = !instance.since().equals(instance.launched());
            if (hadRun) {
                rest(draft, instance, "Server.InternalError: " + reason);
            } else {
                end(draft, instance, InstanceState.SHUTTING_DOWN, "Server.InternalError: " + reason);
            }
        });
    }

    /** A port that could not be bound under its own number can be read from a tag. */
    static void linked(Draft draft, InstanceId id, NetworkLink link) {
        draft.find(Entity.INSTANCE, id).filter(instance -> instance.state().occupiesHost() && elastic(draft, id).isEmpty()).ifPresent(instance -> {
            Optional<String> address = Optional.of(address(draft, instance, link));
            if (!instance.nic().publicAddress().equals(address)) {
                relink(draft, draft.put(Entity.INSTANCE, instance.with(instance.nic().withPublicAddress(address))));
            }
        });
        List<NetworkLink.Forward> forwards = link instanceof NetworkLink.User user ? user.forwards() : List.of();
        draft.find(Entity.INSTANCE, id).filter(instance -> instance.state() != InstanceState.TERMINATED).ifPresent(instance -> {
            Map<String, String> tags = new HashMap<>(instance.tags());
            tags.keySet().removeIf(key -> key.startsWith(MOVED_PORT));
            forwards.stream().filter(forward -> forward.port() != forward.guestPort())
                    .forEach(forward -> tags.put(MOVED_PORT + forward.guestPort(), forward.address() + ":" + forward.port()));
            if (!tags.equals(instance.tags())) {
                draft.put(Entity.INSTANCE, instance.withTags(tags));
            }
        });
    }

    /** Where a guest is reached: in a network of its own kind at its private address, else at the one whose ports are forwarded. */
    private static String address(Draft draft, Instance instance, NetworkLink link) {
        String bridged = instance.nic().privateAddress();
        return link instanceof NetworkLink.Tap || link instanceof NetworkLink.Namespace ? bridged
                : instance.nic().publicAddress().filter(address -> !address.equals(bridged))
                        .orElseGet(() -> draft.ids().publicAddress(Leases.of(bridged)));
    }

    /** A guest is off, whether somebody wanted it or not. */
    static void stopped(Draft draft, InstanceId id, String reason) {
        Instance instance = draft.find(Entity.INSTANCE, id).orElse(null);
        if (instance == null) {
            return;
        }
        if (MigrationCommands.moving(draft, id).isPresent()) {
            return; // it may have been shut down so that it can move; once the move is over its driver is asked
        }
        switch (instance.state()) {
            case RUNNING -> {
                if (instance.spec().terminateOnStop()) {
                    end(draft, instance, InstanceState.SHUTTING_DOWN, "Client.InstanceInitiatedShutdown: " + reason);
                } else {
                    rest(draft, instance, "Client.InstanceInitiatedShutdown: " + reason);
                }
            }
            case STOPPING -> rest(draft, instance, instance.reason().orElse(reason));
            default -> {
                // a start or an end is under way and has the last word
            }
        }
    }

    private static void rest(Draft draft, Instance instance, String reason) {
        draft.put(Entity.INSTANCE, instance.with(InstanceState.STOPPED, draft.now(), Optional.of(reason))
                .with(instance.nic().withPublicAddress(Optional.empty())));
    }

    /** The guest is not on its host any more. If its disks are volumes, they are still there, and it can be started again. */
    static void lost(Draft draft, Instance instance) {
        String reason = "Server.InternalError: the guest is gone from its host";
        if (instance.rootDevice().isPresent()) {
            rest(draft, instance, reason);
        } else {
            end(draft, instance, InstanceState.TERMINATED, reason);
        }
    }

    private static void end(Draft draft, Instance instance, InstanceState state, String reason) {
        Instance ended = draft.put(Entity.INSTANCE, instance.with(state, draft.now(), Optional.of(reason)));
        draft.effect(new Effect.DestroyGuest(instance.id(), instance.host().orElseThrow()));
        if (state == InstanceState.TERMINATED) {
            over(draft, ended);
        }
    }

    /** Nothing of a terminated guest is left. */
    static void destroyed(Draft draft, InstanceId id) {
        draft.find(Entity.INSTANCE, id).filter(instance -> instance.state() == InstanceState.SHUTTING_DOWN).ifPresent(instance -> {
            Instance ended = draft.put(Entity.INSTANCE, instance.with(InstanceState.TERMINATED, draft.now(), instance.reason()));
            over(draft, ended);
        });
    }

    /** What an instance held is free again. */
    private static void over(Draft draft, Instance instance) {
        draft.put(Entity.INSTANCE, instance.with(instance.nic().withPublicAddress(Optional.empty())));
        draft.addresses(instance.id()).forEach(address -> draft.put(Entity.ADDRESS, address.with(Optional.empty())));
        draft.volumes(instance.id()).forEach(volume -> VolumeCommands.leave(draft, volume));
        Retired.sweep(draft);
    }
}
