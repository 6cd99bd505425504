package org.kumiki.aws.signature;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.kumiki.aws.signature.Version4.Scope;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Form.Field;

/** Signs requests the way AWS's own clients do. Thread-safe. */
public final class Signer {

    private final String accessKeyId;
    private final String secret;
    private final String region;
    private final String service;
    private final Clock clock;
    private final Version4 version4 = new Version4();

    public Signer(String accessKeyId, String secret, String region, String service, Clock clock) {
        this.accessKeyId = accessKeyId;
        this.secret = secret;
        this.region = region;
        this.service = service;
        this.clock = clock;
    }

    /**
     * Signs in the header, by version 4.
     *
     * @param headers what to sign beside the host and the time, by name
     * @return all headers to send, with {@code host}, {@code x-amz-date} and {@code authorization} among them
     */
    public Map<String, String> sign(String method, URI uri, Map<String, String> headers, byte[] body) {
        Instant now = clock.instant();
        String timestamp = Version4.TIMESTAMP.format(now);
        Map<String, String> signed = new TreeMap<>();
        headers.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), Canonical.header(List.of(value))));
        signed.put("host", uri.getRawAuthority());
        signed.put("x-amz-date", timestamp);
        List<String> names = List.copyOf(signed.keySet());
        Scope scope = Scope.of(now, region, service);
        String query = Canonical.query(Form.parse(uri.getRawQuery()), name -> true);
        String canonical = Version4.canonicalRequest(service, method, path(uri), query, signed, names, Hashes.sha256Hex(body));
        signed.put("authorization", Version4.ALGORITHM + " Credential=" + accessKeyId + "/" + scope
                + ", SignedHeaders=" + String.join(";", names)
                + ", Signature=" + version4.signature(secret, scope, timestamp, canonical));
        return signed;
    }

    /** Signs in the query, by version 4: whoever has the URL can send the request, with an empty body, until it expires. */
    public URI presign(String method, URI uri, Duration expiry) {
        Instant now = clock.instant();
        String timestamp = Version4.TIMESTAMP.format(now);
        Scope scope = Scope.of(now, region, service);
        List<Field> fields = new ArrayList<>(Form.parse(uri.getRawQuery()).fields());
        fields.add(new Field("X-Amz-Algorithm", Version4.ALGORITHM));
        fields.add(new Field("X-Amz-Credential", accessKeyId + "/" + scope));
        fields.add(new Field("X-Amz-Date", timestamp));
        fields.add(new Field("X-Amz-Expires", Long.toString(expiry.toSeconds())));
        fields.add(new Field("X-Amz-SignedHeaders", "host"));
        String query = Canonical.query(Form.of(fields), name -> true);
        String canonical = Version4.canonicalRequest(service, method, path(uri), query, Map.of("host", uri.getRawAuthority()),
                List.of("host"), Hashes.OF_NOTHING);
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path(uri) + "?" + query
                + "&X-Amz-Signature=" + version4.signature(secret, scope, timestamp, canonical));
    }

    /**
     * Signs the parameters of a query or form, by version 2.
     *
     * @param algorithm HmacSHA256 or HmacSHA1
     * @return all parameters, encoded, to send as the query or as the form
     */
    public String signParameters(String method, URI uri, String algorithm, Form parameters) {
        List<Field> fields = new ArrayList<>(parameters.fields());
        fields.add(new Field("AWSAccessKeyId", accessKeyId));
        fields.add(new Field("SignatureVersion", "2"));
        fields.add(new Field("SignatureMethod", algorithm));
        fields.add(new Field("Timestamp", clock.instant().toString()));
        String signature = Version2.signature(secret, algorithm, method, uri.getRawAuthority(), path(uri), Form.of(fields));
        fields.add(new Field(Version2.SIGNATURE, signature));
        return Canonical.query(Form.of(fields), name -> true);
    }

    private static String path(URI uri) {
        return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    }
}
