package org.kumiki.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs EC2 requests with AWS's Signature Version 4. For one thread. */
final class Signer {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final HexFormat HEX = HexFormat.of();
    private static final String HEADERS = "content-type;host;x-amz-date";

    private final Endpoint endpoint;
    private final MessageDigest digest;
    private final Mac mac;
    private String day = "";
    private byte[] dayKey;

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
        String scope = time.substring(0, 8) + "/" + endpoint.region() + "/ec2/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + hash(bytes(canonical));
        String signature = HEX.formatHex(hmac(key(time.substring(0, 8)), toSign));
        return "Content-Type: " + Wire.FORM + "\r\nHost: " + host + "\r\nX-Amz-Date: " + time
                + "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=" + endpoint.accessKey() + "/" + scope + ", SignedHeaders=" + HEADERS
                + ", Signature=" + signature + "\r\n";
    }

    private byte[] key(String today) {
        if (!today.equals(day)) {
            byte[] key = hmac(bytes("AWS4" + endpoint.secretKey()), today);
            dayKey = hmac(hmac(hmac(key, endpoint.region()), "ec2"), "aws4_request");
            day = today;
        }
        return dayKey;
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
