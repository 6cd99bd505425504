package org.kumiki.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;

class SignerTest {

    private final Signer signer = new Signer(new Endpoint("127.0.0.1", 8774, "us-east-1", "AKIAIOSFODNN7EXAMPLE",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));

    /** What botocore makes of the same request. */
    @Test
    void signsAsTheClientsOfAwsDo() {
        byte[] form = "Action=DescribeRegions&Version=2016-11-15".getBytes(StandardCharsets.UTF_8);
        String expected = "X-Amz-Date: 20260102T030405Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/"
                + "us-east-1/ec2/aws4_request, SignedHeaders=content-type;host;x-amz-date, "
                + "Signature=0e41106a7d3a2f5656a6f54323748fcbdf061e454d11b73f67ba4ff04289bc5f\r\n";
        assertThat(signer.headers(form, Instant.parse("2026-01-02T03:04:05Z"))).endsWith(expected);
        assertThat(signer.headers(form, Instant.parse("2026-01-02T03:04:05Z"))).as("with the key of the day").endsWith(expected);
    }

    /** What botocore makes of the same request. */
    @Test
    void signsAnObjectWithItsChecksum() {
        assertThat(signer.headers("PUT", "/bench/small-1", Map.of("x-amz-checksum-crc32", "AAAAAA=="), Instant.parse("2026-01-02T03:04:05Z")))
                .contains("host: 127.0.0.1:8774\r\n", "x-amz-checksum-crc32: AAAAAA==\r\n", "x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n")
                .endsWith("Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/us-east-1/s3/aws4_request, "
                        + "SignedHeaders=host;x-amz-checksum-crc32;x-amz-content-sha256;x-amz-date, "
                        + "Signature=20ffb88fd4698a29cfd691220b8c1d1dc487fbe02fce0b834577df85e869a9a3\r\n");
    }

    /** What botocore makes of the same request. */
    @Test
    void signsARequestInJson() {
        byte[] json = "{\"QueueName\":\"q\"}".getBytes(StandardCharsets.UTF_8);

        assertThat(signer.headers("CreateQueue", json, Instant.parse("2026-01-02T03:04:05Z"))).contains("X-Amz-Target: AmazonSQS.CreateQueue\r\n")
                .endsWith("Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260102/us-east-1/sqs/aws4_request, "
                        + "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
                        + "Signature=d4a7f47924daaaf3fb53e3c2741769cf4448219d507d6b003461b3a6a780da2f\r\n");
    }
}
