package org.kumiki.aws.signature;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.aws.signature.SignatureException.Reason;
import org.kumiki.aws.signature.Version4.Scope;
import org.kumiki.aws.wire.Form;

/**
 * Decides who made a request of S3, which has ways of its own beside those of a {@link Verifier}: the first version of all signatures, which its
 * clients call 2 and still use in links; bodies that are signed in chunks; and forms with a signed policy. Thread-safe.
 */
public final class ObjectVerifier {

    /**
     * Who signed a request.
     *
     * @param chunks for a body that is signed in chunks; empty for a signature that begins no such thing
     */
    public record Seal(Credential credential, Optional<ChunkChain> chunks) {
    }

    private static final Set<String> SUBRESOURCES = Set.of("accelerate", "acl", "analytics", "cors", "defaultObjectAcl", "delete", "inventory",
            "lifecycle", "location", "logging", "metrics", "notification", "object-lock", "partNumber", "policy", "replication", "requestPayment",
            "response-cache-control", "response-content-disposition", "response-content-encoding", "response-content-language",
            "response-content-type", "response-expires", "restore", "select", "select-type", "storageClass", "tagging", "torrent", "uploadId",
            "uploads", "versionId", "versioning", "versions", "website");
    private static final Pattern HEADER = Pattern.compile("AWS ([^:\\s]{1,128}):(\\S{1,128})");
    private static final Pattern POLICY_SCOPE = Pattern.compile("([\\w+=,.@-]{1,128})/(\\d{8})/([a-z0-9-]{1,64})/s3/aws4_request");
    private static final Pattern EXPIRES = Pattern.compile("[0-9]{1,12}");

    private final Verifier verifier;
    private final Clock clock;
    private final Version4 version4 = new Version4();

    public ObjectVerifier(KeyStore keys, Clock clock) {
        this.verifier = new Verifier(keys, clock);
        this.clock = clock;
    }

    /** Whether a request says that it is signed. */
    public static boolean isSigned(SignedRequest request) {
        Form query = Form.parse(request.query());
        return !request.header("authorization").isEmpty() || isPresigned4(query) || isPresigned2(query);
    }

    /** Whether the signature of a request is in its query. */
    public static boolean isPresigned(Form query) {
        return isPresigned4(query) || isPresigned2(query);
    }

    private static boolean isPresigned4(Form query) {
        return query.has("X-Amz-Signature") || query.has("X-Amz-Credential") || query.has("X-Amz-Algorithm");
    }

    private static boolean isPresigned2(Form query) {
        return query.has("AWSAccessKeyId") || query.has("Signature");
    }

    /**
     * Finds the signature of a request and verifies it.
     *
     * @param resource the path with the bucket in front, even where a host names it; still encoded
     * @throws SignatureException where the request is not signed as it must be
     */
    public Seal verify(SignedRequest request, String resource) {
        Form query = Form.parse(request.query());
        boolean header = !request.header("authorization").isEmpty();
        int schemes = (header ? 1 : 0) + (isPresigned4(query) ? 1 : 0) + (isPresigned2(query) ? 1 : 0);
        if (schemes != 1) {
            throw schemes == 0 ? new SignatureException(Reason.MISSING, "The request is not signed.")
                    : new SignatureException(Reason.AMBIGUOUS, "Only one auth mechanism allowed.");
        }
        if (!request.header("x-amz-security-token").isEmpty() || query.has("X-Amz-Security-Token")) {
            throw new SignatureException(Reason.UNKNOWN_KEY, "Session tokens are not issued here.");
        }
        if (header && Verifier.one(request, "authorization").startsWith("AWS ")) {
            return verifyHeader2(request, query, resource);
        }
        if (isPresigned2(query)) {
            return verifyPresigned2(request, query, resource);
        }
        Verifier.Signed signed = header ? verifier.verifyHeader(request, query) : verifier.verifyPresigned(request, query);
        if (!signed.credential().service().equals("s3")) {
            throw new SignatureException(Reason.MALFORMED, "The credential must be scoped to the service s3.");
        }
        return new Seal(signed.credential(), Optional.of(signed.chunks()));
    }

