package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.twin.cloudsim.HostKind;
import org.kumiki.twin.power.PowerTable;

/** Reads which hosts a scenario has, and what types of machines. */
final class MachinesReader {

    private static final int MOST_HOSTS = 100_000;
    private static final int MOST_TYPES = 50;
    private static final int MOST_SHARE = 100;
    private static final Map<String, HostKind> KINDS = Map.of("ml110-g4", HostKind.ML110_G4, "ml110-g5", HostKind.ML110_G5,
            "x3250-x3470", new HostKind(4, 2_933, 8_192, PowerTable.X3250_X3470),
            "x3550-x5675", new HostKind(12, 3_067, 16_384, PowerTable.X3550_X5675));

    private MachinesReader() {
    }

    static List<HostKind> hosts(Field field) throws ScenarioException {
        Map<HostKind, Integer> counts = new LinkedHashMap<>();
        int all = 0;
        for (Field each : field.list()) {
            Map<String, Field> fields = each.map(List.of("type", "count", "cores", "mips", "memory_mib", "power"));
            int count = (int) each.need(fields, "count", "how many there are of them").integer(1, MOST_HOSTS);
            all += count;
            if (all > MOST_HOSTS) {
                throw fields.get("count").wrong("comes to more than " + MOST_HOSTS + " hosts");
            }
            counts.merge(kind(each, fields), count, Integer::sum);
        }
        if (counts.isEmpty()) {
            throw field.wrong("needs at least one kind of host, such as `- { type: ml110-g4, count: 10 }`");
        }
        return HostKind.byTurns(counts);
    }

    private static HostKind kind(Field each, Map<String, Field> fields) throws ScenarioException {
        HostKind base = fields.containsKey("type") ? KINDS.get(fields.get("type").word(KINDS.keySet().stream().sorted().toList())) : null;
        String or = ", or a type that has it";
        int cores = base != null && !fields.containsKey("cores") ? base.cores() : (int) each.need(fields, "cores", "how many" + or).integer(1, 1_024);
        double mips = base != null && !fields.containsKey("mips") ? base.coreMips()
                : each.need(fields, "mips", "what a core does" + or).number(1, 1_000_000);
        int memory = base != null && !fields.containsKey("memory_mib") ? base.memoryMiB()
                : (int) each.need(fields, "memory_mib", "how much memory" + or).integer(1, 1 << 30);
        PowerTable power = base != null && !fields.containsKey("power") ? base.power() : power(each.need(fields, "power", "what it draws" + or));
        return new HostKind(cores, mips, memory, power);
    }

    private static PowerTable power(Field field) throws ScenarioException {
        if (field.isText()) {
            return PowerTable.NAMED.get(field.word("table", PowerTable.NAMED.keySet()));
        }
        List<Field> values = field.list();
        if (values.size() != 11) {
            throw field.wrong("has " + values.size() + " values; a table has eleven, in watts, at 0, 10, … 100 % load");
        }
        double[] watts = new double[values.size()];
        for (int index = 0; index < watts.length; index++) {
            watts[index] = values.get(index).number(0, 1_000_000);
        }
        return new PowerTable(watts);
    }

    static List<MachineType> types(Field field, Physics physics) throws ScenarioException {
        physics.needsEngine(field, "machines are of CloudSim's four kinds, a quarter each");
        List<MachineType> types = new ArrayList<>();
        for (Field each : field.list()) {
            Map<String, Field> fields = each.map(List.of("name", "vcpus", "memory_mib", "share"));
            String name = each.need(fields, "name", "by which workloads call it").label();
            if (types.stream().anyMatch(type -> type.name().equals(name))) {
                throw fields.get("name").wrong("is there twice");
            }
            types.add(new MachineType(name, (int) each.need(fields, "vcpus", "how many").integer(1, 1_024),
                    (int) each.need(fields, "memory_mib", "how much memory").integer(1, 1 << 30),
                    fields.containsKey("share") ? (int) fields.get("share").integer(1, MOST_SHARE) : 1));
        }
        if (types.isEmpty() || types.size() > MOST_TYPES) {
            throw field.wrong("must be 1 to " + MOST_TYPES + " types, such as `- { name: web, vcpus: 2, memory_mib: 4096 }`");
        }
        return types;
    }
}
