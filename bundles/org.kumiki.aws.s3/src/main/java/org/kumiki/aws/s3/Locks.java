package org.kumiki.aws.s3;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Bucket;

/** Versions that nobody may delete: until a time, or while they are held. */
final class Locks {

    static final String MODE = "lock.mode";
    static final String UNTIL = "lock.until";
    static final String HOLD = "lock.hold";
    private static final String GOVERNANCE = "GOVERNANCE";
    private static final Set<String> MODES = Set.of(GOVERNANCE, "COMPLIANCE");

    private Locks() {
    }

    static boolean isOn(Bucket bucket) {
        return bucket.attributes().containsKey(Setting.OBJECT_LOCK.parameter());
    }

    static void requireOn(Bucket bucket) {
        if (!isOn(bucket)) {
            throw S3Exception.invalidRequest("Bucket is missing Object Lock Configuration");
        }
    }

    /** What a request says of locks in its headers, or else its bucket by default. */
    static Map<String, String> ofHeaders(Exchange exchange, Bucket bucket, Instant now) {
        Optional<String> mode = exchange.header("x-amz-object-lock-mode");
        Optional<String> until = exchange.header("x-amz-object-lock-retain-until-date");
        Optional<String> hold = exchange.header("x-amz-object-lock-legal-hold");
        Map<String, String> lock = new HashMap<>();
        if (mode.isPresent() || until.isPresent() || hold.isPresent()) {
            requireOn(bucket);
        }
        if (mode.isPresent() != until.isPresent()) {
            throw S3Exception.invalid("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied");
        }
        if (mode.isPresent()) {
            lock.putAll(retention(mode.get(), until.get(), now));
        } else {
            lock.putAll(byDefault(bucket, now));
        }
        hold.ifPresent(text -> lock.put(HOLD, status(text)));
        return lock;
    }

    static Map<String, String> retention(String mode, String until, Instant now) {
        if (!MODES.contains(mode)) {
            throw S3Exception.invalid("Unknown wormMode directive.");
        }
        try {
            Instant time = OffsetDateTime.parse(until).toInstant();
            if (!time.isAfter(now)) {
                throw S3Exception.invalid("The retain until date must be in the future!");
            }
            return Map.of(MODE, mode, UNTIL, time.toString());
        } catch (DateTimeException e) {
            throw S3Exception.invalid("The retain until date must be provided in ISO 8601 format");
        }
    }

    /** A legal hold's. */
    static String status(String text) {
        if (!text.equals("ON") && !text.equals("OFF")) {
            throw S3Exception.malformedXml();
        }
        return text;
    }

    private static Map<String, String> byDefault(Bucket bucket, Instant now) {
        return Optional.ofNullable(bucket.attributes().get(Setting.OBJECT_LOCK.parameter())).map(XmlReader::read)
                .flatMap(document -> document.find("Rule")).flatMap(rule -> rule.find("DefaultRetention"))
                .map(retention -> Map.of(MODE, retention.require("Mode"), UNTIL, end(retention, now).toString())).orElse(Map.of());
    }

    private static Instant end(Element retention, Instant now) {
        return retention.get("Days").map(days -> now.plus(Long.parseLong(days), ChronoUnit.DAYS))
                .orElseGet(() -> now.atOffset(ZoneOffset.UTC).plusYears(Long.parseLong(retention.require("Years"))).toInstant());
    }

    /** Whether a version may be deleted by somebody without particular rights. */
    static boolean isDeletable(Blob blob, Instant now) {
        return !"ON".equals(blob.attributes().get(HOLD)) && !isRetained(blob.attributes(), now);
    }

    /** @throws S3Exception AccessDenied if a version may not be deleted */
    static void requireDeletable(Blob blob, boolean bypass, Instant now) {
        if ("ON".equals(blob.attributes().get(HOLD)) || isRetained(blob.attributes(), now) && !(bypass && isGovernance(blob.attributes()))) {
            throw S3Exception.denied("Access Denied because object protected by object lock.");
        }
    }

    /** @throws S3Exception AccessDenied if a retention may not take the place of another */
    static void requireChangeable(Map<String, String> old, Map<String, String> fresh, boolean bypass, Instant now) {
        boolean longer = fresh.containsKey(UNTIL) && old.containsKey(UNTIL) && fresh.get(MODE).equals(old.get(MODE))
                && !Instant.parse(fresh.get(UNTIL)).isBefore(Instant.parse(old.get(UNTIL)));
        if (isRetained(old, now) && !longer && !(bypass && isGovernance(old))) {
            throw S3Exception.denied("Access Denied because object protected by object lock.");
        }
    }

    private static boolean isGovernance(Map<String, String> attributes) {
        return GOVERNANCE.equals(attributes.get(MODE));
    }

    private static boolean isRetained(Map<String, String> attributes, Instant now) {
        String until = attributes.get(UNTIL);
        return until != null && Instant.parse(until).isAfter(now);
    }

    static boolean bypasses(Exchange exchange) {
        return exchange.header("x-amz-bypass-governance-retention").filter("true"::equalsIgnoreCase).isPresent()
                && Access.allows(exchange, "s3:BypassGovernanceRetention", exchange.bucket(), exchange.key(), Optional.empty());
    }

    static void tell(Exchange exchange, Map<String, String> attributes) {
        if (attributes.containsKey(MODE)) {
            exchange.set("x-amz-object-lock-mode", attributes.get(MODE));
            exchange.set("x-amz-object-lock-retain-until-date", attributes.get(UNTIL));
        }
        if (attributes.containsKey(HOLD)) {
            exchange.set("x-amz-object-lock-legal-hold", attributes.get(HOLD));
        }
    }
}
