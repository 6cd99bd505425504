package org.kumiki.shell;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.ObjectClassDefinition;

/** What a configuration may say, as the bundle that is configured describes it, and as the web console shows it. Pure. */
record Form(Map<String, AttributeDefinition> required, Map<String, AttributeDefinition> optional) {

    static Form of(ObjectClassDefinition description) {
        return new Form(byName(description.getAttributeDefinitions(ObjectClassDefinition.REQUIRED)),
                byName(description.getAttributeDefinitions(ObjectClassDefinition.OPTIONAL)));
    }

    private static Map<String, AttributeDefinition> byName(AttributeDefinition[] definitions) {
        Map<String, AttributeDefinition> map = new TreeMap<>();
        for (AttributeDefinition definition : definitions == null ? new AttributeDefinition[0] : definitions) {
            map.put(definition.getID(), definition);
        }
        return map;
    }

    /**
     * A form that is filled in.
     *
     * @param words each PROPERTY=VALUE; components take their types from the text
     * @throws CommandFailedException if there is no such property, no such value, or one is missing that has to be there
     */
    Dictionary<String, Object> filled(List<String> words) {
        Dictionary<String, Object> properties = new Hashtable<>();
        for (String word : words) {
            int sign = word.indexOf('=');
            String name = sign < 0 ? word : word.substring(0, sign);
            AttributeDefinition definition = required.getOrDefault(name, optional.get(name));
            if (sign < 1 || definition == null) {
                throw new CommandFailedException("\"" + Text.line(name) + "\" is no property; there are " + this);
            }
            String complaint = definition.validate(word.substring(sign + 1));
            if (complaint != null && !complaint.isEmpty()) {
                throw new CommandFailedException(name + ": " + Text.line(complaint));
            }
            properties.put(name, word.substring(sign + 1));
        }
        List<String> missing = new ArrayList<>(required.keySet());
        missing.removeIf(name -> properties.get(name) != null || hasDefault(required.get(name)));
        if (!missing.isEmpty()) {
            throw new CommandFailedException(String.join(", ", missing) + (missing.size() == 1 ? " is" : " are") + " missing; there are " + this);
        }
        return properties;
    }

    /** Of a component's annotation everything that is not said to be optional is required, also what has a value by itself. */
    private static boolean hasDefault(AttributeDefinition definition) {
        return definition.getDefaultValue() != null && definition.getDefaultValue().length > 0;
    }

    @Override
    public String toString() {
        Map<String, AttributeDefinition> all = new TreeMap<>(required);
        all.putAll(optional);
        return all.entrySet().stream().map(entry -> entry.getKey() + "="
                + (hasDefault(entry.getValue()) ? String.join(",", entry.getValue().getDefaultValue()) : "\u2026"))
                .collect(Collectors.joining(", "));
    }
}
