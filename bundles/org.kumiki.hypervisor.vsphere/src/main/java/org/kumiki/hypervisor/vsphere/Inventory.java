package org.kumiki.hypervisor.vsphere;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;

/** What a server's inventory means here: hosts with their room and their guests. Pure. */
final class Inventory {

    static final String[] OF_HOSTS = { "name", "runtime.connectionState", "runtime.inMaintenanceMode", "summary.hardware.memorySize",
            "summary.hardware.numCpuThreads", "summary.hardware.cpuModel", "summary.config.product.fullName", "datastore" };
    static final String[] OF_MACHINES = { "name", "parent", "runtime.host", "runtime.powerState", "config.template", "config.hardware.numCPU",
            "config.hardware.memoryMB" };
    static final String[] OF_STORES = { "name", "summary.capacity" };

    private static final int LONGEST_NAME = 64;

    private Inventory() {
    }

    /**
     * By which name a host is known here; one without a name by the server's own word. What a name may not have in it is a hyphen here, as the
     * colons of an address of IPv6 are.
     */
    static HostId id(Settings settings, Managed host) {
        String there = host.text("name").isEmpty() ? host.ref().value() : host.text("name");
        String name = (settings.hostPrefix() + there).replaceAll("[^A-Za-z0-9._-]", "-");
        String whole = Character.isLetterOrDigit(name.charAt(0)) ? name : "h" + name;
        return new HostId(whole.substring(0, Math.min(LONGEST_NAME, whole.length())));
    }

    /** Whether there is anything that a host can be asked for. */
    static boolean isReached(Managed host) {
        return host.text("runtime.connectionState").equals("connected");
    }

    /** The guest whose machine this would be by its name and its place; whether it is must be asked. */
    static Optional<InstanceId> guest(Managed machine, Ref folder) {
        return machine.ref("parent").filter(folder::equals).flatMap(parent -> {
            try {
                return Optional.of(new InstanceId(machine.text("name")));
            } catch (IllegalArgumentException e) {
                return Optional.empty(); // somebody else's, as any other name says
            }
        });
    }

    /**
     * Hosts with the guests that are ours. What those of others have been given that are on is not there for us.
     *
     * @param guests whose machines they are
     */
    static List<HostReport> reports(Settings settings, Collection<Managed> hosts, Collection<Managed> machines, Collection<Managed> stores,
            Map<Ref, InstanceId> guests) {
        Map<Ref, Map<InstanceId, GuestState>> ours = new HashMap<>();
        Map<Ref, Resources> others = new HashMap<>();
        for (Managed machine : machines) {
            Optional<Ref> host = machine.ref("runtime.host");
            boolean on = machine.text("runtime.powerState").equals(Machine.ON);
            if (host.isPresent() && guests.containsKey(machine.ref())) {
                ours.computeIfAbsent(host.get(), each -> new TreeMap<>()).put(guests.get(machine.ref()),
                        on ? GuestState.RUNNING : GuestState.STOPPED);
            } else if (host.isPresent() && on) {
                others.merge(host.get(), new Resources(small(machine.number("config.hardware.numCPU")),
                        Math.max(0, machine.number("config.hardware.memoryMB")), 0, 0), Resources::plus);
            }
        }
        return hosts.stream().filter(Inventory::isReached).map(host -> new HostReport(id(settings, host),
                room(settings, host, others.getOrDefault(host.ref(), Resources.NONE), stores), labels(host),
                ours.getOrDefault(host.ref(), Map.of()))).toList();
    }

    private static Resources room(Settings settings, Managed host, Resources others, Collection<Managed> stores) {
        double cpus = host.number("summary.hardware.numCpuThreads") * settings.cpuOvercommit();
        double memory = (host.number("summary.hardware.memorySize") >> 20) * settings.memoryShare();
        long disk = stores.stream().filter(store -> host.refs("datastore").contains(store.ref()))
                .filter(store -> settings.datastore().isEmpty() || store.text("name").equals(settings.datastore()))
                .mapToLong(store -> store.number("summary.capacity") >> 20).max().orElse(0);
        return new Resources(small((long) cpus - others.cpus()), Math.max(0, (long) memory - others.memoryMiB()), Math.max(0, disk),
                settings.networkMbps());
    }

    private static int small(long number) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, number));
    }

    private static Map<String, String> labels(Managed host) {
        Map<String, String> labels = new TreeMap<>();
        put(labels, "cpu", host.text("summary.hardware.cpuModel"));
        put(labels, "product", host.text("summary.config.product.fullName"));
        put(labels, "maintenance", host.is("runtime.inMaintenanceMode") ? "true" : "false");
        return labels;
    }

    private static void put(Map<String, String> labels, String name, String value) {
        if (!value.isBlank()) {
            labels.put(name, value.strip());
        }
    }
}
