package org.kumiki.shell;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Technology.Method;

/** Where an operator wants an instance to run. Words that are empty say nothing. */
final class Where {

    private Where() {
    }

    static PlacementRules rules(Inventory inventory, String host, String group, String labels, String methods) {
        PlacementRules rules = labels.isEmpty() && methods.isEmpty() ? PlacementRules.ANYWHERE
                : new PlacementRules(Optional.empty(), methods(methods), labels(labels), Optional.empty(), Optional.empty());
        PlacementRules grouped = group.isEmpty() ? rules : rules.in(Finder.placementGroup(inventory, group));
        return host.isEmpty() ? grouped : grouped.on(Finder.host(inventory, host).id());
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        for (String word : words(text)) {
            int equals = word.indexOf('=');
            if (equals <= 0 || equals == word.length() - 1) {
                throw new CommandFailedException("\"" + Text.line(word) + "\" is no label; labels are written NAME=VALUE,NAME=VALUE");
            }
            labels.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return labels;
    }

    private static Set<Method> methods(String text) {
        return words(text).stream().map(Where::method).collect(Collectors.toSet());
    }

    private static Method method(String word) {
        return Arrays.stream(Method.values()).filter(method -> method.name().equals(word.toUpperCase(Locale.ROOT).replace('-', '_'))).findFirst()
                .orElseThrow(() -> new CommandFailedException("there is no virtualization method \"" + Text.line(word) + "\"; there are "
                        + Arrays.stream(Method.values()).map(method -> method.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                .collect(Collectors.joining(", "))));
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }
}
