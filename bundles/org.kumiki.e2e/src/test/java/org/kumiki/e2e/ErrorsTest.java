package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.ec2.Ec2Client;

/** Whatever is wrong with a request, the answer is an error as AWS would say it, and nothing is half made. */
@ExtendWith(Platforms.class)
class ErrorsTest {

    private final Platform platform;
    private final Wire wire;
    private Map<String, String> before;

    ErrorsTest(@OnPaper Platform platform) {
        this.platform = platform;
        this.wire = new Wire(platform);
    }

    @BeforeEach
    void remember() {
        before = everything();
    }

    @AfterEach
    void nothingWasMade() {
        assertThat(everything()).isEqualTo(before);
        assertThat(Paper.guests(platform)).isSubsetOf(before.keySet());
    }

    private Map<String, String> everything() {
        try (Ec2Client client = platform.client()) {
            return Paper.described(client);
        }
    }

    @Test
    void refusesAnActionThatDoesNotExist() {
        assertThat(refusal(wire.signed(Wire.form("LaunchRocket")))).isEqualTo("400 InvalidAction");
    }

    @Test
    void saysOfAnActionThatAmazonHasThatItIsNotSupportedHere() {
        assertThat(refusal(wire.signed(Wire.form("CreateTransitGateway")))).isEqualTo("400 UnsupportedOperation");
    }

    @Test
    void refusesARequestThatNamesNoAction() {
        assertThat(refusal(wire.signed("Version=2016-11-15"))).isEqualTo("400 MissingAction");
    }

    @Test
    void refusesABodyThatIsNoForm() {
        assertThat(Wire.Refusal.of(wire.signed("%%%=\u0000&<xml>{")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({ "ImageId, ami-12, InvalidAMIID.Malformed", "ImageId, ami-00000000000000000, InvalidAMIID.NotFound",
            "InstanceType, x9.enormous, InvalidParameterValue", "KeyName, nobodys, InvalidKeyPair.NotFound",
            "SecurityGroupId.1, sg-00000000000000000, InvalidGroup.NotFound", "MaxCount, many, InvalidParameterValue",
            "MaxCount, 0, InvalidParameterValue", "MinCount, -1, InvalidParameterValue" })
    void refusesALaunchWithOneWrongParameter(String parameter, String value, String code) {
        assertThat(refusal(wire.signed(launch(parameter, value)))).isEqualTo("400 " + code);
    }

    @ParameterizedTest
    @CsvSource({ "i-xyz, InvalidInstanceID.Malformed", "i-00000000000000000, InvalidInstanceID.NotFound",
            "vol-00000000000000000, InvalidInstanceID.Malformed", "'../../etc/passwd', InvalidInstanceID.Malformed" })
    void refusesToTerminateWhatIsNoInstance(String instance, String code) {
        assertThat(refusal(wire.signed(Wire.form("TerminateInstances", "InstanceId.1", instance)))).isEqualTo("400 " + code);
    }

    @Test
    void refusesAFilterThatItDoesNotKnow() {
        assertThat(refusal(wire.signed(Wire.form("DescribeInstances", "Filter.1.Name", "colour", "Filter.1.Value.1", "red"))))
                .isEqualTo("400 InvalidParameterValue");
    }

    @Test
    void refusesAParameterThatTheActionDoesNotHave() {
        assertThat(refusal(wire.signed(launch("Wheels", "4")))).isEqualTo("400 UnknownParameter");
    }

    @Test
    void refusesASignatureMadeWithAnotherSecret() {
        Wire.Refusal refusal = Wire.Refusal.of(wire.signed(launch(), "not-the-secret", Clock.systemUTC()));

        assertThat(refusal.status()).isIn(401, 403);
        assertThat(refusal.code()).isIn("SignatureDoesNotMatch", "AuthFailure");
        assertThat(refusal.message()).doesNotContain(platform.secretKey());
    }

    @Test
    void refusesABodyOtherThanTheOneThatWasSigned() {
        Wire.Refusal refusal = Wire.Refusal.of(wire.altered(Wire.form("DescribeInstances"), launch()));

        assertThat(refusal.status()).isIn(401, 403);
    }

    @Test
    void refusesARequestWithoutASignature() {
        Wire.Refusal refusal = Wire.Refusal.of(wire.unsigned(launch()));

        assertThat(refusal.status()).isIn(401, 403);
        assertThat(refusal.code()).isIn("MissingAuthenticationToken", "AuthFailure");
    }

    @Test
    void refusesASignatureOfAQuarterOfAnHourAgo() {
        Clock past = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-16));
        Clock future = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(16));

        assertThat(Wire.Refusal.of(wire.signed(launch(), platform.secretKey(), past)).code()).isEqualTo("RequestExpired");
        assertThat(Wire.Refusal.of(wire.signed(launch(), platform.secretKey(), future)).status()).isIn(400, 403);
    }

    @Test
    void refusesABodyOfMoreThanTwoMebibytes() {
        assertThat(refusal(wire.signed(launch("UserData", "A".repeat(3 << 20))))).isEqualTo("413 RequestEntityTooLarge");
    }

    @Test
    void refusesALaunchForWhichNoHostHasRoom() {
        assertThat(refusal(wire.signed(launch("InstanceType", "m1.xlarge", "MinCount", "1000", "MaxCount", "1000"))))
                .isIn("400 InsufficientInstanceCapacity", "500 InsufficientInstanceCapacity", "503 InsufficientInstanceCapacity",
                        "400 InstanceLimitExceeded");
    }

    private String launch(String... changes) {
        try (Ec2Client client = platform.client()) {
            Map<String, String> parameters = new TreeMap<>(
                    Map.of("ImageId", Paper.imageId(client), "InstanceType", Paper.TYPE, "MinCount", "1", "MaxCount", "1"));
            for (int i = 0; i < changes.length; i += 2) {
                parameters.put(changes[i], changes[i + 1]);
            }
            return Wire.form("RunInstances",
                    parameters.entrySet().stream().flatMap(pair -> Stream.of(pair.getKey(), pair.getValue())).toArray(String[]::new));
        }
    }

    private static String refusal(HttpResponse<String> response) {
        Wire.Refusal refusal = Wire.Refusal.of(response);
        return refusal.status() + " " + refusal.code();
    }
}
