package org.kumiki.aws.ec2;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

import org.kumiki.aws.Call;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Structure;

/**
 * The filters of one kind of thing: what each of them looks at.
 * <p>
 * The model knows which filters EC2 has for an operation. One that EC2 does not have is an error, and so is one that is not
 * offered here: a filter that is silently ignored answers a question that nobody asked.
 *
 * @param <T> what is filtered
 */
final class Filters<T> {

    private static final int MOST_FILTERS = 50;
    private static final int MOST_VALUES = 200;

    private final Map<String, Function<T, ? extends Collection<String>>> attributes = new LinkedHashMap<>();
    private Function<T, Map<String, String>> tags;

    /** A filter on something that there is one of, or none where the function answers null. */
    Filters<T> on(String name, Function<T, String> attribute) {
        return onAll(name, thing -> {
            String value = attribute.apply(thing);
            return value == null ? List.of() : List.of(value);
        });
    }

    Filters<T> onOptional(String name, Function<T, Optional<String>> attribute) {
        return on(name, thing -> attribute.apply(thing).orElse(null));
    }

    /** A filter on something that is the same for all things of the kind. */
    Filters<T> always(String name, String value) {
        return on(name, thing -> value);
    }

    /** A filter on something that there may be several of: one that matches is enough. */
    Filters<T> onAll(String name, Function<T, ? extends Collection<String>> attribute) {
        attributes.put(name, attribute);
        return this;
    }

    /** The filters {@code tag:…}, {@code tag-key} and {@code tag-value}. */
    Filters<T> onTags(Function<T, Map<String, String>> newTags) {
        tags = newTags;
        onAll("tag-key", thing -> newTags.apply(thing).keySet());
        return onAll("tag-value", thing -> newTags.apply(thing).values());
    }

    /** The names of all filters here; {@code tag:} stands for all tags. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(attributes.keySet());
        if (tags != null) {
            names.add("tag:");
        }
        return names;
    }

    /** What a call asks for. */
    Predicate<T> of(Call call) {
        return of(call, call.input().structures("Filters"));
    }

    Predicate<T> of(Call call, List<Structure> filters) {
        if (filters.size() > MOST_FILTERS) {
            throw AwsException.refuse("FilterLimitExceeded", "A request can have at most " + MOST_FILTERS + " filters.");
        }
        Predicate<T> all = null;
        for (Structure filter : filters) {
            Predicate<T> one = one(call, filter.requiredText("Name"), filter.texts("Values"));
            all = all == null ? one : all.and(one);
        }
        return all == null ? thing -> true : all;
    }

    private Predicate<T> one(Call call, String name, List<String> values) {
        if (values.size() > MOST_VALUES) {
            throw AwsException.refuse("FilterLimitExceeded", "A filter can have at most " + MOST_VALUES + " values.");
        }
        Predicate<String> wanted = anyOf(values);
        if (name.startsWith("tag:") && tags != null) {
            String key = name.substring("tag:".length());
            return thing -> {
                String value = tags.apply(thing).get(key);
                return value != null && wanted.test(value);
            };
        }
        Function<T, ? extends Collection<String>> attribute = attributes.get(name);
        if (attribute == null) {
            throw unknown(call, name);
        }
        return thing -> {
            for (String value : attribute.apply(thing)) {
                if (wanted.test(value)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static AwsException unknown(Call call, String name) {
        boolean exists = call.operation().filters().contains(name);
        return AwsException.refuse("InvalidParameterValue",
                "The filter '" + Text.brief(name) + "' is " + (exists ? "not supported here" : "invalid"));
    }

    private static Predicate<String> anyOf(List<String> values) {
        Set<String> exact = new HashSet<>();
        List<Predicate<String>> patterns = new ArrayList<>();
        for (String value : values) {
            if (value.chars().anyMatch(c -> c == '*' || c == '?' || c == '\\')) {
                patterns.add(new Wildcard(value));
            } else {
                exact.add(value);
            }
        }
        return patterns.isEmpty() ? exact::contains
                : text -> exact.contains(text) || patterns.stream().anyMatch(pattern -> pattern.test(text));
    }
}
