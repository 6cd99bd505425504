package org.kumiki.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;

class AwsErrorTest {

    private static final AwsError NASTY = AwsError.noSuchVersion("\"<&>\\\u0000\n\uD83D\uDE00\uFFFF\uD800" + "x".repeat(10_000));

    @Test
    void hasTheShapeOfEc2() {
        assertThat(AwsError.missingToken().render(AwsError.Shape.EC2, "id")).contains(
                "<Response><Errors><Error><Code>MissingAuthenticationToken</Code><Message>", "</Error></Errors><RequestID>id</RequestID>");
    }

    @ParameterizedTest
    @EnumSource(value = AwsError.Shape.class, names = { "EC2", "QUERY", "REST" })
    void isWellFormedWhateverTheClientSent(AwsError.Shape shape) throws Exception {
        byte[] xml = NASTY.render(shape, "id").getBytes(StandardCharsets.UTF_8);

        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml));

        assertThat(document.getElementsByTagName("Code").item(0).getTextContent()).isEqualTo("NoSuchVersion");
        assertThat(document.getElementsByTagName("Message").item(0).getTextContent())
                .contains("\"<&>\\??\uD83D\uDE00??x").hasSizeLessThan(400);
    }

    @Test
    void isJsonForThoseWhoSpeakJson() {
        assertThat(AwsError.Shape.of("sqs", "application/x-amz-json-1.0")).isEqualTo(AwsError.Shape.JSON);
        assertThat(NASTY.render(AwsError.Shape.JSON, "id")).startsWith("{\"__type\":\"NoSuchVersion\",\"message\":\"")
                .contains("\\\"<&>\\\\??").endsWith("…\"}");
    }

    @Test
    void isOfTheServiceThatWasMeant() {
        assertThat(AwsError.Shape.of(null, null)).isEqualTo(AwsError.Shape.EC2);
        assertThat(AwsError.Shape.of("s3", "text/plain")).isEqualTo(AwsError.Shape.REST);
        assertThat(AwsError.Shape.of("sqs", "application/x-www-form-urlencoded")).isEqualTo(AwsError.Shape.QUERY);
    }
}
