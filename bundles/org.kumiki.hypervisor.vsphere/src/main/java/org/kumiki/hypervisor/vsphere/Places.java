package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;

/** Where in a server's inventory things are: the datacenter, the folder of our guests, datastores, networks. Thread-safe; calls block. */
final class Places {

    /**
     * What does not change while a server runs.
     *
     * @param path   of the datacenter in the inventory, as its files are asked for
     * @param guests the folder of our guests; an ESX host has one folder for all
     */
    record Site(Ref datacenter, String path, Ref guests) {
    }

    /** A datastore that a host reaches. */
    record Store(Ref ref, String name) {
    }

    private final Session session;
    private final Settings settings;
    private final Object looking = new Object();
    private volatile Site site;

    Places(Session session, Settings settings) {
        this.session = session;
        this.settings = settings;
    }

    Site site() throws IOException, InterruptedException {
        Site known = site;
        if (known != null) {
            return known;
        }
        synchronized (looking) {
            if (site == null) {
                Managed datacenter = one("datacenter", settings.datacenter(), session.all(session.content().rootFolder(), "Datacenter",
                        "name", "vmFolder", "parent"));
                site = new Site(datacenter.ref(), path(datacenter), folder(datacenter.ref("vmFolder").orElseThrow(() -> new IOException(
                        "the datacenter " + datacenter.text("name") + " has no folder for machines"))));
            }
            return site;
        }
    }

    /** What was known may be gone, and is looked for anew. */
    void forget() {
        site = null;
    }

    private String path(Managed datacenter) throws IOException, InterruptedException {
        Deque<String> names = new ArrayDeque<>();
        names.push(datacenter.text("name"));
        Optional<Ref> parent = datacenter.ref("parent");
        while (parent.isPresent() && !parent.get().equals(session.content().rootFolder())) {
            Managed folder = session.get(parent.get(), "name", "parent");
            names.push(folder.text("name"));
            parent = folder.ref("parent");
        }
        return String.join("/", names);
    }

    private Ref folder(Ref all) throws IOException, InterruptedException {
        if (!session.content().vCenter()) {
            return all;
        }
        Optional<Ref> known = child(all, settings.folder());
        if (known.isPresent()) {
            return known.get();
        }
        try {
            return session.ask(all, "CreateFolder", Element.text("name", settings.folder())).map(Element::ref)
                    .orElseThrow(() -> new IOException("no folder " + settings.folder() + " was made"));
        } catch (VimFault e) {
            if (!e.is("DuplicateName")) {
                throw e;
            }
            return child(all, settings.folder()).orElseThrow(() -> e); // somebody else was faster
        }
    }

    Optional<Ref> child(Ref parent, String name) throws IOException, InterruptedException {
        return session.ask(session.content().searchIndex(), "FindChild", Element.ref("entity", parent), Element.text("name", name)).map(Element::ref)
                .filter(found -> !found.value().isEmpty());
    }

    /** The resource pool of all of a host, or of all of its cluster. */
    Ref pool(Ref host) throws IOException, InterruptedException {
        Ref parent = session.get(host, "parent").ref("parent").orElseThrow(() -> new IOException("the host " + host + " is nowhere"));
        return session.get(parent, "resourcePool").ref("resourcePool").orElseThrow(() -> new IOException("the host " + host + " has no resources"));
    }

    /** Where guests of a host are kept. */
    Store store(Ref host) throws IOException, InterruptedException {
        Managed found = one("datastore", settings.datastore(),
                session.get("Datastore", session.get(host, "datastore").refs("datastore"), "name", "summary.accessible").stream()
                        .filter(store -> store.is("summary.accessible")).toList());
        return new Store(found.ref(), found.text("name"));
    }

    /** A machine of the datacenter that guests can be copies of. */
    Ref template(String name) throws IOException, InterruptedException {
        return one("template", name, session.all(site().datacenter(), "VirtualMachine", "name")).ref();
    }

    /** Where a network card leads; empty if guests have none. */
    Optional<Element> network(Ref host) throws IOException, InterruptedException {
        if (settings.network().isEmpty()) {
            return Optional.empty();
        }
        List<Ref> all = session.get(host, "network").refs("network");
        for (Ref network : all) {
            if (session.get(network, "name").text("name").equals(settings.network())) {
                return Optional.of(network.type().equals("DistributedVirtualPortgroup") ? distributed(network)
                        : Element.of("backing", Element.text("deviceName", settings.network())).as("VirtualEthernetCardNetworkBackingInfo"));
            }
        }
        throw new HypervisorException(Reason.EXHAUSTED, "the host has no network " + settings.network() + "; correct network of " + settings.name());
    }

    private Element distributed(Ref portGroup) throws IOException, InterruptedException {
        Managed group = session.get(portGroup, "key", "config.distributedVirtualSwitch");
        Ref vSwitch = group.ref("config.distributedVirtualSwitch").orElseThrow(() -> new IOException("the port group " + portGroup
                + " has no switch"));
        return Element.of("backing", Element.of("port", Element.text("switchUuid", session.get(vSwitch, "uuid").text("uuid")),
                Element.text("portgroupKey", group.text("key")))).as("VirtualEthernetCardDistributedVirtualPortBackingInfo");
    }

    /** The one of a name, or the only one if no name was chosen. */
    private Managed one(String what, String name, List<Managed> all) {
        List<Managed> fitting = all.stream().filter(each -> name.isEmpty() || each.text("name").equals(name)).toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        String there = all.stream().map(each -> each.text("name")).sorted().limit(20).toList().toString();
        String problem = (fitting.isEmpty() ? "no " : "several of ") + what + (name.isEmpty() ? "" : " " + name);
        throw new HypervisorException(Reason.UNAVAILABLE, settings.name() + " has " + problem + "; there are " + there
                + ": choose one in its configuration");
    }
}
