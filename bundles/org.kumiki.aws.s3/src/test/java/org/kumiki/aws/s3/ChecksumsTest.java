package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ChecksumsTest {

    @ParameterizedTest
    @CsvSource({ "CRC32,cbf43926", "CRC32C,e3069283", "CRC64NVME,ae8b14860a799888", "SHA1,f7c3bc1d808e04732adf679965ccc34ca7ae3441",
            "SHA256,15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225" })
    void areWhatTheirSpecificationsSay(Algorithm algorithm, String expected) {
        assertThat(HexFormat.of().formatHex(sum(algorithm, "123456789".getBytes(StandardCharsets.US_ASCII)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(names = { "CRC32", "CRC32C", "CRC64NVME" })
    void combine(Algorithm algorithm) {
        byte[] content = new byte[100_003];
        new Random(7).nextBytes(content);
        for (int cut : new int[] { 0, 1, 8, 4095, 65_536, 100_003 }) {
            byte[] first = sum(algorithm, Arrays.copyOf(content, cut));
            byte[] second = sum(algorithm, Arrays.copyOfRange(content, cut, content.length));

            assertThat(algorithm.combine(first, second, content.length - cut)).isEqualTo(sum(algorithm, content));
        }
    }

    @ParameterizedTest
    @EnumSource
    void doNotDependOnHowBytesCome(Algorithm algorithm) {
        byte[] content = new byte[1000];
        new Random(8).nextBytes(content);
        Algorithm.Sum sum = algorithm.begin();
        for (int at = 0; at < content.length; at += 13) {
            sum.update(content, at, Math.min(13, content.length - at));
        }

        assertThat(sum.value()).isEqualTo(sum(algorithm, content));
    }

    @Test
    void areClaimedOnce() {
        assertThat(ChecksumClaim.of(Map.of("x-amz-checksum-crc32", "AAAAAA=="))).contains(
                new ChecksumClaim(Algorithm.CRC32, Optional.of("AAAAAA=="), false));
        assertThat(ChecksumClaim.of(Map.of("x-amz-trailer", "X-Amz-Checksum-Sha1"))).contains(new ChecksumClaim(Algorithm.SHA1, Optional.empty(), true));
        assertThat(ChecksumClaim.of(Map.of("x-amz-sdk-checksum-algorithm", "crc64nvme"))).contains(
                new ChecksumClaim(Algorithm.CRC64NVME, Optional.empty(), false));
        assertThat(ChecksumClaim.of(Map.of("content-md5", "x"))).isEmpty();
        for (Map<String, String> wrong : List.of(Map.of("x-amz-checksum-crc32", "AAAAAA==", "x-amz-checksum-crc32c", "AAAAAA=="),
                Map.of("x-amz-checksum-crc32", "AAAA"), Map.of("x-amz-checksum-crc32", "?"), Map.of("x-amz-trailer", "x-amz-meta-a"),
                Map.of("x-amz-checksum-crc32", "AAAAAA==", "x-amz-sdk-checksum-algorithm", "SHA1"), Map.of("x-amz-sdk-checksum-algorithm", "MD4"))) {
            assertThatThrownBy(() -> ChecksumClaim.of(wrong)).as(wrong.toString()).extracting("code").isEqualTo("InvalidRequest");
        }
    }

    private static byte[] sum(Algorithm algorithm, byte[] content) {
        Algorithm.Sum sum = algorithm.begin();
        sum.update(content, 0, content.length);
        return sum.value();
    }
}
