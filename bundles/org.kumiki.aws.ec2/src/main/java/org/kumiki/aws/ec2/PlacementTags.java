package org.kumiki.aws.ec2;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Workload;
import org.kumiki.aws.wire.AwsException;

/** Rules of placement that EC2 has no words for: an instance says them by its tags, at its launch and for good. Pure. */
final class PlacementTags {

    /** Followed by the name of a label that the host must carry, with the tag's value. */
    static final String LABEL = "kumiki:label:";
    /** The virtualization methods, any of which will do. */
    static final String METHOD = "kumiki:method";
    /** What the instance does most. */
    static final String WORKLOAD = "kumiki:workload";

    private PlacementTags() {
    }

    /** @throws AwsException InvalidParameterValue, if a tag is nearly one of these or has a value that says nothing */
    static PlacementRules rules(Map<String, String> tags) {
        Map<String, String> labels = new HashMap<>();
        Set<Method> methods = EnumSet.noneOf(Method.class);
        tags.forEach((key, value) -> {
            if (key.equals(METHOD)) {
                methods.addAll(methods(value));
            } else if (key.startsWith(LABEL) && key.length() > LABEL.length() && !value.isBlank()) {
                labels.put(key.substring(LABEL.length()), value);
            } else if (key.startsWith(METHOD) || key.startsWith(WORKLOAD) && !key.equals(WORKLOAD) || key.startsWith("kumiki:label")) {
                throw AwsException.invalid(key, value, "A label is asked for by a tag " + LABEL + "NAME with a value, a virtualization method by "
                        + METHOD + ", and what the instance does most is said by " + WORKLOAD + ".");
            }
        });
        PlacementRules rules = methods.isEmpty() && labels.isEmpty() ? PlacementRules.ANYWHERE
                : new PlacementRules(Optional.empty(), methods, labels, Optional.empty(), Optional.empty());
        return Optional.ofNullable(tags.get(WORKLOAD)).map(PlacementTags::workload).map(rules::doing).orElse(rules);
    }

    private static Workload workload(String word) {
        try {
            return Workload.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw AwsException.invalid(WORKLOAD, word, "The kinds of work are " + Arrays.toString(Workload.values()).toLowerCase(Locale.ROOT) + ".");
        }
    }

    /** @throws AwsException InvalidParameterValue, if the tag says something that there is not */
    static Optional<Hardware> hardware(Map<String, String> tags) {
        try {
            return Hardware.said(tags);
        } catch (IllegalArgumentException e) {
            throw AwsException.invalid(Hardware.TAG, tags.get(Hardware.TAG), e.getMessage());
        }
    }

    private static Set<Method> methods(String value) {
        List<String> words = Arrays.stream(value.split("[\\s,]+")).filter(word -> !word.isEmpty()).toList();
        return (words.isEmpty() ? List.of(value) : words).stream().map(PlacementTags::method).collect(Collectors.toSet());
    }

    private static Method method(String word) {
        try {
            return Method.valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw AwsException.invalid(METHOD, word, "The virtualization methods are " + Arrays.toString(Method.values()) + ".");
        }
    }
}
