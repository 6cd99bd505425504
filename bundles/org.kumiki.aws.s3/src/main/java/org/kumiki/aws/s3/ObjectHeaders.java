package org.kumiki.aws.s3;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What clients say of an object in headers, and get back in headers. */
final class ObjectHeaders {

    private static final List<String> KEPT = List.of("content-type", "cache-control", "content-disposition", "content-encoding", "content-language",
            "expires", "x-amz-website-redirect-location", "x-amz-storage-class");
    private static final String META = "x-amz-meta-";
    private static final int MAX_METADATA = 2048;
    private static final Set<String> CLASSES = Set.of("STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER",
            "DEEP_ARCHIVE", "OUTPOSTS", "GLACIER_IR", "SNOW", "EXPRESS_ONEZONE");

    private ObjectHeaders() {
    }

    /** @param headers of a request, or fields of a form, by name in lower case */
    static Map<String, String> read(Map<String, String> headers) {
        Map<String, String> attributes = new HashMap<>();
        for (String name : KEPT) {
            String value = headers.get(name);
            if (value != null) {
                attributes.put(Item.HEADER + name, value);
            }
        }
        attributes.computeIfPresent(Item.HEADER + "content-encoding", (name, value) -> withoutChunks(value));
        String storageClass = attributes.get(Item.HEADER + "x-amz-storage-class");
        if (storageClass != null && !CLASSES.contains(storageClass)) {
            throw new S3Exception(400, "InvalidStorageClass", "The storage class you specified is not valid");
        }
        int size = 0;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().startsWith(META)) {
                String name = header.getKey().substring(META.length());
                attributes.put(Item.META + name, header.getValue());
                size += name.length() + header.getValue().getBytes(StandardCharsets.UTF_8).length;
            }
        }
        if (size > MAX_METADATA) {
            throw new S3Exception(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
        }
        String tags = headers.get("x-amz-tagging");
        if (tags != null && !tags.isEmpty()) {
            attributes.put(Tags.ATTRIBUTE, Tags.store(Tags.parse(tags)));
        }
        return attributes;
    }

    /** The chunks are taken off; what is below them stays. */
    private static String withoutChunks(String encoding) {
        String rest = Arrays.stream(encoding.split(",")).map(String::strip).filter(name -> !name.equalsIgnoreCase("aws-chunked"))
                .collect(Collectors.joining(", "));
        return rest.isEmpty() ? null : rest;
    }

    /** Says all that is remembered of an object. */
    static void tell(Exchange exchange, Item item) {
        exchange.set("ETag", item.quotedEtag());
        exchange.set("Last-Modified", Terms.http(item.blob().modified()));
        exchange.set("Accept-Ranges", "bytes");
        exchange.response().setContentType("binary/octet-stream");
        item.headers().forEach((name, value) -> {
            if (!name.equals("x-amz-storage-class") || !value.equals("STANDARD")) {
                exchange.set(name, value);
            }
        });
        item.metadata().forEach((name, value) -> exchange.set(META + name, value));
        int tags = Tags.of(item.blob().attributes()).size();
        if (tags > 0) {
            exchange.set("x-amz-tagging-count", Integer.toString(tags));
        }
        Encryption.tell(exchange, item.blob().attributes());
        Locks.tell(exchange, item.blob().attributes());
        Versioning.of(exchange.bucket()).tell(exchange, item.blob());
    }
}
