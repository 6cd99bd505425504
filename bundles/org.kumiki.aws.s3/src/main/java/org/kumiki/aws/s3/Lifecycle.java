package org.kumiki.aws.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;

/**
 * What becomes of the objects of a bucket in time, if nobody does anything. Pure: it says what is to be done and when, and somebody else does it.
 *
 * @param rules those that are enabled
 */
record Lifecycle(List<LifecycleRule> rules, Days days) {

    private static final int MAX_RULES = 1000;
    private static final int MAX_ID = 255;

    /** What a rule does with something. */
    enum Action {
        /** For ever. */
        DELETE,
        /** As whoever deletes an object in a bucket that keeps versions. */
        MARK
    }

    /** What is to be done, and not before when. */
    record Due(Action action, Instant at, String rule) {
    }

    /**
     * A version among the others of its key.
     *
     * @param since when another one took its place; nothing for the latest
     * @param newer how many versions there are, without markers, that are newer and not the latest
     * @param alone whether there is no other
     */
    record Candidate(Blob blob, Optional<Instant> since, int newer, boolean alone) {
    }

    Lifecycle {
        rules = rules.stream().filter(LifecycleRule::enabled).toList();
    }

    /** That of a bucket; without rules if it has none. */
    static Lifecycle of(Bucket bucket, Days days) {
        String document = bucket.attributes().get(Setting.LIFECYCLE.parameter());
        return new Lifecycle(document == null ? List.of()
                : XmlReader.read(document).all("Rule").stream().map(rule -> LifecycleRule.of(rule.require("ID"), rule)).toList(), days);
    }

    /**
     * What a client sends, checked. Rules without a name get one.
     *
     * @throws S3Exception if there cannot be such a lifecycle
     */
    static Element checked(Element document) {
        List<Element> rules = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Element rule : document.all("Rule")) {
            String id = rule.get("ID").filter(text -> !text.isEmpty()).orElseGet(() -> UUID.randomUUID().toString());
            if (id.length() > MAX_ID || !names.add(id)) {
                throw S3Exception.invalid(id.length() > MAX_ID ? "ID length should not exceed allowed limit of " + MAX_ID
                        : "Rule ID must be unique. Found same ID for more than one rule");
            }
            LifecycleRule.of(id, rule);
            List<Element> children = new ArrayList<>(List.of(new Element("ID", id)));
            rule.children().stream().filter(child -> !child.name().equals("ID")).forEach(children::add);
            rules.add(new Element("Rule", children));
        }
        if (rules.isEmpty() || rules.size() > MAX_RULES) {
            throw S3Exception.malformedXml();
        }
        return new Element(document.name(), rules);
    }

    boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * What is to become of a version. What is locked stays, whatever a rule says.
     *
     * @param now since a lock ends
     */
    Optional<Due> of(Candidate candidate, Versioning versioning, Instant now) {
        Blob blob = candidate.blob();
        if (candidate.since().isPresent()) {
            return Locks.isDeletable(blob, now)
                    ? first(Action.DELETE, rule -> rule.goes(blob, candidate.since().get(), candidate.newer(), days)) : Optional.empty();
        }
        if (blob.marker()) {
            return candidate.alone() ? first(Action.DELETE, rule -> rule.clears(blob, days)) : Optional.empty();
        }
        if (versioning == Versioning.NEVER) {
            return Locks.isDeletable(blob, now) ? first(Action.DELETE, rule -> rule.expires(blob, days)) : Optional.empty();
        }
        return first(Action.MARK, rule -> rule.expires(blob, days));
    }

    Optional<Due> of(Upload upload) {
        return first(Action.DELETE, rule -> rule.aborts(upload.key(), upload.begun(), days));
    }

    private Optional<Due> first(Action action, Function<LifecycleRule, Optional<Instant>> moment) {
        return rules.stream().flatMap(rule -> moment.apply(rule).map(at -> new Due(action, at, rule.id())).stream()).min(Comparator.comparing(Due::at));
    }

    /** Says in an answer when the object that it is about expires. */
    static void tell(Exchange exchange, Bucket bucket, Blob blob, Days days) {
        if (blob.latest() && bucket.attributes().containsKey(Setting.LIFECYCLE.parameter())) {
            of(bucket, days).first(Action.DELETE, rule -> rule.expires(blob, days)).ifPresent(due -> exchange.set("x-amz-expiration",
                    "expiry-date=\"" + Terms.http(due.at()) + "\", rule-id=\"" + URLEncoder.encode(due.rule(), StandardCharsets.UTF_8) + "\""));
        }
    }
}
