package org.kumiki.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.model.Volume;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.view.HostTable;

/**
 * Everything of one instance that its panel shows.
 *
 * @param reason  why it is in its state
 * @param labels  of its host; among other things, by which accelerator guests run there
 * @param hardware what its guest sees, or null
 * @param volumes attached to it, each with whether it goes when the instance goes
 * @param why     the decision that placed it; none if it is too long ago to be kept
 * @param wishes  what the latest plans say of it
 */
record InstanceDetail(InstanceRow instance, String owner, String reservation, String image, String imageName, String key, String reason,
        Resources resources, Map<String, String> labels, String hardware, String mac, List<String> groups, Map<String, String> tags, List<Disk> volumes, Why why, List<Wish> wishes) {

    /** A volume on the instance. */
    record Disk(String id, String device, long sizeMiB, boolean deleteOnTermination) {
    }

    /**
     * What a policy wants of the instance.
     *
     * @param to    where it is to move; null if it should move and cannot
     * @param state of that step, or null
     * @param note  what was against it, or how it ended
     */
    record Wish(String policy, boolean advice, String to, String state, String reason, String note) {
    }

    static InstanceDetail of(Instance instance, Inventory inventory, List<PlanReport> plans) {
        HostTable hosts = inventory.view().hosts();
        Optional<Image> image = inventory.images().find(instance.spec().image());
        return new InstanceDetail(InstanceRow.of(instance, inventory, hosts), instance.owner().value(), instance.reservation(),
                instance.spec().image().value(), image.map(Image::name).orElse(null), instance.spec().keyName().orElse(null),
                instance.reason().orElse(null), instance.resources(),
                instance.host().map(hosts::row).filter(row -> row >= 0).map(row -> (Map<String, String>) new TreeMap<>(hosts.labels(row))).orElse(Map.of()),
                instance.spec().hardware().map(Hardware::text).orElse(null), instance.nic().mac(), groups(instance, inventory),
                new TreeMap<>(instance.tags()), volumes(instance, inventory),
                inventory.decisions().find(instance.decision()).map(decision -> Why.of(decision, hosts, instance.id().value()))
                        .orElse(null),
                wishes(instance.id(), plans));
    }

    private static List<Wish> wishes(InstanceId instance, List<PlanReport> plans) {
        List<Wish> wishes = new ArrayList<>();
        for (PlanReport plan : plans) {
            plan.steps().stream().filter(step -> destination(step.action(), instance) != null)
                    .forEach(step -> wishes.add(new Wish(plan.policy(), plan.advice(), destination(step.action(), instance).value(),
                            Overview.lower(step.state()), step.reason(), step.note())));
            plan.left().stream().filter(left -> left.instance().equals(instance))
                    .forEach(left -> wishes.add(new Wish(plan.policy(), plan.advice(), null, null, left.reason(), "")));
        }
        return wishes;
    }

    /** Where an action moves an instance, or null. */
    private static HostId destination(Action action, InstanceId instance) {
        if (action instanceof Action.Migrate move) {
            return move.instance().equals(instance) ? move.destination() : null;
        }
        return action instanceof Action.MigrateTogether together && together.instances().contains(instance) ? together.destination() : null;
    }

    private static List<String> groups(Instance instance, Inventory inventory) {
        return instance.spec().groups().stream()
                .map(group -> inventory.securityGroups().find(group).map(SecurityGroup::name).orElse(group.value())).toList();
    }

    private static List<Disk> volumes(Instance instance, Inventory inventory) {
        return inventory.volumes().stream().filter(volume -> isOn(volume, instance)).map(volume -> new Disk(volume.id().value(),
                volume.attachment().get().device(), volume.sizeMiB(), volume.attachment().get().deleteOnTermination())).toList();
    }

    private static boolean isOn(Volume volume, Instance instance) {
        return volume.attachment().filter(attachment -> attachment.instance().equals(instance.id())).isPresent();
    }
}
