package org.kumiki.image.adapt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which modules a kernel has, by modules.dep(5) and its list of what is built in. Pure. */
final class ModuleIndex {

    private final Map<String, String> paths = new HashMap<>();
    private final Map<String, List<String>> needs = new HashMap<>();
    private final Set<String> builtIn = new HashSet<>();

    ModuleIndex(String dependencies, String builtIns) {
        for (String line : dependencies.lines().toList()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String path = line.substring(0, colon);
                paths.put(name(path), path);
                needs.put(name(path), List.of(line.substring(colon + 1).strip().split("\\s+")).stream().filter(need -> !need.isEmpty()).map(ModuleIndex::name).toList());
            }
        }
        builtIns.lines().map(ModuleIndex::name).forEach(builtIn::add);
    }

    /** Whether the kernel has what a module brings, in itself. */
    boolean isBuiltIn(String module) {
        return builtIn.contains(module);
    }

    boolean has(String module) {
        return paths.containsKey(module) || builtIn.contains(module);
    }

    /** The paths, below the kernel's directory, of modules and all that they need, each after those it needs. */
    List<String> load(List<String> modules) {
        Set<String> order = new LinkedHashSet<>();
        modules.forEach(module -> load(module, order, new HashSet<>()));
        List<String> found = new ArrayList<>();
        order.forEach(module -> found.add(paths.get(module)));
        return found;
    }

    private void load(String module, Set<String> order, Set<String> above) {
        if (paths.containsKey(module) && !order.contains(module) && above.add(module)) {
            needs.get(module).forEach(need -> load(need, order, above));
            order.add(module);
        }
    }

    /** File names have dashes where the kernel says underscores. */
    static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.ko(\\.\\w+)?$", "").replace('-', '_');
    }
}
