package org.kumiki.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.DatacenterException.Reason;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.PlacementRequest;
import org.kumiki.api.view.DatacenterView;

/**
 * Launching, in two steps: a launch is understood on one snapshot of the world, and a scheduler is asked about it; then it is carried out
 * in the world of that moment, in which everything is checked again.
 */
final class Launches {

    private static final int MOST_AT_ONCE = 1_000;
    private static final int TOKEN_LIMIT = 128;
    private static final int USER_DATA_LIMIT = 16 * 1024;

    /** The world has changed since the scheduler saw it; it should look again. */
    static final class Outdated extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Outdated(String message) {
            super(message, null, false, false);
        }
    }

    /** What a scheduler answered, which one, and what it had been shown. */
    record Placed(Placement placement, String brain, DatacenterView seen) {

        long view() {
            return seen.version();
        }
    }

    /** What would be recorded if a scheduler had given another answer. */
    static Decision decision(Decision recorded, Placement placement) {
        List<HostId> hosts = placement.hosts();
        return new Decision(recorded.number(), recorded.at(), recorded.view(), recorded.brain(), recorded.subject(),
                hosts.subList(0, Math.min(hosts.size(), recorded.subject().size())), placement.reason(), placement.refusals());
    }

    private Launches() {
    }

    /** The reservation that the same token was given before, if it was. */
    static Optional<Reservation> repeated(Draft draft, Caller caller, Launch launch) {
        Optional<Token> token = launch.token().flatMap(text -> draft.find(Entity.TOKEN, Token.key(caller.account(), text)));
        if (token.isPresent() && !token.get().request().equals(fingerprint(launch))) {
            throw new DatacenterException(Reason.TOKEN_REUSED, Kind.INSTANCE, launch.token().get(),
                    "The client token was used before with other parameters");
        }
        return token.map(known -> {
            List<Instance> instances = known.made().stream()
                    .flatMap(id -> draft.find(Entity.INSTANCE, new InstanceId(id)).stream()).toList();
            return new Reservation(instances.isEmpty() ? "" : instances.get(0).reservation(), caller.account(), instances);
        });
    }

    /** What to ask a scheduler for. Fails if the launch makes no sense. */
    static PlacementRequest request(Draft draft, Caller caller, Launch launch) {
        if (launch.min() < 1 || launch.max() < launch.min()) {
            throw Refused.invalid(Kind.INSTANCE, launch.min(), "At least one instance must be asked for, and no fewer than the least");
        }
        if (launch.max() > MOST_AT_ONCE) {
            throw Refused.limit(Kind.INSTANCE, "At most " + MOST_AT_ONCE + " instances can be launched by one request");
        }
        if (launch.token().filter(token -> token.length() > TOKEN_LIMIT).isPresent()) {
            throw Refused.invalid(Kind.INSTANCE, "ClientToken", "A client token has at most " + TOKEN_LIMIT + " characters");
        }
        LaunchSpec spec = launch.spec();
        InstanceType type = type(draft, spec.type());
        Image image = draft.find(Entity.IMAGE, spec.image()).filter(found -> found.shared() || caller.owns(found.owner()))
                .orElseThrow(() -> Refused.notFound(Kind.IMAGE, spec.image()));
        if (image.state() != Image.State.AVAILABLE) {
            throw Refused.wrongState(Kind.IMAGE, image.id(), "The image '" + image.id() + "' is "
                    + (image.state() == Image.State.PENDING ? "not ready yet" : "unusable: " + image.reason().orElse("unknown")));
        }
        spec.keyName().ifPresent(name -> key(draft, caller, name));
        spec.groups().forEach(group -> Owned.group(draft, caller, group));
        PlacementGroupCommands.check(draft, caller, spec.rules());
        if (spec.userData().map(String::length).orElse(0) > (USER_DATA_LIMIT + 2) / 3 * 4) {
            throw Refused.invalid(Kind.INSTANCE, "UserData", "User data is limited to " + USER_DATA_LIMIT + " bytes");
        }
        TagCommands.check(launch.tags());
        TagCommands.check(launch.volumeTags());
        return new PlacementRequest(launch.max(), resources(type, BlockDevices.ofLaunch(draft, caller, image, type, launch.devices())),
                withHardware(spec, image).rules());
    }

    /** What an instance does not say of its hardware, its image may: once and for all, since a guest that moves must find the same again. */
    private static LaunchSpec withHardware(LaunchSpec spec, Image image) {
        try {
            return spec.hardware().or(() -> Hardware.said(image.tags())).map(spec::on).orElse(spec);
        } catch (IllegalArgumentException e) {
            throw Refused.invalid(Kind.IMAGE, image.id(), "The tag " + Hardware.TAG + " of the image '" + image.id() + "' is wrong. " + e.getMessage());
        }
    }

    /** A root volume may be larger or smaller than the disk that the type promises, and takes what it takes. */
    private static Resources resources(InstanceType type, List<BlockDevice> devices) {
        return devices.isEmpty() ? type.resources() : type.resources().withDisk(devices.get(0).sizeMiB());
    }

    /** Makes the instances where the scheduler wants them. */
    static Reservation launch(Draft draft, Caller caller, Launch launch, Placed placed) {
        Optional<Reservation> before = repeated(draft, caller, launch);
        if (before.isPresent()) {
            return before.get();
        }
        Accounts.open(draft, caller.account());
        PlacementRequest request = request(draft, caller, launch);
        List<HostId> chosen = placed.placement().hosts();
        if (chosen.size() < launch.min()) {
            throw noRoom(launch, placed.placement());
        }
        Image image = draft.find(Entity.IMAGE, launch.spec().image()).orElseThrow();
        LaunchSpec spec = withHardware(withGroups(draft, caller, launch.spec()), image);
        List<BlockDevice> devices = BlockDevices.ofLaunch(draft, caller, image, type(draft, spec.type()), launch.devices());
        Network network = Accounts.network(draft.all(Entity.NETWORK), caller.account()).orElseThrow();
        String reservation = draft.ids().reservation();
        long decision = Decisions.next(draft);
        List<Instance> made = new ArrayList<>();
        for (HostId host : chosen.subList(0, Math.min(chosen.size(), launch.max()))) {
            String objection = PlanChecker.objection(draft.hosts(), host, request.each(), request.rules());
            if (objection != null) {
                throw new Outdated("host " + host + " " + objection);
            }
            int lease = Leases.free(draft.leases());
            if (lease < 0) {
                throw Refused.noCapacity(Kind.INSTANCE, spec.type(), "All addresses of the network are taken");
            }
            NetworkInterface nic = new NetworkInterface(network.id(), Leases.mac(lease), Leases.privateAddress(lease),
                    Optional.of(draft.ids().publicAddress(lease)));
            Instance instance = new Instance(draft.ids().instance(), caller.account(), reservation, made.size(), spec, request.each(),
                    image.root().map(BlockDevice::name), InstanceState.PENDING, Optional.empty(), draft.now(), draft.now(), Optional.of(host), nic,
                    launch.terminationProtected(), launch.tags(), decision);
            made.add(draft.put(Entity.INSTANCE, instance));
            VolumeCommands.launch(draft, instance, devices, launch.volumeTags());
            InstanceCommands.switchOn(draft, instance);
        }
        List<String> names = made.stream().map(instance -> instance.id().value()).toList();
        Decisions.keep(draft, new Decision(decision, draft.now(), placed.view(), placed.brain(), names,
                chosen.subList(0, made.size()), placed.placement().reason(), placed.placement().refusals()));
        launch.token().ifPresent(text -> draft.put(Entity.TOKEN,
                new Token(Token.key(caller.account(), text), fingerprint(launch), names, draft.now())));
        return new Reservation(reservation, caller.account(), made);
    }

    static DatacenterException noRoom(Launch launch, Placement placement) {
        StringBuilder message = new StringBuilder("There is room for " + placement.hosts().size() + " of the " + launch.min()
                + " instances of type " + launch.spec().type() + " that must start together");
        placement.refusals()
                .forEach(refusal -> message.append("; ").append(refusal.hosts().count()).append(refusal.hosts().count() == 1 ? " host " : " hosts: ")
                        .append(refusal.reason()));
        return Refused.noCapacity(Kind.INSTANCE, launch.spec().type(), message.toString());
    }

    static InstanceType type(Draft draft, String name) {
        return draft.base().instanceTypes().find(name).orElseThrow(() -> Refused.notFound(Kind.INSTANCE_TYPE, name));
    }

    private static LaunchSpec withGroups(Draft draft, Caller caller, LaunchSpec spec) {
        if (!spec.groups().isEmpty()) {
            return spec;
        }
        SecurityGroup group = Accounts.group(draft.all(Entity.GROUP), caller.account(), Accounts.DEFAULT_GROUP).orElseThrow();
        return spec.withGroups(List.<GroupId>of(group.id()));
    }

    private static void key(Draft draft, Caller caller, String name) {
        if (draft.all(Entity.KEY_PAIR).stream()
                .noneMatch(key -> key.owner().equals(caller.account()) && key.name().equals(name))) {
            throw Refused.notFound(Kind.KEY_PAIR, name);
        }
    }

    /** What tells one request from another, as text that is the same in every run. */
    private static String fingerprint(Launch launch) {
        LaunchSpec spec = launch.spec();
        PlacementRules rules = spec.rules();
        return String.join("|", spec.type(), spec.image().value(), spec.keyName().orElse(""), spec.groups().toString(),
                Integer.toHexString(spec.userData().orElse("").hashCode()), String.valueOf(spec.terminateOnStop()),
                launch.min() + "-" + launch.max(), new TreeMap<>(launch.tags()).toString(), String.valueOf(launch.terminationProtected()),
                rules.host().toString(), new TreeSet<>(rules.methods()).toString(), new TreeMap<>(rules.labels()).toString(),
                rules.spreadGroup().orElse(""), rules.clusterGroup().orElse(""), launch.devices().toString(),
                new TreeMap<>(launch.volumeTags()).toString(), spec.hardware().map(Hardware::text).orElse(""));
    }
}
