package org.kumiki.aws.s3;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.blob.Blob;
import org.kumiki.aws.wire.Json;

/**
 * Something that happens to an object, for one queue. Pure.
 *
 * @param id    later ones are greater
 * @param queue its ARN
 * @param rule  the name of the rule by which the queue is told
 */
record Event(String id, EventType type, Instant time, String region, String bucket, String owner, String key, String queue, String rule, Cause cause,
        Optional<Subject> subject) {

    /** The attribute of a version by which it is found whose event was not sent before the platform ended. */
    static final String ATTRIBUTE = "event";

    /** Who did it, from where, by which request. */
    record Cause(String principal, String address, String request) {

        /** Nobody in particular: it was time. */
        static final Cause LIFECYCLE = new Cause("s3.amazonaws.com", "s3.amazonaws.com", "lifecycle");

        static Cause of(Exchange exchange) {
            String account = exchange.caller().id();
            return new Cause(account.isEmpty() ? "Anonymous" : account, exchange.request().getRemoteAddr(), exchange.id());
        }
    }

    /**
     * The version that it happened to.
     *
     * @param version   nothing in a bucket that never kept any
     * @param sequencer greater than those of what happened to the key before
     */
    record Subject(Optional<String> version, long size, String etag, String sequencer) {
    }

    Event with(Blob blob, Versioning versioning) {
        long modified = micros(blob.modified());
        boolean made = switch (type) {
            case PUT, POST, COPY, COMPLETE, MARK, EXPIRE_BY_MARKER -> true;
            default -> false;
        };
        Item item = new Item(blob);
        Subject known = new Subject(Optional.of(blob.version()).filter(version -> versioning != Versioning.NEVER), item.size(), item.etag(),
                sequencer(made ? modified : Math.max(micros(time), modified + 1)));
        return new Event(id, type, time, region, bucket, owner, key, queue, rule, cause, Optional.of(known));
    }

    private static long micros(Instant time) {
        return TimeUnit.SECONDS.toMicros(time.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(time.getNano());
    }

    private static String sequencer(long micros) {
        return "%016X".formatted(micros);
    }

    /** What is remembered of it until it has been sent: everything but its subject, which comes later. */
    Map<String, String> stored() {
        Map<String, String> stored = new HashMap<>();
        stored.put("type", type.name());
        stored.put("time", time.toString());
        stored.put("region", region);
        stored.put("bucket", bucket);
        stored.put("owner", owner);
        stored.put("key", key);
        stored.put("queue", queue);
        stored.put("rule", rule);
        stored.put("principal", cause.principal());
        stored.put("address", cause.address());
        stored.put("request", cause.request());
        return stored;
    }

    static Event of(String id, Map<String, String> stored) {
        return new Event(id, EventType.valueOf(stored.get("type")), Instant.parse(stored.get("time")), stored.get("region"), stored.get("bucket"),
                stored.get("owner"), stored.get("key"), stored.get("queue"), stored.get("rule"),
                new Cause(stored.get("principal"), stored.get("address"), stored.get("request")), Optional.empty());
    }

    /** As Amazon writes it. */
    String json() {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("eventVersion", type.version());
        record.put("eventSource", "aws:s3");
        record.put("awsRegion", region);
        record.put("eventTime", Time.iso(time));
        record.put("eventName", type.label());
        record.put("userIdentity", Map.of("principalId", cause.principal()));
        record.put("requestParameters", Map.of("sourceIPAddress", cause.address()));
        record.put("responseElements", Map.of("x-amz-request-id", cause.request(), "x-amz-id-2", cause.request()));
        Map<String, Object> s3 = new LinkedHashMap<>();
        s3.put("s3SchemaVersion", "1.0");
        s3.put("configurationId", rule);
        s3.put("bucket", Map.of("name", bucket, "ownerIdentity", Map.of("principalId", owner), "arn", arn(bucket)));
        s3.put("object", object());
        record.put("s3", s3);
        return Json.write(Map.of("Records", List.of(record)));
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("key", URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/"));
        boolean removed = type == EventType.DELETE || type == EventType.MARK || type == EventType.EXPIRE || type == EventType.EXPIRE_BY_MARKER;
        subject.filter(known -> !removed).ifPresent(known -> {
            object.put("size", known.size());
            object.put("eTag", known.etag());
        });
        subject.flatMap(Subject::version).ifPresent(version -> object.put("versionId", version));
        object.put("sequencer", subject.map(Subject::sequencer).orElseGet(() -> sequencer(micros(time))));
        return object;
    }

    /** Of a bucket. */
    static String arn(String bucket) {
        return "arn:aws:s3:::" + bucket;
    }

    /** What a queue is told when it is to be told of a bucket from now on. */
    static String test(String bucket, Instant time, String request) {
        Map<String, Object> test = new LinkedHashMap<>();
        test.put("Service", "Amazon S3");
        test.put("Event", "s3:TestEvent");
        test.put("Time", Time.iso(time));
        test.put("Bucket", bucket);
        test.put("RequestId", request);
        test.put("HostId", request);
        return Json.write(test);
    }
}
