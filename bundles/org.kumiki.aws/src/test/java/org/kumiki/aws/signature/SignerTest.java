package org.kumiki.aws.signature;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.aws.wire.Form;

/** The signer makes the very signatures that botocore makes. */
class SignerTest {

    private static final Clock CLOCK = Clock.fixed(RecordedRequest.TIME, ZoneOffset.UTC);
    private static final Signer SIGNER = new Signer(RecordedRequest.KEY_ID, RecordedRequest.SECRET, "us-east-1", "ec2", CLOCK);

    @ParameterizedTest
    @ValueSource(strings = { "form", "form with utf-8", "query", "query with odd characters", "white space in a header", "a path",
            "no port" })
    void signsInTheHeaderAsBotocoreDoes(String title) {
        RecordedRequest recorded = RecordedRequest.titled(title);

        assertThat(authorization(SIGNER, recorded)).isEqualTo(recorded.headers().get("authorization").get(0));
    }

    /** s3cmd does, unless it is told otherwise: it calls the first of Amazon's regions by its old name. */
    @Test
    void signsForTheRegionUs() {
        RecordedRequest recorded = RecordedRequest.titled("form");
        Signer signer = new Signer(RecordedRequest.KEY_ID, RecordedRequest.SECRET, "US", "s3", CLOCK);

        assertThat(recorded.withHeader("authorization", authorization(signer, recorded)).verify())
                .isEqualTo(new Credential(RecordedRequest.KEY_ID, "US", "s3"));
    }

    private static String authorization(Signer signer, RecordedRequest recorded) {
        Map<String, String> toSign = recorded.headers().entrySet().stream()
                .filter(header -> !List.of("authorization", "content-length", "host", "x-amz-date").contains(header.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, header -> header.getValue().get(0)));
        return signer.sign(recorded.method(), uri(recorded, recorded.query()), toSign, bytes(recorded.body())).get("authorization");
    }

    @Test
    void presignsAsBotocoreDoes() {
        RecordedRequest recorded = RecordedRequest.titled("presigned");
        String unsigned = recorded.query().substring(0, recorded.query().indexOf("&X-Amz-"));

        URI presigned = SIGNER.presign("GET", uri(recorded, unsigned), Duration.ofMinutes(10));

        assertThat(presigned.getRawQuery()).isEqualTo(recorded.query());
    }

    @Test
    void signsParametersAsBotocoreDoes() {
        RecordedRequest recorded = RecordedRequest.titled("version 2 POST");
        Form parameters = Form.parse(recorded.body().substring(0, recorded.body().indexOf("&AWSAccessKeyId")));

        String signed = SIGNER.signParameters("POST", uri(recorded, ""), "HmacSHA256", parameters);

        assertThat(Form.parse(signed).get("Signature")).isEqualTo(Form.parse(recorded.body()).get("Signature"));
    }

    @Test
    void signsByTheOldHashToo() {
        RecordedRequest recorded = RecordedRequest.titled("version 2 POST");
        String signed = SIGNER.signParameters("POST", uri(recorded, ""), "HmacSHA1", Form.parse("Action=x"));

        assertThat(recorded.withBody(signed).verify().accessKeyId()).isEqualTo(RecordedRequest.KEY_ID);
    }

    private static URI uri(RecordedRequest recorded, String query) {
        return URI.create("http://" + recorded.headers().get("host").get(0) + recorded.path() + (query.isEmpty() ? "" : "?" + query));
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
