package org.kumiki.aws.s3;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.kumiki.api.blob.Bucket;
import org.kumiki.aws.policy.Patterns;

/** Which pages of other sites may use a bucket from within a browser. */
final class Cors {

    private static final String REQUEST_METHOD = "access-control-request-method";
    private static final String REQUEST_HEADERS = "access-control-request-headers";

    private Cors() {
    }

    /** Answers a browser that asks before it sends the request proper. */
    static void preflight(Exchange exchange) {
        String origin = exchange.header("origin").orElseThrow(
                () -> new S3Exception(400, "BadRequest", "Insufficient information. Origin request header needed."));
        String method = exchange.header(REQUEST_METHOD).orElseThrow(
                () -> new S3Exception(400, "BadRequest", "Invalid Access-Control-Request-Method: null"));
        List<String> headers = exchange.header(REQUEST_HEADERS).map(text -> Arrays.stream(text.split(",")).map(String::strip).toList()).orElse(List.of());
        Element rule = find(exchange.bucket(), origin, method, headers).orElseThrow(() -> new S3Exception(403, "AccessForbidden",
                "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / "
                        + "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."));
        tell(exchange, rule, origin);
        if (!headers.isEmpty()) {
            exchange.set("Access-Control-Allow-Headers", String.join(", ", headers).toLowerCase(Locale.ROOT));
        }
        exchange.answer(200);
    }

    /** Says in the answer to any request from a page of another site whether that page may see it. */
    static void tell(Exchange exchange, Bucket bucket) {
        exchange.header("origin").ifPresent(origin -> find(bucket, origin, exchange.header(REQUEST_METHOD).orElse(exchange.method()), List.of())
                .ifPresent(rule -> tell(exchange, rule, origin)));
    }

    private static void tell(Exchange exchange, Element rule, String origin) {
        boolean anybody = rule.all("AllowedOrigin").stream().anyMatch(allowed -> allowed.text().equals("*"));
        exchange.set("Access-Control-Allow-Origin", anybody ? "*" : origin);
        exchange.set("Access-Control-Allow-Methods", join(rule, "AllowedMethod"));
        if (!anybody) {
            exchange.set("Access-Control-Allow-Credentials", "true");
        }
        if (!rule.all("ExposeHeader").isEmpty()) {
            exchange.set("Access-Control-Expose-Headers", join(rule, "ExposeHeader"));
        }
        rule.get("MaxAgeSeconds").ifPresent(seconds -> exchange.set("Access-Control-Max-Age", seconds));
        exchange.set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    }

    private static String join(Element rule, String name) {
        return String.join(", ", rule.all(name).stream().map(Element::text).toList());
    }

    private static Optional<Element> find(Bucket bucket, String origin, String method, List<String> headers) {
        String document = bucket.attributes().get(Setting.CORS.parameter());
        return document == null ? Optional.empty()
                : XmlReader.read(document).all("CORSRule").stream().filter(rule -> allows(rule, origin, method, headers)).findFirst();
    }

    static boolean allows(Element rule, String origin, String method, List<String> headers) {
        return rule.all("AllowedOrigin").stream().anyMatch(allowed -> Patterns.like(allowed.text(), origin))
                && rule.all("AllowedMethod").stream().anyMatch(allowed -> allowed.text().equals(method))
                && headers.stream().allMatch(header -> rule.all("AllowedHeader").stream()
                        .anyMatch(allowed -> Patterns.like(allowed.text().toLowerCase(Locale.ROOT), header.toLowerCase(Locale.ROOT))));
    }
}
