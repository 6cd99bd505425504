package org.kumiki.aws.signature;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.aws.signature.SignatureException.Reason;
import org.kumiki.aws.signature.Version4.Scope;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Memo;

/**
 * Decides who made a request.
 * <p>
 * A request carries exactly one signature: in its {@code Authorization} header (version 4), in its query (version 4,
 * presigned), or among its parameters (version 2). More than one is refused, and so is a part that is given twice, since a
 * proxy and this verifier might each look at a different one. Thread-safe.
 */
public final class Verifier {

    /** How far a client's clock may be off. */
    public static final Duration MAX_SKEW = Duration.ofMinutes(15);
    /** How long a presigned URL may be good for. */
    public static final Duration MAX_EXPIRY = Duration.ofDays(7);

    private static final Pattern SCOPE = Pattern.compile("([\\w+=,.@-]{1,128})/(\\d{8})/([A-Za-z0-9-]{1,64})/([a-z0-9-]{1,64})/aws4_request");
    private static final Pattern SIGNED_HEADERS = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,128}(;[a-z0-9!#$%&'*+.^_`|~-]{1,128}){0,99}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
    private static final Set<String> PARTS = Set.of("Credential", "SignedHeaders", "Signature");
    private static final int MEMORY = 256;

    /** What a credential says: whose key signed, and for what. */
    private record KeyScope(String keyId, Scope scope) {
    }

    /** Clients send the same parts again and again, and times of the same second. */
    private static final Memo<String, KeyScope> SCOPES = new Memo<>(MEMORY, Verifier::keyScope);
    private static final Memo<String, List<String>> HEADER_LISTS = new Memo<>(MEMORY, Verifier::headerList);
    private static final Memo<String, Instant> TIMES = new Memo<>(MEMORY, Verifier::parseTimestamp);
    private static final Memo<Instant, String> TIMESTAMPS = new Memo<>(MEMORY, Version4.TIMESTAMP::format);

    private final KeyStore keys;
    private final Clock clock;
    private final Version4 version4 = new Version4();
    /** Stands for the secret of a key that does not exist, so that its requests take no less time. */
    private final String nobodysSecret;

    public Verifier(KeyStore keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
        byte[] random = new byte[30];
        new SecureRandom().nextBytes(random);
        this.nobodysSecret = Hashes.hex(random);
    }

    /**
     * Finds the signature of a request and verifies it.
     *
     * @return who signed it, and for what: it is the caller who checks that the service is its own
     * @throws SignatureException where the request is not signed as it must be
     */
    public Credential verify(SignedRequest request) {
        Form query = Form.parse(request.query());
        Form fields = query.and(request.form());
        boolean header = !request.header("authorization").isEmpty();
        boolean presigned = query.has("X-Amz-Signature") || query.has("X-Amz-Credential") || query.has("X-Amz-Algorithm");
        boolean version2 = fields.has(Version2.SIGNATURE) || fields.has("SignatureVersion") || fields.has("AWSAccessKeyId");

        int schemes = (header ? 1 : 0) + (presigned ? 1 : 0) + (version2 ? 1 : 0);
        if (schemes == 0) {
            throw new SignatureException(Reason.MISSING, "The request is not signed.");
        }
        if (schemes > 1) {
            throw new SignatureException(Reason.AMBIGUOUS,
                    "Only one of a signature header, a presigned query and signature parameters may be given.");
        }
        if (!request.header("x-amz-security-token").isEmpty() || query.has("X-Amz-Security-Token") || fields.has("SecurityToken")) {
            throw new SignatureException(Reason.UNKNOWN_KEY, "Session tokens are not issued here.");
        }
        if (!request.path().startsWith("/")) {
            throw malformed("The path must be absolute.");
        }
        if (header) {
            return verifyHeader(request, query).credential();
        }
        return presigned ? verifyPresigned(request, query).credential() : verifyVersion2(request, fields);
    }

    /** A signature of version 4 that is right, and what it begins. */
    record Signed(Credential credential, ChunkChain chunks) {
    }

    Signed verifyHeader(SignedRequest request, Form query) {
        Map<String, String> parts = authorization(one(request, "authorization"));
        List<String> signedHeaders = signedHeaders(request, parts.get("SignedHeaders"));
        boolean amazonsDate = !request.header("x-amz-date").isEmpty();
        String dateHeader = amazonsDate ? "x-amz-date" : "date";
        Instant time = amazonsDate ? timestamp(one(request, "x-amz-date")) : httpDate(one(request, "date"));
        if (!signedHeaders.contains(dateHeader)) {
            throw malformed("The signature must cover the header " + dateHeader + ".");
        }
        requireNear(time);
        return verify(request, parts.get("Credential"), parts.get("Signature"), time, signedHeaders, Canonical.query(query, name -> true));
    }

    Signed verifyPresigned(SignedRequest request, Form query) {
        if (!part(query, "X-Amz-Algorithm").equals(Version4.ALGORITHM)) {
            throw malformed("X-Amz-Algorithm must be " + Version4.ALGORITHM + ".");
        }
        Instant time = timestamp(part(query, "X-Amz-Date"));
        String expires = part(query, "X-Amz-Expires");
        if (!SECONDS.matcher(expires).matches() || Long.parseLong(expires) > MAX_EXPIRY.toSeconds() || Long.parseLong(expires) < 1) {
            throw malformed("X-Amz-Expires must be from 1 to " + MAX_EXPIRY.toSeconds() + " seconds.");
        }
        Instant now = clock.instant();
        if (now.isAfter(time.plusSeconds(Long.parseLong(expires))) || now.isBefore(time.minus(MAX_SKEW))) {
            throw new SignatureException(Reason.EXPIRED, "Request has expired.");
        }
        List<String> signedHeaders = signedHeaders(request, part(query, "X-Amz-SignedHeaders"));
        return verify(request, part(query, "X-Amz-Credential"), part(query, "X-Amz-Signature"), time, signedHeaders,
                Canonical.query(query, name -> !name.equals("X-Amz-Signature")));
    }

    private Signed verify(SignedRequest request, String credential, String signature, Instant time, List<String> signedHeaders,
            String query) {
        KeyScope keyScope = SCOPES.get(credential);
        Scope scope = keyScope.scope();
        String timestamp = TIMESTAMPS.get(time);
        if (!timestamp.startsWith(scope.date())) {
            throw malformed("The date of the credential must be that of the request.");
        }
        requireSame(request.header("x-amz-content-sha256"), request.payloadHash());
        Map<String, String> headers = canonicalHeaders(request, signedHeaders);
        String keyId = keyScope.keyId();
        String secret = requireSignature(keyId, signature, spellings(headers), (key, spelling) ->
                version4.signature(key, scope, timestamp, Version4.canonicalRequest(scope.service(), request.method(),
                        request.path(), query, spelling, signedHeaders, request.payloadHash())));
        return new Signed(new Credential(keyId, scope.region(), scope.service()),
                new ChunkChain(version4.signingKey(secret, scope), timestamp, scope.toString(), signature));
    }

    private static KeyScope keyScope(String credential) {
        Matcher matcher = SCOPE.matcher(credential);
        if (!matcher.matches()) {
            throw malformed("The credential must be <access key>/<date>/<region>/<service>/aws4_request.");
        }
        return new KeyScope(matcher.group(1), new Scope(matcher.group(2), matcher.group(3), matcher.group(4)));
    }

    /** {@code AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…} */
    private static Map<String, String> authorization(String header) {
        if (!header.startsWith(Version4.ALGORITHM + " ")) {
            throw malformed("The Authorization header must use " + Version4.ALGORITHM + ".");
        }
        Map<String, String> parts = new HashMap<>();
        for (String padded : header.substring(Version4.ALGORITHM.length()).split(",", -1)) {
            String part = padded.strip();
            int equals = part.indexOf('=');
            if (equals < 0 || parts.put(part.substring(0, equals), part.substring(equals + 1)) != null) {
                throw malformed("The Authorization header cannot be read.");
            }
        }
        if (!parts.keySet().equals(PARTS)) {
            throw malformed("The Authorization header must have a Credential, SignedHeaders and a Signature.");
        }
        return parts;
    }

    /** The host is always signed, and so is every header that a service may act upon. */
    private static List<String> signedHeaders(SignedRequest request, String list) {
        List<String> names = HEADER_LISTS.get(list);
        for (String name : request.headers().keySet()) {
            if (name.startsWith("x-amz-") && !names.contains(name)) {
                throw malformed("The signature must cover the header " + name + ".");
            }
        }
        return names;
    }

    private static List<String> headerList(String list) {
        if (!SIGNED_HEADERS.matcher(list).matches()) {
            throw malformed("The list of signed headers cannot be read.");
        }
        List<String> names = List.of(list.split(";"));
        if (new HashSet<>(names).size() < names.size()) {
            throw new SignatureException(Reason.AMBIGUOUS, "A signed header is listed twice.");
        }
        if (!names.contains("host")) {
            throw malformed("The signature must cover the header host.");
        }
        return names;
    }

    private static Map<String, String> canonicalHeaders(SignedRequest request, List<String> names) {
        Map<String, String> headers = new HashMap<>();
        for (String name : names) {
            List<String> values = request.header(name);
            if (values.isEmpty()) {
                throw new SignatureException(Reason.MISMATCH, "The signed header " + name + " is missing.");
            }
            headers.put(name, Canonical.header(values));
        }
        one(request, "host");
        return headers;
    }

    private static void requireSame(List<String> declared, String actual) {
        if (declared.size() > 1) {
            throw new SignatureException(Reason.AMBIGUOUS, "The header x-amz-content-sha256 was given more than once.");
        }
        if (!declared.isEmpty() && !declared.get(0).equals(actual)) {
            throw new SignatureException(Reason.MISMATCH, "The body is not the one that was signed.");
        }
    }

    private Credential verifyVersion2(SignedRequest request, Form fields) {
        String algorithm = part(fields, "SignatureMethod");
        if (!part(fields, "SignatureVersion").equals("2") || !algorithm.equals(Hmac.SHA256) && !algorithm.equals(Hmac.SHA1)) {
            throw malformed("SignatureVersion must be 2, and SignatureMethod HmacSHA256 or HmacSHA1.");
        }
        Optional<String> timestamp = fields.get("Timestamp");
        Optional<String> expires = fields.get("Expires");
        if (timestamp.isPresent() == expires.isPresent()) {
            throw malformed("Either Timestamp or Expires must be given.");
        }
        timestamp.map(Verifier::isoTime).ifPresent(this::requireNear);
        expires.map(Verifier::isoTime).ifPresent(this::requireAhead);
        if (request.form().fields().isEmpty() && !request.payloadHash().equals(Hashes.OF_NOTHING)) {
            throw new SignatureException(Reason.MISMATCH, "A signature of version 2 covers no body but a form.");
        }
        String keyId = part(fields, "AWSAccessKeyId");
        requireSignature(keyId, part(fields, Version2.SIGNATURE), hosts(Canonical.header(List.of(one(request, "host")))),
                (secret, host) -> Version2.signature(secret, algorithm, request.method(), host, request.path(), fields));
        return new Credential(keyId, "", "");
    }

    /** @return the secret of the key */
    <S> String requireSignature(String keyId, String signature, List<S> spellings, BiFunction<String, S, String> signing) {
        Optional<String> secret = keys.secret(keyId);
        boolean match = false;
        for (S spelling : spellings) {
            match = match || Hashes.same(signing.apply(secret.orElse(nobodysSecret), spelling), signature);
        }
        if (secret.isEmpty()) {
            throw new SignatureException(Reason.UNKNOWN_KEY, "There is no such access key.");
        }
        if (!match) {
            throw new SignatureException(Reason.MISMATCH,
                    "The request signature we calculated does not match the signature you provided. Check your key and signing method.");
        }
        return secret.get();
    }

    /** Some clients sign the host with its port and some without: both name the same host. */
    private static List<String> hosts(String host) {
        int port = host.lastIndexOf(':');
        return port > host.lastIndexOf(']') ? List.of(host, host.substring(0, port)) : List.of(host);
    }

    /**
     * What the client may have signed where headers came like this. Beside the host it is the case of the content type that is
     * in doubt: Jetty hands out its own spelling of well-known values, {@code charset=UTF-8} for {@code charset=utf-8}.
     */
    static List<Map<String, String>> spellings(Map<String, String> headers) {
        List<Map<String, String>> spellings = new ArrayList<>();
        for (String host : hosts(headers.get("host"))) {
            Map<String, String> spelling = new HashMap<>(headers);
            spelling.put("host", host);
            spellings.add(spelling);
        }
        String type = headers.getOrDefault("content-type", "");
        if (!type.equals(type.toLowerCase(Locale.ROOT))) {
            for (Map<String, String> spelling : List.copyOf(spellings)) {
                Map<String, String> lower = new HashMap<>(spelling);
                lower.put("content-type", type.toLowerCase(Locale.ROOT));
                spellings.add(lower);
            }
        }
        return spellings;
    }

    void requireNear(Instant time) {
        if (Duration.between(time, clock.instant()).abs().compareTo(MAX_SKEW) > 0) {
            throw new SignatureException(Reason.EXPIRED, "Request has expired: it is of " + time + ", and here it is " + clock.instant()
                    + ".");
        }
    }

    private void requireAhead(Instant expires) {
        Instant now = clock.instant();
        if (now.isAfter(expires) || expires.isAfter(now.plus(MAX_EXPIRY))) {
            throw new SignatureException(Reason.EXPIRED,
                    "Request has expired, or would expire in more than " + MAX_EXPIRY.toDays() + " days.");
        }
    }

    static String one(SignedRequest request, String name) {
        List<String> values = request.header(name);
        if (values.size() > 1) {
            throw new SignatureException(Reason.AMBIGUOUS, "The header " + name + " was given more than once.");
        }
        if (values.isEmpty()) {
            throw malformed("The header " + name + " is missing.");
        }
        return values.get(0);
    }

    static String part(Form fields, String name) {
        return fields.get(name).orElseThrow(() -> malformed("The parameter " + name + " is missing."));
    }

    static SignatureException malformed(String message) {
        return new SignatureException(Reason.MALFORMED, message);
    }

    private static Instant timestamp(String text) {
        return TIMES.get(text);
    }

    private static Instant parseTimestamp(String text) {
        try {
            return Version4.TIMESTAMP.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw malformed("The time of the signature must look like 20261123T093000Z.");
        }
    }

    static Instant httpDate(String text) {
        try {
            String date = text.substring(text.indexOf(',') + 1).strip(); // the day of the week says nothing that the date does not
            return text.endsWith("Z") ? timestamp(text) : ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        } catch (DateTimeException e) {
            throw malformed("The Date header cannot be read.");
        }
    }

    /** {@code 2026-11-23T09:30:00Z}, with fractions or an offset perhaps; without one it is in UTC. */
    private static Instant isoTime(String text) {
        try {
            boolean zoned = text.endsWith("Z") || text.lastIndexOf('-') > 9 || text.indexOf('+') > 0;
            return zoned ? OffsetDateTime.parse(text).toInstant() : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw malformed("The time of the signature must look like 2026-11-23T09:30:00Z.");
        }
    }
}
