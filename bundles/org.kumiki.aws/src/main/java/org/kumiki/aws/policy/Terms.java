package org.kumiki.aws.policy;

import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What policies of one service may speak of.
 *
 * @param service   the part of an action before its colon, such as {@code s3}
 * @param resource  whether something that a policy names may be in it, for a policy of one thing says nothing of another; an asterisk always may
 * @param narrowing keys of conditions, in lower case, of which one is enough for a policy not to be public, beside those of AWS itself
 */
public record Terms(String service, Predicate<String> resource, Set<String> narrowing) {

    public Terms {
        Objects.requireNonNull(service);
        Objects.requireNonNull(resource);
        narrowing = Set.copyOf(narrowing);
    }
}
