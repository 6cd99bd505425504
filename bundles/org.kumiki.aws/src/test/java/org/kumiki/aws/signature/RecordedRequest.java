package org.kumiki.aws.signature;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Json;

/** A request that botocore signed, see src/test/python; both generations of it made the same ones. */
record RecordedRequest(String title, String method, String path, String query, Map<String, List<String>> headers, String body) {

    static final String KEY_ID = "AKIDEXAMPLE";
    static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    static final KeyStore KEYS = id -> Optional.of(SECRET).filter(secret -> id.equals(KEY_ID));
    static final Instant TIME = Instant.parse("2026-11-23T09:30:00Z");

    static List<RecordedRequest> all() {
        try (InputStream in = RecordedRequest.class.getResourceAsStream("botocore.jsonl")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(RecordedRequest::parse).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static RecordedRequest titled(String title) {
        return all().stream().filter(request -> request.title().equals(title)).findFirst().orElseThrow();
    }

    private static RecordedRequest parse(String line) {
        Map<String, Object> json = Json.parseObject(line);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        ((Map<?, ?>) json.get("headers")).forEach((name, value) -> headers.put(name.toString(), List.of(value.toString())));
        return new RecordedRequest(text(json, "title"), text(json, "method"), text(json, "path"), text(json, "query"), headers, text(json,
                "body"));
    }

    private static String text(Map<String, Object> json, String name) {
        return json.get(name).toString();
    }

    RecordedRequest withHeader(String name, String... values) {
        Map<String, List<String>> changed = new LinkedHashMap<>(headers);
        changed.put(name, List.of(values));
        return new RecordedRequest(title, method, path, query, changed, body);
    }

    RecordedRequest withoutHeader(String name) {
        Map<String, List<String>> changed = new LinkedHashMap<>(headers);
        changed.remove(name);
        return new RecordedRequest(title, method, path, query, changed, body);
    }

    RecordedRequest withQuery(String changed) {
        return new RecordedRequest(title, method, path, changed, headers, body);
    }

    RecordedRequest withBody(String changed) {
        return new RecordedRequest(title, method, path, query, headers, changed);
    }

    boolean hasForm() {
        return headers.getOrDefault("content-type", List.of("")).get(0).startsWith("application/x-www-form-urlencoded");
    }

    SignedRequest signed() {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new SignedRequest(method, path, query, headers, Hashes.sha256Hex(bytes), hasForm() ? Form.parse(bytes) : Form.EMPTY);
    }

    Credential verify() {
        return verifyLater(Duration.ZERO);
    }

    Credential verifyLater(Duration later) {
        return new Verifier(KEYS, Clock.fixed(TIME.plus(later), ZoneOffset.UTC)).verify(signed());
    }

    @Override
    public String toString() {
        return title;
    }
}
