package org.kumiki.aws.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import org.kumiki.api.blob.Blob;

/**
 * A rule of a lifecycle. Pure.
 *
 * @param days            after which the version that counts expires
 * @param date            from which on all of them do
 * @param markers         whether markers go that have nothing left to hide
 * @param noncurrentDays  after which a version goes, counted from when another one took its place
 * @param newerNoncurrent so many of them stay all the same
 * @param abortDays       after which an upload is given up
 */
record LifecycleRule(String id, boolean enabled, Filter filter, Optional<Integer> days, Optional<Instant> date, boolean markers,
        Optional<Integer> noncurrentDays, int newerNoncurrent, Optional<Integer> abortDays) {

    private static final int MOST_NEWER = 100;

    /** What a rule is about. */
    record Filter(String prefix, Map<String, String> tags, Optional<Long> greaterThan, Optional<Long> lessThan) {

        /** Amazon has one condition, or several in an {@code And}; several without it are taken in the same way. */
        static Filter of(Element rule) {
            Element filter = rule.find("Filter").orElse(rule);
            Element terms = filter.find("And").orElse(filter);
            Map<String, String> tags = new HashMap<>();
            terms.all("Tag").forEach(tag -> tags.put(tag.require("Key"), tag.require("Value")));
            return new Filter(terms.get("Prefix").orElse(""), tags, size(terms, "ObjectSizeGreaterThan"), size(terms, "ObjectSizeLessThan"));
        }

        private static Optional<Long> size(Element terms, String name) {
            return terms.get(name).map(text -> {
                try {
                    return Long.parseUnsignedLong(text.strip());
                } catch (NumberFormatException e) {
                    throw S3Exception.malformedXml();
                }
            });
        }

        /** Whether it asks for nothing but a prefix, as everything has that has a name. */
        boolean isOfNames() {
            return tags.isEmpty() && greaterThan.isEmpty() && lessThan.isEmpty();
        }

        boolean matches(Blob blob) {
            if (!blob.key().startsWith(prefix) || isOfNames()) {
                return blob.key().startsWith(prefix);
            }
            long size = new Item(blob).size();
            return !blob.marker() && Tags.of(blob.attributes()).entrySet().containsAll(tags.entrySet())
                    && greaterThan.filter(least -> size <= least).isEmpty() && lessThan.filter(most -> size >= most).isEmpty();
        }
    }

    /** @throws S3Exception if there cannot be such a rule */
    static LifecycleRule of(String id, Element rule) {
        String status = rule.require("Status");
        if (!status.equals("Enabled") && !status.equals("Disabled")) {
            throw S3Exception.malformedXml();
        }
        boolean acts = Stream.of("Expiration", "Transition", "NoncurrentVersionExpiration", "NoncurrentVersionTransition", "AbortIncompleteMultipartUpload")
                .anyMatch(name -> rule.find(name).isPresent());
        if (!acts) {
            throw S3Exception.invalidRequest("At least one action needs to be specified in a rule");
        }
        rule.all("Transition").forEach(transition -> transition.get("Date").ifPresent(LifecycleRule::midnight));
        Optional<Element> expiration = rule.find("Expiration");
        if (expiration.filter(element -> element.children().size() != 1).isPresent()) {
            throw S3Exception.malformedXml();
        }
        Optional<Element> noncurrent = rule.find("NoncurrentVersionExpiration");
        LifecycleRule made = new LifecycleRule(id, status.equals("Enabled"), Filter.of(rule), days(expiration, "Days", "Expiration"),
                expiration.flatMap(element -> element.get("Date")).map(LifecycleRule::midnight),
                expiration.flatMap(element -> element.get("ExpiredObjectDeleteMarker")).filter("true"::equalsIgnoreCase).isPresent(),
                days(noncurrent, "NoncurrentDays", "NoncurrentVersionExpiration"), noncurrent.flatMap(LifecycleRule::newer).orElse(0),
                days(rule.find("AbortIncompleteMultipartUpload"), "DaysAfterInitiation", "AbortIncompleteMultipartUpload"));
        made.check();
        return made;
    }

    private void check() {
        if (!filter.isOfNames() && (markers || abortDays.isPresent())) {
            throw S3Exception.invalidRequest((markers ? "ExpiredObjectDeleteMarker" : "AbortIncompleteMultipartUpload")
                    + " cannot be specified with Tags or object sizes.");
        }
    }

    private static Optional<Integer> days(Optional<Element> action, String name, String of) {
        return action.flatMap(element -> element.get(name)).map(text -> number(text, Integer.MAX_VALUE,
                "'" + name + "' for " + of + " action must be a positive integer"));
    }

    private static Optional<Integer> newer(Element noncurrent) {
        return noncurrent.get("NewerNoncurrentVersions").map(text -> number(text, MOST_NEWER,
                "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be a positive integer between 1 and " + MOST_NEWER));
    }

    private static int number(String text, int most, String otherwise) {
        try {
            int number = Integer.parseInt(text.strip());
            if (number > 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw S3Exception.malformedXml();
        }
        throw S3Exception.invalid(otherwise);
    }

    private static Instant midnight(String text) {
        if (!text.matches("\\d{4}-\\d{2}-\\d{2}(T00:00:00(\\.0+)?(Z|\\+00:00))?")) {
            throw text.matches("\\d{4}-\\d{2}-\\d{2}T.*") ? S3Exception.invalid("'Date' must be at midnight GMT") : S3Exception.malformedXml();
        }
        try {
            return Instant.parse(text.substring(0, "2026-01-01".length()) + "T00:00:00Z");
        } catch (DateTimeException e) {
            throw S3Exception.malformedXml();
        }
    }

    /** When a version that counts expires, or a marker that has nothing left to hide. */
    Optional<Instant> expires(Blob blob, Days length) {
        return filter.matches(blob) ? days.map(count -> length.after(blob.modified(), count)).or(() -> date) : Optional.empty();
    }

    /** When a marker goes that has nothing left to hide. */
    Optional<Instant> clears(Blob marker, Days length) {
        return markers && filter.matches(marker) ? Optional.of(marker.modified()) : expires(marker, length);
    }

    /**
     * When a version goes that others have taken the place of.
     *
     * @param since when the first of them did
     * @param newer how many came between that one and this
     */
    Optional<Instant> goes(Blob blob, Instant since, int newer, Days length) {
        return newer >= newerNoncurrent && filter.matches(blob) ? noncurrentDays.map(count -> length.after(since, count)) : Optional.empty();
    }

    /** When an upload is given up. */
    Optional<Instant> aborts(String key, Instant begun, Days length) {
        return key.startsWith(filter.prefix()) ? abortDays.map(count -> length.after(begun, count)) : Optional.empty();
    }
}
