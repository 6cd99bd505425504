package org.kumiki.aws.signature;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.kumiki.aws.wire.Form;

/**
 * What a signature covers, as it came over the wire.
 *
 * @param method      the HTTP method
 * @param path        the path, still encoded; {@code /} where it was empty
 * @param query       the query string, still encoded; empty where there was none
 * @param headers     all headers by lower-case name, each with its values in order
 * @param payloadHash the SHA-256 of the body, in lower-case hexadecimal ({@link Hashes#sha256Hex}); for services that allow
 *                    it, what stands for it in the {@code x-amz-content-sha256} header
 * @param form        the body's fields where it is a form, for version 2 signs them; else {@link Form#EMPTY}
 */
public record SignedRequest(String method, String path, String query, Map<String, List<String>> headers, String payloadHash, Form form) {

    public SignedRequest {
        path = path == null || path.isEmpty() ? "/" : path;
        query = query == null ? "" : query;
        Map<String, List<String>> copy = new LinkedHashMap<>();
        headers.forEach((name, values) -> copy.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = copy;
    }

    /** The values of a header, by lower-case name; empty where there is none. */
    public List<String> header(String name) {
        return headers.getOrDefault(name, List.of());
    }
}
