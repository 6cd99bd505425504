package org.kumiki.aws.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.kumiki.aws.wire.Json;

/** Objects that browsers put by a form, with a policy that its maker has signed. */
final class PostForm {

    private static final Set<String> FREE = Set.of("policy", "x-amz-signature", "signature", "awsaccesskeyid", "file", "x-amz-algorithm", "x-amz-credential",
            "x-amz-date", "bucket");

    private final Authenticator authenticator;
    private final Objects objects;
    private final MasterKey key;
    private final Clock clock;

    PostForm(Authenticator authenticator, Objects objects, MasterKey key, Clock clock) {
        this.authenticator = authenticator;
        this.objects = objects;
        this.key = key;
        this.clock = clock;
    }

    /** The lengths that a policy allows. */
    private record Lengths(long least, long most) {
    }

    void post(Exchange anonymous) throws IOException {
        MultipartReader reader = MultipartReader.of(anonymous.header("content-type").orElse(""), anonymous.request().getInputStream());
        Map<String, String> fields = reader.fields();
        String name = Optional.ofNullable(fields.get("key")).orElseThrow(
                () -> S3Exception.invalid("Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields."))
                .replace("${filename}", reader.fileName());
        if (name.isEmpty()) {
            throw S3Exception.invalid("User key must have a length greater than 0.");
        }
        Optional<String> policy = Optional.ofNullable(fields.get("policy"));
        Caller caller = policy.isPresent() ? authenticator.authenticate(policy.get(), fields) : Caller.ANYBODY;
        Exchange exchange = anonymous.asForm(caller, Target.checkKey(name), fields);
        Lengths lengths = policy.isPresent() ? check(policy.get(), exchange.bucket().name(), name, fields) : new Lengths(0, Long.MAX_VALUE);
        Access.require(exchange, "s3:PutObject");
        Map<String, String> attributes = objects.attributes(exchange, exchange.bucket(), exchange.headers());
        Optional.ofNullable(fields.get("tagging")).ifPresent(
                tags -> attributes.put(Tags.ATTRIBUTE, Tags.store(Tags.read(XmlReader.read(tags), false))));
        Encryption encryption = Encryption.toWrite(exchange, exchange.bucket(), key);
        Body body = Body.of(limited(reader.file(), lengths), -1, checksums(fields), Optional.empty());
        Item item = objects.put(exchange, name, body, attributes, encryption, Terms.of(exchange, ""));
        objects.tell(exchange, item);
        answer(exchange, fields, item);
    }

    private static Map<String, String> checksums(Map<String, String> fields) {
        Map<String, String> checksums = new HashMap<>();
        fields.forEach((field, value) -> {
            if (field.startsWith("x-amz-checksum-") && !field.equals("x-amz-checksum-algorithm") || field.equals("content-md5")) {
                checksums.put(field, value);
            }
        });
        return checksums;
    }

