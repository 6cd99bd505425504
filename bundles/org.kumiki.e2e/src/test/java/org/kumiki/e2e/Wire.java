package org.kumiki.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Requests made by hand, for what no client would send. The signatures are Amazon's own signer's. */
final class Wire {

    private static final Pattern ERROR = Pattern.compile("<Response><Errors><Error><Code>([^<]+)</Code><Message>([^<]+)</Message></Error>"
            + "</Errors><RequestID>[0-9a-f-]{36}</RequestID></Response>");
    /** The client's own business. */
    private static final Set<String> NOT_TO_SET = Set.of("Host", "Content-Length");

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Platform platform;

    Wire(Platform platform) {
        this.platform = platform;
    }

    /** An error as EC2 says it. */
    record Refusal(int status, String code, String message) {

        static Refusal of(HttpResponse<String> response) {
            Matcher error = ERROR.matcher(response.body().replaceFirst("^<\\?xml[^>]*>\\s*", ""));
            if (!error.matches()) {
                throw new AssertionError("status " + response.statusCode() + ", not of AWS's shape: " + response.body());
            }
            return new Refusal(response.statusCode(), error.group(1), error.group(2));
        }
    }

    /** The parameters of a call, with the API's version. */
    static String form(String action, String... pairs) {
        Map<String, String> parameters = new TreeMap<>(Map.of("Action", action, "Version", "2016-11-15"));
        for (int i = 0; i < pairs.length; i += 2) {
            parameters.put(pairs[i], pairs[i + 1]);
        }
        return parameters.entrySet().stream().map(pair -> pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    HttpResponse<String> unsigned(String body) {
        return send(HttpRequest.newBuilder(root()), body);
    }

    HttpResponse<String> signed(String body) {
        return signed(body, platform.secretKey(), Clock.systemUTC());
    }

    HttpResponse<String> signed(String body, String secret, Clock clock) {
        return sendSigned(body, body, secret, clock);
    }

    /** Sends another body than the one that was signed. */
    HttpResponse<String> altered(String body, String instead) {
        return sendSigned(body, instead, platform.secretKey(), Clock.systemUTC());
    }

    private HttpResponse<String> sendSigned(String body, String sent, String secret, Clock clock) {
        SdkHttpRequest request = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(root())
                .putHeader("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8").build();
        SignedRequest signed = AwsV4HttpSigner.create().sign(builder -> builder
                .identity(AwsCredentialsIdentity.create(platform.accessKey(), secret)).request(request)
                .payload(() -> new ByteArrayInputStream(body.getBytes(UTF_8)))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "ec2").putProperty(AwsV4HttpSigner.REGION_NAME, "us-east-1")
                .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock));
        HttpRequest.Builder builder = HttpRequest.newBuilder(root());
        signed.request().forEachHeader((name, values) -> {
            if (!NOT_TO_SET.contains(name)) {
                values.forEach(value -> builder.header(name, value));
            }
        });
        return send(builder, sent);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String body) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(60)).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private URI root() {
        return platform.endpoint().resolve("/");
    }
}
