package org.kumiki.aws.signature;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.kumiki.aws.signature.Version4.Scope;
import org.kumiki.aws.wire.Form;

/** The client's side of S3's signatures, for tests. */
public final class ObjectSigner {

    /** Headers to send, and what the signature begins. */
    public record Signed(Map<String, String> headers, ChunkChain chunks) {
    }

    private final String accessKeyId;
    private final String secret;
    private final Clock clock;
    private final Version4 version4 = new Version4();

    public ObjectSigner(String accessKeyId, String secret, Clock clock) {
        this.accessKeyId = accessKeyId;
        this.secret = secret;
        this.clock = clock;
    }

    /** @param payload the hash of the body, or what stands for it */
    public Signed sign(String method, URI uri, Map<String, String> headers, String payload) {
        Instant now = clock.instant();
        String timestamp = Version4.TIMESTAMP.format(now);
        Map<String, String> signed = new TreeMap<>();
        headers.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), Canonical.header(List.of(value))));
        signed.putIfAbsent("host", uri.getRawAuthority());
        signed.put("x-amz-date", timestamp);
        signed.put("x-amz-content-sha256", payload);
        List<String> names = List.copyOf(signed.keySet());
        Scope scope = Scope.of(now, "us-east-1", "s3");
        String query = Canonical.query(Form.parse(uri.getRawQuery()), name -> true);
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String signature = version4.signature(secret, scope, timestamp, Version4.canonicalRequest("s3", method, path, query, signed, names, payload));
        signed.put("authorization", Version4.ALGORITHM + " Credential=" + accessKeyId + "/" + scope + ", SignedHeaders=" + String.join(";", names)
                + ", Signature=" + signature);
        return new Signed(signed, new ChunkChain(version4.signingKey(secret, scope), timestamp, scope.toString(), signature));
    }

    /** {@code AWS key:signature}, by the first version of all. */
    public Map<String, String> sign2(String method, String resource, Map<String, String> headers) {
        Map<String, String> signed = new TreeMap<>(headers);
        signed.put("x-amz-date", java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(clock.instant().atZone(java.time.ZoneOffset.UTC)));
        signed.put("authorization", "AWS " + accessKeyId + ":" + ObjectVerifier.hmac2(secret, ObjectVerifier.text2(method, new TreeMap<>(signed), "") + resource));
        return signed;
    }

    /** The query of a link that is signed by the first version of all. */
    public String presign2(String method, String resource, long expires) {
        String signature = ObjectVerifier.hmac2(secret, ObjectVerifier.text2(method, new TreeMap<>(), Long.toString(expires)) + resource);
        return "AWSAccessKeyId=" + accessKeyId + "&Expires=" + expires + "&Signature=" + Canonical.encode(signature, false);
    }

    /** What a form says of its policy. */
    public Map<String, String> policy(String policy) {
        Instant now = clock.instant();
        Scope scope = Scope.of(now, "us-east-1", "s3");
        return Map.of("policy", policy, "x-amz-algorithm", Version4.ALGORITHM, "x-amz-credential", accessKeyId + "/" + scope,
                "x-amz-date", Version4.TIMESTAMP.format(now),
                "x-amz-signature", Hashes.hex(version4.signingKey(secret, scope).of(policy)));
    }
}
