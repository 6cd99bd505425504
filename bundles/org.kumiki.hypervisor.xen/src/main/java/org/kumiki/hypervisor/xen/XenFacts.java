package org.kumiki.hypervisor.xen;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.kumiki.api.model.Technology.Method;

/**
 * What a hypervisor says of itself and of its machine.
 *
 * @param hardware  whether the processor helps, so that there are PVH and HVM guests
 * @param totalMiB  the machine's memory
 * @param freeMiB   of it, what no domain has
 */
record XenFacts(String version, String scheduler, int cpus, boolean paravirtual, boolean hardware, long totalMiB, long freeMiB, String kernel) {

    /** @throws IllegalArgumentException if this is not what {@code xl info} writes */
    static XenFacts of(String info) {
        Map<String, String> values = new HashMap<>();
        info.lines().map(line -> line.split(":", 2)).filter(pair -> pair.length == 2)
                .forEach(pair -> values.putIfAbsent(pair[0].strip(), pair[1].strip()));
        Set<String> caps = Set.of(values.getOrDefault("xen_caps", "").split("\\s+"));
        return new XenFacts(values.getOrDefault("xen_version", "unknown"), values.getOrDefault("xen_scheduler", "unknown"), number(values, "nr_cpus"),
                caps.stream().anyMatch(cap -> cap.startsWith("xen-3.0-x86_64")), caps.stream().anyMatch(cap -> cap.startsWith("hvm-3.0-x86_64")),
                number(values, "total_memory"), number(values, "free_memory"), values.getOrDefault("release", "unknown"));
    }

    private static int number(Map<String, String> values, String name) {
        String value = values.getOrDefault(name, "");
        if (!value.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("xl info does not say " + name + ", but: " + value);
        }
        return Integer.parseInt(value);
    }

    /** How guests are virtualized here. */
    Set<Method> methods() {
        Set<Method> methods = new TreeSet<>();
        if (paravirtual) {
            methods.add(Method.PARAVIRTUAL);
        }
        if (hardware) {
            methods.add(Method.HARDWARE);
        }
        return methods;
    }
}
