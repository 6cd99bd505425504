package org.kumiki.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryTest {

    private static final Directory DIRECTORY = new Directory(
            Map.of("ec2", List.of("2006-06-26..2016-11-15"), "s3", List.of(), "sqs", List.of("2012-11-05"), "monitoring",
                    List.of("2010-08-01")),
            Map.of("/services/Cloud", "ec2", "/services/Notifications", "sns"), "");

    @ParameterizedTest(name = "{0} {1} {2} {3} {4} {5} -> {6}")
    @CsvSource(nullValues = "-", delimiter = '|', value = {
            // authorization | credential | action | version | path | host | facade or code
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0|-|-|-|/|-|ec2",
            "AWS4-HMAC-SHA256 SignedHeaders=host,Credential=AK/20260101/eu-west-3/sqs/aws4_request|-|-|-|/ec2/|ec2.localhost|sqs",
            "AWS4-ECDSA-P256-SHA256 Credential=AK/20260101/s3/aws4_request,Signature=0|-|-|-|/bucket/key|-|s3",
            "AWS4-HMAC-SHA256 Credential=A/B/20260101/us-east-1/ec2/aws4_request|-|-|-|/|-|ec2",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/dynamodb/aws4_request|-|-|-|/|-|UnsupportedOperation",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/ec2|-|-|-|/|-|IncompleteSignature",
            "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1//aws4_request|-|-|-|/|-|IncompleteSignature",
            "AWS4-HMAC-SHA256|-|RunInstances|2016-11-15|/|-|IncompleteSignature",
            "AWS4-HMAC-SHA256 Credential=aws4_request|-|-|-|/|-|IncompleteSignature",
            "-|AK/20260101/us-east-1/s3/aws4_request|-|-|/bucket/key|-|s3",
            "-|AK/20260101/us-east-1/ec2/aws4_request|DescribeInstances|2016-11-15|/|-|ec2",
            "-|nonsense|DescribeInstances|2016-11-15|/|-|IncompleteSignature",
            "AWS AKIA:signature|-|-|-|/bucket/key|-|s3",
            "-|-|DescribeInstances|2016-11-15|/|-|ec2",
            "-|-|DescribeInstances|2006-06-26|/|-|ec2",
            "-|-|DescribeInstances|2006-06-25|/|-|NoSuchVersion",
            "-|-|DescribeInstances|2016-11-15x|/|-|NoSuchVersion",
            "-|-|SendMessage|2012-11-05|/|-|sqs",
            "-|-|ListMetrics|2010-08-01|/|-|monitoring",
            "-|-|DescribeInstances|-|/|-|MissingParameter",
            "-|-|DescribeInstances|-|/ec2/|-|ec2",
            "-|-|DescribeInstances|-|/ec2|-|ec2",
            "-|-|-|-|/ec2/key|-|s3",
            "-|-|DescribeInstances|-|/services/Cloud|-|ec2",
            "-|-|DescribeInstances|-|/services/Cloudy|-|MissingParameter",
            "-|-|Publish|-|/services/Notifications|-|MissingParameter",
            "-|-|-|-|/key|bucket.s3.localhost:8774|s3",
            "-|-|-|-|/|ec2.my.s3.localhost:8774|s3",
            "-|-|-|-|/|site.s3-website.localhost:8774|s3",
            "-|-|-|-|/bucket|127.0.0.1:8774|s3",
            "-|-|-|-|/|ec2.localhost|ec2",
            "-|-|-|-|/|127.0.0.1:8774|MissingAuthenticationToken",
            "Basic Zm9v|-|-|-|/|-|MissingAuthenticationToken" })
    void goesByTheScopeThenTheVersionThenThePathThenTheHost(String authorization, String credential, String action, String version,
            String path, String host, String expected) {
        Route route = DIRECTORY.route(new Hints(authorization, credential, action, version, path, host, null));

        assertThat(route instanceof Route.To to ? to.facade() : ((Route.Refused) route).error().code()).isEqualTo(expected);
    }

    @Test
    void refusesWhatSaysNothingEvenIfThereIsOnlyOneFacade() {
        Directory one = new Directory(Map.of("ec2", List.of()), Map.of(), "");

        assertThat(one.route(new Hints(null, null, null, null, "/", null, null))).isEqualTo(new Route.Refused(AwsError.missingToken()));
    }

    @Test
    void knowsLinksThatOnlyS3EverSigned() {
        Hints link = new Hints(null, null, null, null, "/", "bucket.localhost", "AK");

        assertThat(DIRECTORY.route(link)).isEqualTo(new Route.To("s3"));
        assertThat(link.scoped()).isTrue();
    }

    @Test
    void givesWhatSaysNothingToTheOneConfiguredForIt() {
        Directory anonymous = new Directory(Map.of("ec2", List.of(), "sqs", List.of()), Map.of(), "sqs");

        assertThat(anonymous.route(new Hints(null, null, null, null, "/queue", null, null))).isEqualTo(new Route.To("sqs"));
    }
}