    private static InputStream limited(InputStream file, Lengths lengths) {
        return new InputStream() {

            private long count;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int read = file.read(bytes, offset, length);
                count += Math.max(0, read);
                if (count > lengths.most()) {
                    throw new BodyException(new S3Exception(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"));
                }
                if (read < 0 && count < lengths.least()) {
                    throw new BodyException(new S3Exception(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"));
                }
                return read;
            }
        };
    }

    private static void answer(Exchange exchange, Map<String, String> fields, Item item) throws IOException {
        Encryption.tell(exchange, item.blob().attributes());
        exchange.set("ETag", item.quotedEtag());
        String location = exchange.request().getRequestURL() + "/" + item.blob().key();
        Optional<String> redirect = Optional.ofNullable(fields.get("success_action_redirect")).or(() -> Optional.ofNullable(fields.get("redirect")))
                .filter(url -> url.matches("https?://[^\r\n]+"));
        if (redirect.isPresent()) {
            String query = "bucket=" + encode(exchange.bucket().name()) + "&key=" + encode(item.blob().key()) + "&etag=" + encode(item.quotedEtag());
            exchange.set("Location", redirect.get() + (redirect.get().contains("?") ? "&" : "?") + query);
            exchange.answer(303);
            return;
        }
        String status = fields.getOrDefault("success_action_status", "204");
        if (status.equals("201")) {
            byte[] document = Xml.plain("PostResponse").put("Location", location).put("Bucket", exchange.bucket().name())
                    .put("Key", item.blob().key()).put("ETag", item.quotedEtag()).close().done();
            exchange.answer(201, "application/xml", document);
        } else {
            exchange.answer(status.equals("200") ? 200 : 204);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Lengths check(String policy, String bucket, String name, Map<String, String> fields) {
        Map<String, Object> document;
        try {
            document = Json.parseObject(new String(Base64.getDecoder().decode(policy), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw invalid("Invalid Policy: Invalid JSON.");
        }
        requireAhead(document.get("expiration"));
        if (!(document.get("conditions") instanceof List<?> conditions)) {
            throw invalid("Invalid Policy: Policy missing conditions.");
        }
        Set<String> covered = new HashSet<>();
        Lengths lengths = new Lengths(0, Long.MAX_VALUE);
        for (Object condition : conditions) {
            if (condition instanceof Map<?, ?> equals && !equals.isEmpty()) {
                equals.forEach((field, value) -> require("eq", "$" + field, String.valueOf(value), bucket, name, fields, covered));
            } else if (condition instanceof List<?> three && three.size() == 3) {
                if (String.valueOf(three.get(0)).equalsIgnoreCase("content-length-range")) {
                    lengths = lengths(three);
                } else {
                    require(String.valueOf(three.get(0)).toLowerCase(Locale.ROOT), String.valueOf(three.get(1)), String.valueOf(three.get(2)), bucket, name,
                            fields, covered);
                }
            } else {
                throw invalid("Invalid Policy: Invalid Simple-Condition.");
            }
        }
        for (String field : fields.keySet()) {
            if (!FREE.contains(field) && !field.startsWith("x-ignore-") && !field.startsWith("x-amz-checksum-") && !covered.contains(field)) {
                throw S3Exception.denied("Invalid according to Policy: Extra input fields: " + field);
            }
        }
        return lengths;
    }

    private void requireAhead(Object expiration) {
        try {
            if (expiration instanceof String text && Instant.parse(text).isAfter(clock.instant())) {
                return;
            }
        } catch (DateTimeException e) {
            throw invalid("Invalid Policy: Invalid 'expiration' value: '" + expiration + "'");
        }
        throw expiration instanceof String ? S3Exception.denied("Invalid according to Policy: Policy expired.")
                : invalid("Invalid Policy: Policy missing expiration.");
    }

    private static Lengths lengths(List<?> three) {
        try {
            return new Lengths(Long.parseLong(String.valueOf(three.get(1))), Long.parseLong(String.valueOf(three.get(2))));
        } catch (NumberFormatException e) {
            throw invalid("Invalid Policy: Invalid content-length-range.");
        }
    }

    private static void require(String operator, String field, String wanted, String bucket, String name, Map<String, String> fields,
            Set<String> covered) {
        String bare = (field.startsWith("$") ? field.substring(1) : field).toLowerCase(Locale.ROOT);
        covered.add(bare);
        String actual = switch (bare) {
            case "bucket" -> bucket;
            case "key" -> name;
            default -> fields.getOrDefault(bare, "");
        };
        boolean holds = switch (operator) {
            case "eq" -> actual.equals(wanted);
            case "starts-with" -> actual.startsWith(wanted);
            default -> throw invalid("Invalid Policy: Invalid Condition: " + operator);
        };
        if (!holds) {
            throw S3Exception.denied("Invalid according to Policy: Policy Condition failed: [\"" + operator + "\", \"" + field + "\", \"" + wanted + "\"]");
        }
    }

    private static S3Exception invalid(String message) {
        return new S3Exception(400, "InvalidPolicyDocument", message);
    }
}
