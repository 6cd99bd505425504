package org.kumiki.aws.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Form;

/**
 * Changes signed requests in a hundred thousand ways, and none may pass that means something else than the original. A change
 * of spelling may: a proxy is free to write {@code %7E} for a tilde.
 */
class MutationTest {

    private static final int MUTATIONS = 120_000;
    private static final String ALPHABET = "aZ09-._~%&=+;,/ \t\n:ABCDEFabcdef組\u0000";

    private final Random random = new Random(20261123);
    private final Verifier verifier = new Verifier(RecordedRequest.KEYS, Clock.fixed(RecordedRequest.TIME, ZoneOffset.UTC));

    @Test
    void acceptsNoRequestThatMeansSomethingElse() {
        List<RecordedRequest> originals = RecordedRequest.all();
        List<String> accepted = new ArrayList<>();
        int changed = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            RecordedRequest original = originals.get(i % originals.size());
            RecordedRequest mutant = mutate(original);
            if (!mutant.equals(original) && isAccepted(mutant)) {
                changed++;
                if (!meaning(mutant).equals(meaning(original))) {
                    accepted.add(original + ": " + mutant.headers() + " " + mutant.path() + "?" + mutant.query() + " " + mutant.body());
                }
            }
        }

        assertThat(accepted).isEmpty();
        assertThat(changed).as("spellings that pass, which shows that the mutants are close to the originals").isPositive();
    }

    private boolean isAccepted(RecordedRequest request) {
        try {
            verifier.verify(request.signed());
            return true;
        } catch (SignatureException | AwsException e) {
            return false;
        }
    }

    private RecordedRequest mutate(RecordedRequest request) {
        Map<String, List<String>> headers = new LinkedHashMap<>(request.headers());
        String[] parts = { request.method(), request.path(), request.query(), request.body() };
        for (int changes = random.nextInt(4) == 0 ? 2 : 1; changes > 0; changes--) {
            int part = random.nextInt(8);
            if (part < 4 || headers.isEmpty()) {
                parts[part % 4] = mutate(parts[part % 4]);
            } else {
                mutate(headers);
            }
        }
        return new RecordedRequest(request.title(), parts[0], parts[1], parts[2], headers, parts[3]);
    }

    private void mutate(Map<String, List<String>> headers) {
        List<String> names = new ArrayList<>(headers.keySet());
        String name = names.get(random.nextInt(names.size()));
        List<String> values = headers.get(name);
        switch (random.nextInt(8)) {
            case 0 -> headers.remove(name);
            case 1 -> headers.put(name, List.of(values.get(0), mutate(values.get(0))));
            case 2 -> headers.put(names.get(random.nextInt(names.size())), values);
            case 3 -> headers.put(mutate(name), headers.remove(name));
            default -> headers.put(name, List.of(mutate(values.get(0))));
        }
    }

    /** One small change: a character replaced, added, taken away, two swapped, or a case changed. */
    private String mutate(String text) {
        if (text.isEmpty()) {
            return Character.toString(any());
        }
        int at = random.nextInt(text.length());
        String before = text.substring(0, at);
        String after = text.substring(at + 1);
        char c = text.charAt(at);
        return switch (random.nextInt(7)) {
            case 0 -> before + any() + after;
            case 1 -> before + any() + c + after;
            case 2 -> before + after;
            case 3 -> before + (after.isEmpty() ? "" : after.charAt(0)) + c + (after.isEmpty() ? "" : after.substring(1));
            case 4 -> before + (Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c)) + after;
            case 5 -> before + text.charAt(random.nextInt(text.length())) + after;
            default -> before + String.format("%%%02x", (int) c & 0xFF) + after;
        };
    }

    private char any() {
        return ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }

    /**
     * What a service would make of a request, put together without the code under test: its fields (in order within the body,
     * for a form is read in order), its path, what its signed headers say, and whom it names.
     */
    private static String meaning(RecordedRequest request) {
        Map<String, String> headers = new TreeMap<>(); // the port is optional in a signature, and the case of names
        request.headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT),
                String.join(",", values).strip().replaceAll("\\s+", " ").replaceAll("^([a-z0-9.]+):[^:]*$", "$1")));
        headers.computeIfPresent("content-type", (name, type) -> type.toLowerCase(Locale.ROOT));
        List<String> authorization = Arrays.asList(headers.getOrDefault("authorization", "").split("[,\\s]+"));
        String signed = authorization + sorted(request.query());
        headers.keySet().removeIf(name -> !signed.contains(name));
        String form = request.title().equals("version 2 POST") ? sorted(request.body()) : request.body();
        return request.method() + " " + path(request) + "?" + sorted(request.query()) + " " + headers + " " + authorization + " " + form;
    }

    private static String path(RecordedRequest request) {
        if (request.path().isEmpty()) {
            return "//";
        }
        return request.title().startsWith("s3")
                ? URLDecoder.decode(request.path().replace("+", "%2B"), StandardCharsets.UTF_8)
                : Path.of("/" + request.path().replace("\0", "NUL")).normalize() + (request.path().endsWith("/") ? "/" : "");
    }

    private static String sorted(String encoded) {
        List<String> fields = new ArrayList<>();
        Form.parse(encoded).fields().forEach(field -> fields.add(field.name() + "=" + field.value()));
        return new TreeSet<>(fields) + " " + fields.size();
    }
}
