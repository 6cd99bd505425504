package org.kumiki.aws.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.aws.signature.SignatureException.Reason;
import org.kumiki.aws.wire.Form;

/** The examples of Amazon's documentation for the first version of its signatures. */
class ObjectVerifierTest {

    private static final String KEY = "AKIAIOSFODNN7EXAMPLE";
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
            "GET|/photos/puppy.jpg|-|-|Tue, 27 Mar 2007 19:36:42 +0000|bWq2s1WEIj+Ydj0vQ697zp+IXMU=",
            "PUT|/photos/puppy.jpg|-|image/jpeg|Tue, 27 Mar 2007 21:15:45 +0000|MyyxeRY7whkBe+bq8fHCL/2kKUg=",
            "GET|/|prefix=photos&max-keys=50&marker=puppy|-|Tue, 27 Mar 2007 19:42:41 +0000|htDYFYduRNen8P9ZfE/s9SuKy0U=",
            "GET|/|acl|-|Tue, 27 Mar 2007 19:44:46 +0000|c2WLPFtWHVgbEmeEG93a4cG37dM=" })
    void acceptsWhatAmazonSigned(String method, String path, String query, String type, String date, String signature) {
        Map<String, List<String>> headers = new HashMap<>(Map.of("host", List.of("johnsmith.s3.amazonaws.com"),
                "date", List.of(date), "authorization", List.of("AWS " + KEY + ":" + signature)));
        if (type != null) {
            headers.put("content-type", List.of(type));
        }
        SignedRequest request = new SignedRequest(method, path, query, headers, "UNSIGNED-PAYLOAD", Form.EMPTY);

        assertThat(verifier(Verifier.httpDate(date)).verify(request, "/johnsmith" + path).credential().accessKeyId()).isEqualTo(KEY);
        assertThatThrownBy(() -> verifier(Verifier.httpDate(date)).verify(request, "/other" + path))
                .isInstanceOf(SignatureException.class).extracting("reason").isEqualTo(Reason.MISMATCH);
    }

    @Test
    void refusesTwoSignatures() {
        SignedRequest request = new SignedRequest("GET", "/b/k", "AWSAccessKeyId=a&Signature=b&Expires=1", Map.of("host", List.of("h"),
                "authorization", List.of("AWS a:b")), "UNSIGNED-PAYLOAD", Form.EMPTY);

        assertThatThrownBy(() -> verifier(Instant.EPOCH).verify(request, "/b/k")).extracting("reason").isEqualTo(Reason.AMBIGUOUS);
    }

    @Test
    void signsTheSubresourcesThatCountInTheirOrder() {
        assertThat(ObjectVerifier.subresources(Form.parse("versionId=1&prefix=x&uploads&response-content-type=a%2Fb")))
                .isEqualTo("?response-content-type=a/b&uploads&versionId=1");
    }

    private static ObjectVerifier verifier(Instant time) {
        return new ObjectVerifier(id -> Optional.of(SECRET).filter(secret -> id.equals(KEY)), Clock.fixed(time, ZoneOffset.UTC));
    }
}
