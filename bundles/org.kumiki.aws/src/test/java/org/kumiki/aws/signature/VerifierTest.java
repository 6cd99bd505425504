package org.kumiki.aws.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kumiki.aws.signature.SignatureException.Reason;
import org.kumiki.aws.wire.AwsException;

class VerifierTest {

    private static final RecordedRequest FORM = RecordedRequest.titled("form");
    private static final RecordedRequest PRESIGNED = RecordedRequest.titled("presigned");
    private static final RecordedRequest VERSION_2 = RecordedRequest.titled("version 2 POST");

    static List<RecordedRequest> recorded() {
        return RecordedRequest.all();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void acceptsWhatBotocoreSigned(RecordedRequest request) {
        assertThat(request.verify().accessKeyId()).isEqualTo(RecordedRequest.KEY_ID);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void refusesAnotherSecret(RecordedRequest request) {
        Verifier verifier = new Verifier(id -> Optional.of("another"), Clock.fixed(RecordedRequest.TIME, ZoneOffset.UTC));

        assertThat(refusal(() -> verifier.verify(request.signed()))).isEqualTo(Reason.MISMATCH);
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void refusesAnUnknownKey(RecordedRequest request) {
        Verifier verifier = new Verifier(id -> Optional.empty(), Clock.fixed(RecordedRequest.TIME, ZoneOffset.UTC));

        assertThat(refusal(() -> verifier.verify(request.signed()))).isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void tellsTheScopeOfASignature() {
        assertThat(RecordedRequest.titled("another region and service").verify())
                .isEqualTo(new Credential(RecordedRequest.KEY_ID, "eu-north-1", "monitoring"));
    }

    @Test
    void refusesARequestWithoutASignature() {
        assertThat(refusal(FORM.withoutHeader("authorization"))).isEqualTo(Reason.MISSING);
    }

    @ParameterizedTest
    @CsvSource({ "form,-16", "form,16", "version 2 POST,-16", "version 2 POST,16", "presigned,-16", "presigned,11" })
    void refusesASignatureOfAnotherTime(String title, int minutes) {
        RecordedRequest request = RecordedRequest.titled(title);

        SignatureException refused = catchThrowableOfType(SignatureException.class, () -> request.verifyLater(Duration.ofMinutes(minutes)));

        assertThat(refused.reason()).isEqualTo(Reason.EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({ "form,-15", "form,15", "version 2 POST,-15", "version 2 POST,15", "presigned,-15", "presigned,10" })
    void toleratesClocksThatDiffer(String title, int minutes) {
        assertThatCode(() -> RecordedRequest.titled(title).verifyLater(Duration.ofMinutes(minutes))).doesNotThrowAnyException();
    }

    @Test
    void letsAPresignedRequestLiveForAWeekAndNoLonger() {
        RecordedRequest week = RecordedRequest.titled("presigned for a week");

        assertThatCode(() -> week.verifyLater(Duration.ofDays(7))).doesNotThrowAnyException();
        assertThat(refusal(week.withQuery(week.query().replace("604800", "604801")))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void refusesMoreThanOneKindOfSignature() {
        String presigned = PRESIGNED.query();
        assertThat(refusal(FORM.withQuery(presigned))).isEqualTo(Reason.AMBIGUOUS);
        assertThat(refusal(FORM.withBody(VERSION_2.body()))).isEqualTo(Reason.AMBIGUOUS);
        assertThat(refusal(VERSION_2.withQuery(presigned))).isEqualTo(Reason.AMBIGUOUS);
        assertThat(refusal(FORM.withQuery("X-Amz-Algorithm=AWS4-HMAC-SHA256"))).isEqualTo(Reason.AMBIGUOUS);
        assertThat(refusal(FORM.withQuery("AWSAccessKeyId=x"))).isEqualTo(Reason.AMBIGUOUS);
    }

    @Test
    void refusesAPartThatIsGivenTwice() {
        String authorization = FORM.headers().get("authorization").get(0);
        assertThat(refusal(FORM.withHeader("authorization", authorization, authorization))).isEqualTo(Reason.AMBIGUOUS);
        assertThat(refusal(FORM.withHeader("x-amz-date", "20261123T093000Z", "20261123T093000Z"))).isEqualTo(Reason.AMBIGUOUS);
        assertThat(refusal(FORM.withHeader("host", "127.0.0.1:7777", "127.0.0.1:7777"))).isEqualTo(Reason.AMBIGUOUS);
        assertThat(refusal(FORM.withHeader("authorization", authorization + ", Signature=0"))).isEqualTo(Reason.MALFORMED);

        AwsException twice = catchThrowableOfType(AwsException.class, PRESIGNED.withQuery(PRESIGNED.query()
                + "&X-Amz-Date=20261123T093000Z")::verify);
        assertThat(twice.code()).isEqualTo("MalformedQueryString");
    }

    @Test
    void refusesAHeaderOfAmazonsThatIsNotSigned() {
        assertThat(refusal(FORM.withHeader("x-amz-target", "Other"))).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(PRESIGNED.withHeader("x-amz-target", "Other"))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void refusesASignatureThatCoversNoHost() {
        String authorization = FORM.headers().get("authorization").get(0);

        assertThat(refusal(FORM.withHeader("authorization", authorization.replace("host;", "")))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void refusesABodyThatWasReplaced() {
        assertThat(refusal(FORM.withBody(FORM.body() + " "))).isEqualTo(Reason.MISMATCH);
        assertThat(refusal(PRESIGNED.withBody("x"))).isEqualTo(Reason.MISMATCH);
    }

    @Test
    void refusesAnUnsignedPayload() {
        assertThat(refusal(FORM.withHeader("x-amz-content-sha256", "UNSIGNED-PAYLOAD"))).isEqualTo(Reason.MALFORMED);

        RecordedRequest declared = RecordedRequest.titled("s3 object");
        assertThat(refusal(declared.withHeader("x-amz-content-sha256", "UNSIGNED-PAYLOAD"))).isEqualTo(Reason.MISMATCH);
    }

    @Test
    void refusesSessionTokensForNoneAreIssued() {
        assertThat(refusal(FORM.withHeader("x-amz-security-token", "t"))).isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    void refusesAnotherDayInTheCredential() {
        String authorization = FORM.headers().get("authorization").get(0);

        assertThat(refusal(FORM.withHeader("authorization", authorization.replace("/20261123/",
                "/20261122/")))).isEqualTo(Reason.MALFORMED);
    }

    @Test
    void acceptsAHostThatWasSignedWithoutItsPort() {
        RecordedRequest request = RecordedRequest.titled("no port");

        assertThatCode(request.withHeader("host", "ec2.example.org:8773")::verify).doesNotThrowAnyException();
        assertThat(refusal(request.withHeader("host", "ec2.example.net:8773"))).isEqualTo(Reason.MISMATCH);
    }

    @Test
    void acceptsAContentTypeInTheSpellingOfTheContainer() {
        assertThatCode(FORM.withHeader("content-type",
                "application/x-www-form-urlencoded; charset=UTF-8")::verify).doesNotThrowAnyException();
        assertThat(refusal(FORM.withHeader("content-type",
                "application/x-www-form-urlencoded; charset=UTF-16"))).isEqualTo(Reason.MISMATCH);
    }

    private static Reason refusal(RecordedRequest request) {
        return refusal(request::verify);
    }

    private static Reason refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable verification) {
        SignatureException refused = catchThrowableOfType(SignatureException.class, verification);
        assertThat(refused).as("accepted").isNotNull();
        return refused.reason();
    }
}
