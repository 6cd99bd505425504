package org.kumiki.hypervisor.incus;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.Resources;

/** How much guests may take of a server: what it has, less what instances of others take. Pure functions. */
final class Capacity {

    /** Nothing measures it, so every host is taken for one with a gigabit network. */
    private static final int NETWORK_MBPS = 1_000;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([a-z]*)");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3})%");
    private static final Map<String, Double> UNITS = Map.ofEntries(Map.entry("", 1.0), Map.entry("b", 1.0), Map.entry("kb", 1e3),
            Map.entry("mb", 1e6), Map.entry("gb", 1e9), Map.entry("tb", 1e12), Map.entry("kib", 0x1p10), Map.entry("mib", 0x1p20),
            Map.entry("gib", 0x1p30), Map.entry("tib", 0x1p40));

    private Capacity() {
    }

    /**
     * @param resources of the server, as it reports them
     * @param pool      the resources of its storage pool
     * @param others    what {@link #taken} by instances that are not ours, together
     */
    static Resources of(JsonNode resources, JsonNode pool, Resources others, Settings settings) {
        int cpus = Math.max(1, (int) (resources.path("cpu").path("total").asInt(1) * settings.cpuOvercommit()));
        long memory = (long) (mebibytes(resources.path("memory").path("total").asLong()) * settings.memoryShare());
        return new Resources(Math.max(1, cpus - others.cpus()), Math.max(1, memory - others.memoryMiB()),
                mebibytes(pool.path("space").path("total").asLong()), NETWORK_MBPS);
    }

    /** What an instance of somebody else takes: what it may, or where nobody says so, what it does. */
    static Resources taken(JsonNode instance, long totalMemoryMiB) {
        if (Containers.state(instance) == GuestState.STOPPED) {
            return Resources.NONE;
        }
        JsonNode config = instance.path("expanded_config");
        long used = mebibytes(instance.path("state").path("memory").path("usage").asLong());
        return new Resources(cpus(config.path("limits.cpu").asText()), memory(config.path("limits.memory").asText(), totalMemoryMiB, used), 0, 0);
    }

    /** A number of CPUs; or a list of those that there may be, in ranges. One that says nothing counts as one. */
    private static int cpus(String limit) {
        if (limit.matches("\\d{1,5}")) {
            return Integer.parseInt(limit);
        }
        int cpus = 0;
        for (String part : limit.split(",")) {
            if (part.matches("\\d{1,5}")) {
                cpus++;
            } else if (part.matches("\\d{1,5}-\\d{1,5}")) {
                String[] ends = part.split("-");
                cpus += Math.max(0, Integer.parseInt(ends[1]) - Integer.parseInt(ends[0]) + 1);
            }
        }
        return Math.max(1, cpus);
    }

    private static long memory(String limit, long total, long otherwise) {
        String text = limit.strip().toLowerCase(Locale.ROOT);
        Matcher share = SHARE.matcher(text);
        if (share.matches()) {
            return total * Integer.parseInt(share.group(1)) / 100;
        }
        Matcher size = SIZE.matcher(text);
        return size.matches() && UNITS.containsKey(size.group(2))
                ? mebibytes((long) (Long.parseLong(size.group(1)) * UNITS.get(size.group(2)))) : otherwise;
    }

    static long mebibytes(long bytes) {
        return Math.max(0, bytes) >> 20;
    }
}
