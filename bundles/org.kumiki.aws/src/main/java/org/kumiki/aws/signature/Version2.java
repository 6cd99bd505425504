package org.kumiki.aws.signature;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.kumiki.aws.wire.Form;

/** The arithmetic of signature version 2, which signer and verifier share. */
final class Version2 {

    static final String SIGNATURE = "Signature";

    private Version2() {
    }

    /** @param algorithm HmacSHA256 or HmacSHA1 */
    static String signature(String secret, String algorithm, String method, String host, String path, Form fields) {
        List<Form.Field> sorted = fields.fields().stream()
                .filter(field -> !field.name().equals(SIGNATURE))
                .sorted(Comparator.comparing(Form.Field::name))
                .toList();
        StringBuilder text = new StringBuilder(256)
                .append(method).append('\n').append(host.toLowerCase(Locale.ROOT)).append('\n').append(path).append('\n');
        String separator = "";
        for (Form.Field field : sorted) {
            text.append(separator).append(Canonical.encode(field.name(), false)).append('=').append(Canonical.encode(field.value(), false));
            separator = "&";
        }
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(new Hmac(algorithm, key).of(text.toString()));
    }
}