    /**
     * Verifies the policy of a form.
     *
     * @param fields of the form, by their names in lower case
     * @throws SignatureException where the policy is not signed as it must be
     */
    public Credential verifyPolicy(String policy, Map<String, String> fields) {
        if (fields.containsKey("awsaccesskeyid")) {
            String keyId = fields.get("awsaccesskeyid");
            verifier.requireSignature(keyId, field(fields, "signature"), List.of(policy), ObjectVerifier::hmac2);
            return new Credential(keyId, "", "");
        }
        Matcher credential = POLICY_SCOPE.matcher(field(fields, "x-amz-credential"));
        if (!credential.matches() || !field(fields, "x-amz-algorithm").equals(Version4.ALGORITHM)) {
            throw Verifier.malformed("The credential of the form must be <access key>/<date>/<region>/s3/aws4_request.");
        }
        Scope scope = new Scope(credential.group(2), credential.group(3), "s3");
        verifier.requireSignature(credential.group(1), field(fields, "x-amz-signature"), List.of(policy),
                (secret, text) -> Hashes.hex(version4.signingKey(secret, scope).of(text)));
        return new Credential(credential.group(1), scope.region(), "s3");
    }

    private Seal verifyHeader2(SignedRequest request, Form query, String resource) {
        Matcher parts = HEADER.matcher(Verifier.one(request, "authorization"));
        if (!parts.matches()) {
            throw Verifier.malformed("The Authorization header must be of the form AWS <access key>:<signature>.");
        }
        boolean amazonsDate = !request.header("x-amz-date").isEmpty();
        verifier.requireNear(Verifier.httpDate(Verifier.one(request, amazonsDate ? "x-amz-date" : "date")));
        return verify2(parts.group(1), parts.group(2), request, query, resource, amazonsDate ? "" : Verifier.one(request, "date"));
    }

    private Seal verifyPresigned2(SignedRequest request, Form query, String resource) {
        String expires = Verifier.part(query, "Expires");
        if (!EXPIRES.matcher(expires).matches()) {
            throw Verifier.malformed("Expires must be in seconds since 1970.");
        }
        if (clock.instant().isAfter(Instant.ofEpochSecond(Long.parseLong(expires)))) {
            throw new SignatureException(Reason.EXPIRED, "Request has expired");
        }
        return verify2(Verifier.part(query, "AWSAccessKeyId"), Verifier.part(query, "Signature"), request, query, resource, expires);
    }

    private Seal verify2(String keyId, String signature, SignedRequest request, Form query, String resource, String date) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("content-type", "");
        headers.put("host", Verifier.one(request, "host"));
        request.headers().forEach((name, values) -> {
            if (name.startsWith("x-amz-") || name.equals("content-type") || name.equals("content-md5")) {
                headers.put(name, Canonical.header(values));
            }
        });
        verifier.requireSignature(keyId, signature, spellings(Verifier.spellings(headers), resource, subresources(query)),
                (secret, spelling) -> hmac2(secret, text2(request.method(), new TreeMap<>(spelling.headers()), date) + spelling.resource()));
        return new Seal(new Credential(keyId, "", ""), Optional.empty());
    }

    private record Spelling(Map<String, String> headers, String resource) {
    }

    /** Clients sign a bucket with a slash at its end, whether they send that or not. */
    private static List<Spelling> spellings(List<Map<String, String>> headers, String resource, String subresources) {
        boolean bucket = resource.indexOf('/', 1) < 0 && resource.length() > 1;
        List<String> resources = bucket ? List.of(resource + subresources, resource + "/" + subresources) : List.of(resource + subresources);
        return headers.stream().flatMap(spelling -> resources.stream().map(one -> new Spelling(spelling, one))).toList();
    }

    static String text2(String method, Map<String, String> sortedHeaders, String date) {
        StringBuilder text = new StringBuilder(256).append(method).append('\n').append(sortedHeaders.getOrDefault("content-md5", "")).append('\n')
                .append(sortedHeaders.getOrDefault("content-type", "")).append('\n').append(date).append('\n');
        sortedHeaders.forEach((name, value) -> {
            if (name.startsWith("x-amz-")) {
                text.append(name).append(':').append(value).append('\n');
            }
        });
        return text.toString();
    }

    static String subresources(Form query) {
        StringBuilder text = new StringBuilder();
        TreeSet<String> names = new TreeSet<>(SUBRESOURCES);
        names.retainAll(query.fields().stream().map(Form.Field::name).toList());
        for (String name : names) {
            String value = query.get(name).orElse("");
            text.append(text.length() == 0 ? '?' : '&').append(name).append(value.isEmpty() ? "" : "=" + value);
        }
        return text.toString();
    }

    static String hmac2(String secret, String text) {
        return Base64.getEncoder().encodeToString(new Hmac(Hmac.SHA1, secret.getBytes(StandardCharsets.UTF_8)).of(text));
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw Verifier.malformed("The form has no field " + name + ".");
        }
        return value;
    }
}
