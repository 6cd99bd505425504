package org.kumiki.aws.s3;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The tags of objects. They are kept as clients send them in a header: {@code name=value&name=value}, encoded. */
final class Tags {

    static final String ATTRIBUTE = "tags";
    private static final int MOST_OF_OBJECT = 10;
    private static final int MOST_OF_BUCKET = 50;

    private Tags() {
    }

    static Map<String, String> of(Map<String, String> attributes) {
        String stored = attributes.get(ATTRIBUTE);
        return stored == null ? Map.of() : parse(stored);
    }

    /** @throws S3Exception InvalidTag */
    static Map<String, String> parse(String header) {
        Map<String, String> tags = new TreeMap<>();
        for (String pair : header.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                put(tags, decode(equals < 0 ? pair : pair.substring(0, equals)), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return check(tags, MOST_OF_OBJECT);
    }

    static Map<String, String> read(Element document, boolean ofBucket) {
        Map<String, String> tags = new TreeMap<>();
        Element set = document.as("Tagging").find("TagSet").orElseThrow(S3Exception::malformedXml);
        for (Element tag : set.all("Tag")) {
            put(tags, tag.require("Key"), tag.require("Value"));
        }
        return check(tags, ofBucket ? MOST_OF_BUCKET : MOST_OF_OBJECT);
    }

    static String store(Map<String, String> tags) {
        return tags.entrySet().stream().map(tag -> encode(tag.getKey()) + "=" + encode(tag.getValue())).collect(Collectors.joining("&"));
    }

    static Element document(Map<String, String> tags) {
        List<Element> set = new ArrayList<>();
        tags.forEach((key, value) -> set.add(new Element("Tag", List.of(new Element("Key", key), new Element("Value", value)))));
        return new Element("Tagging", List.of(new Element("TagSet", set)));
    }

    private static void put(Map<String, String> tags, String key, String value) {
        if (key.isEmpty() || key.length() > 128) {
            throw invalid("The TagKey you have provided is invalid");
        }
        if (value.length() > 256) {
            throw invalid("The TagValue you have provided is invalid");
        }
        if (tags.put(key, value) != null) {
            throw invalid("Cannot provide multiple Tags with the same key");
        }
    }

    private static Map<String, String> check(Map<String, String> tags, int most) {
        if (tags.size() > most) {
            throw most == MOST_OF_OBJECT ? invalid("Object tags cannot be greater than 10")
                    : invalid("Bucket tag count cannot be greater than 50");
        }
        return tags;
    }

    private static S3Exception invalid(String message) {
        return new S3Exception(400, "InvalidTag", message);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw S3Exception.invalid("The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
                    + "duplicates.");
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
