package org.kumiki.shell;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.PlacementGroup;

/** Finds what an operator means: by identifier, or by a name that only one thing has. */
final class Finder {

    private Finder() {
    }

    static Instance instance(Inventory inventory, String word) {
        return one("instance", "instances", word, instances(inventory, word));
    }

    static List<Instance> instances(Inventory inventory, String word) {
        return inventory.instances().stream().filter(instance -> instance.id().value().equals(word)
                || word.equals(instance.tags().get("Name")) && instance.state() != InstanceState.TERMINATED).toList();
    }

    static PlacementGroup placementGroup(Inventory inventory, String word) {
        return one("placement group", "aws ec2 describe-placement-groups", word, inventory.placementGroups().stream()
                .filter(group -> group.id().value().equals(word) || group.name().equals(word)).toList());
    }

    static Image image(Inventory inventory, String word) {
        return one("image", "images", word, inventory.images().stream()
                .filter(image -> image.id().value().equals(word) || image.name().equals(word)).toList());
    }

    static Host host(Inventory inventory, String word) {
        return one("host", "hosts", word, inventory.hosts().stream()
                .filter(host -> host.id().value().equals(word) && host.state() != HostState.REMOVED).toList());
    }

    /** A host of that very name, unless it was taken out of the datacenter. */
    static Optional<Host> presentHost(Inventory inventory, String word) {
        return inventory.hosts().stream().filter(host -> host.id().value().equals(word) && host.state() != HostState.REMOVED).findFirst();
    }

    /** Also one that was taken out of the datacenter. */
    static Host anyHost(Inventory inventory, String word) {
        return one("host", "hosts", word, inventory.hosts().stream().filter(host -> host.id().value().equals(word)).toList());
    }

    private static <T> T one(String kind, String command, String word, List<T> found) {
        if (found.size() != 1) {
            throw new CommandFailedException((found.isEmpty() ? "there is no " + kind : "there are " + found.size() + " " + kind + "s")
                    + " \"" + Text.line(word) + "\"; " + command + " shows those that are there");
        }
        return found.get(0);
    }
}
