package org.kumiki.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests to EC2, S3 and SQS with AWS's Signature Version 4. For one thread. */
final class Signer {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of();
    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final String HEADERS = "content-type;host;x-amz-date";
    private static final String JSON_HEADERS = HEADERS + ";x-amz-target";

    private final Endpoint endpoint;
    private final MessageDigest digest;
    private final Mac mac;
    private final Map<String, byte[]> keys = new HashMap<>();

    Signer(Endpoint endpoint) {
        this.endpoint = endpoint;
        try {
            digest = MessageDigest.getInstance("SHA-256");
            mac = Mac.getInstance("HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has these", e);
        }
    }

    /** The header lines that prove who posts this form to {@code /}, content type and host included. */
    String headers(byte[] form, Instant now) {
        String time = TIME.format(now);
        String host = endpoint.host() + ":" + endpoint.port();
        String canonical = "POST\n/\n\ncontent-type:" + Wire.FORM + "\nhost:" + host + "\nx-amz-date:" + time + "\n\n" + HEADERS + "\n"
                + hash(form);
        return "Content-Type: " + Wire.FORM + "\r\nHost: " + host + "\r\nX-Amz-Date: " + time + "\r\n"
                + authorization("ec2", time, HEADERS, canonical);
    }

    /** The header lines that prove who posts this JSON to SQS, content type and host included. */
    String headers(String operation, byte[] json, Instant now) {
        String time = TIME.format(now);
        String host = endpoint.host() + ":" + endpoint.port();
        String canonical = "POST\n/\n\ncontent-type:" + Wire.JSON + "\nhost:" + host + "\nx-amz-date:" + time + "\nx-amz-target:AmazonSQS." + operation
                + "\n\n" + JSON_HEADERS + "\n" + hash(json);
        return "Content-Type: " + Wire.JSON + "\r\nHost: " + host + "\r\nX-Amz-Date: " + time + "\r\nX-Amz-Target: AmazonSQS." + operation + "\r\n"
                + authorization("sqs", time, JSON_HEADERS, canonical);
    }

    /**
     * The header lines that prove who asks S3 for something, host included. The body is not part of it, as with clients that give a checksum of it
     * instead.
     *
     * @param path  of an object or a bucket, in letters that need no encoding
     * @param extra more headers, by their names in lower case
     */
    String headers(String method, String path, Map<String, String> extra, Instant now) {
        String time = TIME.format(now);
        SortedMap<String, String> headers = new TreeMap<>(extra);
        headers.put("host", endpoint.host() + ":" + endpoint.port());
        headers.put("x-amz-content-sha256", UNSIGNED);
        headers.put("x-amz-date", time);
        String names = String.join(";", headers.keySet());
        StringBuilder lines = new StringBuilder(512);
        StringBuilder canonical = new StringBuilder(512).append(method).append('\n').append(path).append("\n\n");
        headers.forEach((name, value) -> {
            lines.append(name).append(": ").append(value).append("\r\n");
            canonical.append(name).append(':').append(value).append('\n');
        });
        canonical.append('\n').append(names).append('\n').append(UNSIGNED);
        return lines + authorization("s3", time, names, canonical.toString());
    }

    private String authorization(String service, String time, String names, String canonical) {
        String scope = time.substring(0, 8) + "/" + endpoint.region() + "/" + service + "/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hash(bytes(canonical));
        byte[] key = keys.computeIfAbsent(scope, any -> key(time.substring(0, 8), service));
        return "Authorization: AWS4-HMAC-SHA256 Credential=" + endpoint.accessKey() + "/" + scope + ", SignedHeaders=" + names
                + ", Signature=" + HEX.formatHex(hmac(key, toSign)) + "\r\n";
    }

    private byte[] key(String day, String service) {
        return hmac(hmac(hmac(hmac(bytes("AWS4" + endpoint.secretKey()), day), endpoint.region()), service), "aws4_request");
    }

    private byte[] hmac(byte[] key, String text) {
        try {
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String hash(byte[] bytes) {
        return HEX.formatHex(digest.digest(bytes));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
