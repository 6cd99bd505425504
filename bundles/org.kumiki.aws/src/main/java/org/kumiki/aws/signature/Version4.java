package org.kumiki.aws.signature;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.kumiki.aws.wire.Memo;

/** The arithmetic of signature version 4, which signer and verifier share. */
final class Version4 {

    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    static final String TERMINATOR = "aws4_request";
    static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int MAX_CACHED_KEYS = 256;

    /** What a signing key is good for: one secret, one day, one region, one service. */
    record Scope(String date, String region, String service) {

        static Scope of(Instant time, String region, String service) {
            return new Scope(TIMESTAMP.format(time).substring(0, 8), region, service);
        }

        @Override
        public String toString() {
            return date + "/" + region + "/" + service + "/" + TERMINATOR;
        }
    }

    private record KeyName(String secret, Scope scope) {
    }

    /** Four of the five hashes of a signature depend on the day and not on the request. */
    private final Memo<KeyName, Hmac> signingKeys = new Memo<>(MAX_CACHED_KEYS, Version4::derive);

    /** @param query the canonical query */
    static String canonicalRequest(String service, String method, String path, String query, Map<String, String> headers,
            List<String> signedHeaders, String payloadHash) {
        StringBuilder out = new StringBuilder(512);
        out.append(method).append('\n');
        out.append(service.equals("s3") ? Canonical.objectPath(path) : Canonical.path(path)).append('\n');
        out.append(query).append('\n');
        for (String name : signedHeaders) {
            out.append(name).append(':').append(headers.get(name)).append('\n');
        }
        return out.append('\n').append(String.join(";", signedHeaders)).append('\n').append(payloadHash).toString();
    }

    String signature(String secret, Scope scope, String timestamp, String canonicalRequest) {
        String text = ALGORITHM + "\n" + timestamp + "\n" + scope + "\n" + Hashes.sha256Hex(canonicalRequest);
        return Hashes.hex(signingKey(secret, scope).of(text));
    }

    Hmac signingKey(String secret, Scope scope) {
        return signingKeys.get(new KeyName(secret, scope));
    }

    private static Hmac derive(KeyName name) {
        byte[] key = ("AWS4" + name.secret()).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(name.scope().date(), name.scope().region(), name.scope().service(), TERMINATOR)) {
            key = new Hmac(Hmac.SHA256, key).of(part);
        }
        return new Hmac(Hmac.SHA256, key);
    }
}
