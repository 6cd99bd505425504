package org.kumiki.shell;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.view.HostTable;

/** What the shell shows of an instance, in a line and in full. */
final class Views {

    private Views() {
    }

    static Listing<Instance> instances(List<Instance> instances, Instant now) {
        return new Listing<>(instances)
                .column("INSTANCE", Instance::id)
                .column("NAME", i -> i.tags().get("Name"))
                .column("STATE", i -> i.state().label())
                .column("TYPE", i -> i.spec().type())
                .column("IMAGE", i -> i.spec().image())
                .column("HOST", Instance::host)
                .column("PRIVATE", i -> i.nic().privateAddress())
                .column("PUBLIC", i -> i.nic().publicAddress())
                .column("SINCE", i -> Text.age(i.since(), now));
    }

    static Listing<Instance> instance(Inventory inventory) {
        return new Listing<Instance>(List.of())
                .column("instance", Instance::id)
                .column("account", Instance::owner)
                .column("state", i -> i.state().label() + " since " + i.since())
                .column("reason", Instance::reason)
                .column("launched", i -> i.launched() + " as number " + i.index() + " of " + i.reservation())
                .column("type", i -> i.spec().type() + " (" + Words.of(i.resources()) + ")")
                .column("image", i -> i.spec().image() + inventory.images().find(i.spec().image()).map(m -> " " + m.name()).orElse(""))
                .column("key", i -> i.spec().keyName())
                .column("groups", i -> i.spec().groups())
                .column("hardware", i -> i.spec().hardware().map(Hardware::text))
                .column("host", Instance::host)
                .column("host labels", i -> i.host().map(host -> labels(inventory.view().hosts(), host)))
                .column("decision", Instance::decision)
                .column("private address", i -> i.nic().privateAddress() + " (" + i.nic().mac() + ")")
                .column("public address", i -> i.nic().publicAddress())
                .column("termination", i -> i.terminationProtected() ? "protected" : "allowed")
                .column("tags", Instance::tags);
    }

    /** Among other things, by which accelerator guests run there. */
    private static Map<String, String> labels(HostTable hosts, HostId host) {
        int row = hosts.row(host);
        return row < 0 ? Map.of() : hosts.labels(row);
    }
}
