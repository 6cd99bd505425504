package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class BodyTest {

    private static final long MOST = 5L << 30;

    @Test
    void countsWhatIsInTheChunks() {
        assertThat(Body.of(InputStream.nullInputStream(), MOST + 70_000_000, chunked(MOST), Optional.empty())).isNotNull();

        assertThatThrownBy(() -> Body.of(InputStream.nullInputStream(), MOST + 70_000_000, chunked(MOST + 1), Optional.empty()))
                .isInstanceOfSatisfying(S3Exception.class, refusal -> assertThat(refusal.code()).isEqualTo("EntityTooLarge"));
    }

    @Test
    void failsWhereABodyWithoutALengthIsTooLong() throws IOException {
        assertThat(body("12345").readAllBytes()).hasSize(5);

        assertThatThrownBy(() -> body("123456").readAllBytes())
                .isInstanceOfSatisfying(BodyException.class, failure -> assertThat(failure.refusal().code()).isEqualTo("EntityTooLarge"));
    }

    private static Body body(String text) {
        return Body.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), -1, Map.of(), Optional.empty(), 5);
    }

    private static Map<String, String> chunked(long length) {
        return Map.of("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "x-amz-trailer", "x-amz-checksum-crc32",
                "x-amz-decoded-content-length", Long.toString(length));
    }
}
