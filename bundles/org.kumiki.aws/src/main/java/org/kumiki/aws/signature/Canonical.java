package org.kumiki.aws.signature;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.kumiki.aws.signature.SignatureException.Reason;
import org.kumiki.aws.wire.Form;

/**
 * The one spelling of each part of a request that both sides sign.
 * <p>
 * What a service would understand as the same must be spelt the same, and what it would understand differently must not:
 * otherwise a proxy could break a signature, or an attacker change a request without breaking it. So a query is decoded
 * the way {@link Form} decodes it for the façade, and encoded again.
 */
final class Canonical {

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private Canonical() {
    }

    /** Percent-encodes all but the unreserved characters of RFC 3986, and slashes where they are kept. */
    static String encode(String text, boolean keepSlash) {
        if (isPlain(text, keepSlash)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b) || keepSlash && b == '/') {
                out.append((char) b);
            } else {
                out.append('%').append((char) HEX[b >> 4 & 15]).append((char) HEX[b & 15]);
            }
        }
        return out.toString();
    }

    private static boolean isPlain(String text, boolean keepSlash) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 127 || !isUnreserved((byte) c) && !(keepSlash && c == '/')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnreserved(byte c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~';
    }

    /** The path as all services but S3 sign it: without detours, and encoded once more than it came. */
    static String path(String encodedPath) {
        if (encodedPath.equals("/")) {
            return encodedPath;
        }
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : encodedPath.split("/")) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        String normal = "/" + String.join("/", segments) + (encodedPath.endsWith("/") && !segments.isEmpty() ? "/" : "");
        return encode(normal, true);
    }

    /** The path as S3 signs it: every byte of an object's key counts, and is encoded once. */
    static String objectPath(String encodedPath) {
        return encode(decode(encodedPath), true);
    }

    /** Percent-decodes a path, in which a plus sign is itself. */
    private static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(encoded.length());
        byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                out.write(bytes[i]);
            } else if (i + 2 < bytes.length && Character.digit(bytes[i + 1], 16) >= 0 && Character.digit(bytes[i + 2], 16) >= 0) {
                out.write(Character.digit(bytes[++i], 16) << 4 | Character.digit(bytes[++i], 16));
            } else {
                throw new SignatureException(Reason.MALFORMED, "The path has a broken percent-encoding.");
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Encoded fields sorted by name and then value, which is how version 4 signs them. */
    static String query(Form form, Predicate<String> names) {
        record Pair(String name, String value) {
        }
        List<Pair> pairs = new ArrayList<>(form.fields().size());
        for (Form.Field field : form.fields()) {
            if (names.test(field.name())) {
                pairs.add(new Pair(encode(field.name(), false), encode(field.value(), false)));
            }
        }
        pairs.sort(Comparator.comparing(Pair::name).thenComparing(Pair::value));
        StringBuilder out = new StringBuilder(64);
        for (Pair pair : pairs) {
            out.append(out.length() == 0 ? "" : "&").append(pair.name()).append('=').append(pair.value());
        }
        return out.toString();
    }

    /** A header's values on one line: white space at the ends goes, and inside becomes one space. */
    static String header(List<String> values) {
        if (values.size() == 1 && isTidy(values.get(0))) {
            return values.get(0);
        }
        return values.stream().map(value -> value.strip().replaceAll("\\s+", " ")).collect(Collectors.joining(","));
    }

    private static boolean isTidy(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isWhitespace(c) && (c != ' ' || i == 0 || i == value.length() - 1 || value.charAt(i + 1) == ' ')) {
                return false;
            }
        }
        return true;
    }
}
