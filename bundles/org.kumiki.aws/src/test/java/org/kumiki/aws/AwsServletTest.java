package org.kumiki.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.aws.signature.Signer;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Service;
import org.kumiki.aws.wire.Structure;
import org.kumiki.testing.JettyServer;

@Timeout(20)
class AwsServletTest {

    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";
    private static final Service SHOP = Service.read(Service.class.getResourceAsStream("shop-ec2.json"));
    private static final Limits LIMITS = new Limits(2_000, 4, Duration.ofSeconds(20));

    private final Signer signer = signer("secret", "shop");
    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<String> takenBack = new LinkedBlockingQueue<>();
    private final AtomicInteger orders = new AtomicInteger();
    private volatile CompletableFuture<Void> delivery = CompletableFuture.completedFuture(null);
    private volatile CountDownLatch ordered = new CountDownLatch(1);
    private JettyServer server;

    @BeforeEach
    void start() throws Exception {
        start(LIMITS);
    }

    private void start(Limits limits) throws Exception {
        Actions actions = new Actions(SHOP)
                .command("Order", call -> {
                    orders.incrementAndGet();
                    ordered.countDown();
                    return delivery.thenApply(done -> call.output().put("OrderId", "of " + call.credential().accessKeyId()));
                })
                .takeBack("Order", (call, answer) -> takenBack.add(answer.requiredText("OrderId")))
                .query("Cancel", this::cancel);
        server = new JettyServer(new AwsServlet(actions, id -> Optional.of("secret").filter(secret -> id.equals("key")), Clock.systemUTC(),
                limits) {
            @Override
            protected Throwable translate(Throwable failure) {
                return failure instanceof IllegalStateException ? new AwsException(409, "Conflict", "told so") : failure;
            }
        });
    }

    private Structure.Builder cancel(Call call) {
        switch (call.input().requiredText("OrderId")) {
            case "unknown":
                throw AwsException.refuse("InvalidOrderID.NotFound", "There is no such order.");
            case "locked":
                throw new IllegalStateException("locked");
            case "broken":
                throw new UnsupportedOperationException("secret internals");
            default:
                return call.output();
        }
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void answersASignedForm() throws Exception {
        HttpResponse<String> response = post("Action=Order&Count=1&Version=2019-09-09");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).isEqualToIgnoringCase("text/xml;charset=UTF-8"));
        assertThat(response.headers().firstValueAsLong("content-length")).hasValue(response.body().getBytes(StandardCharsets.UTF_8).length);
        String requestId = response.headers().firstValue("x-amzn-requestid").orElseThrow();
        assertThat(response.body()).contains("<OrderResponse xmlns=\"http://shop.example.org/doc/2019-09-09\">")
                .contains("<requestId>" + requestId + "</requestId>", "<orderId>of key</orderId>");
    }

    @Test
    void answersASignedQuery() throws Exception {
        URI uri = URI.create(server.uri() + "?Action=Order&Count=1");

        assertThat(send(HttpRequest.newBuilder(uri), signer.sign("GET", uri, Map.of(), new byte[0])).statusCode()).isEqualTo(200);
    }

    @Test
    void answersAPresignedQuery() throws Exception {
        URI uri = signer.presign("GET", URI.create(server.uri() + "?Action=Order&Count=1"), Duration.ofMinutes(5));

        assertThat(send(HttpRequest.newBuilder(uri), Map.of()).statusCode()).isEqualTo(200);
    }

    @Test
    void answersASignatureOfVersion2() throws Exception {
        String form = signer.signParameters("POST", server.uri(), "HmacSHA256", Form.parse("Action=Order&Count=1&Name.1=a%20b"));

        assertThat(send(request(form), Map.of("Content-Type", FORM)).statusCode()).isEqualTo(200);
    }

    @Test
    void answersWhenTheActionIsDone() throws Exception {
        delivery = new CompletableFuture<>();
        CompletableFuture<HttpResponse<String>> response = CompletableFuture.supplyAsync(() -> postUnchecked("Action=Order&Count=1"));
        ordered.await();
        assertThat(response).isNotDone();

        delivery.complete(null);

        assertThat(response.get().statusCode()).isEqualTo(200);
    }

    @Test
    void answersWhenTheActionFailsLater() throws Exception {
        delivery = new CompletableFuture<>();
        CompletableFuture<HttpResponse<String>> response = CompletableFuture.supplyAsync(() -> postUnchecked("Action=Order&Count=1"));
        ordered.await();

        delivery.completeExceptionally(AwsException.refuse("OutOfStock", "none left"));

        assertThat(response.get().statusCode()).isEqualTo(400);
        assertThat(response.get().body()).contains("<Code>OutOfStock</Code><Message>none left</Message>");
    }

    @Test
    void tellsAClientThatItTakesTooLong() throws Exception {
        server.stop();
        start(new Limits(2_000, 1, Duration.ofMillis(200)));
        delivery = new CompletableFuture<>();

        HttpResponse<String> late = post("Action=Order&Count=1");
        delivery.complete(null);

        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body()).contains("<Code>Unavailable</Code>");
        assertThat(takenBack.take()).isEqualTo("of key");
        assertThat(post("Action=Order&Count=1").statusCode()).as("the room that the late one took is free again").isEqualTo(200);
    }

    @Test
    void refusesWhatThereIsNoRoomFor() throws Exception {
        server.stop();
        start(new Limits(2_000, 1, Duration.ofSeconds(20)));
        delivery = new CompletableFuture<>();
        CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> postUnchecked("Action=Order&Count=1"));
        ordered.await();

        HttpResponse<String> second = post("Action=Order&Count=1");
        delivery.complete(null);

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.body()).contains("<Code>RequestLimitExceeded</Code>");
        assertThat(first.get().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Count=1                              | 400 | MissingAction",
            "Action=Dance                         | 400 | InvalidAction",
            "Action=Refund                        | 400 | UnsupportedOperation",
            "Action=Order                         | 400 | MissingParameter",
            "Action=Order&Count=many              | 400 | InvalidParameterValue",
            "Action=Order&Count=1&Colr=red        | 400 | UnknownParameter",
            "Action=Order&Count=1&Version=new     | 400 | NoSuchVersion",
            "Action=Order&Count=1&Action=Cancel   | 400 | MalformedQueryString",
            "Action=Order&Count=%1                | 400 | MalformedQueryString",
            "Action=Cancel&OrderId=unknown        | 400 | InvalidOrderID.NotFound",
            "Action=Cancel&OrderId=locked         | 409 | Conflict",
            "Action=Cancel&OrderId=broken         | 500 | InternalError" })
    void answersEveryMistakeInItsOwnShape(String form, int status, String code) throws Exception {
        HttpResponse<String> response = post(form);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains("<Response><Errors><Error><Code>" + code + "</Code>").doesNotContain("secret");
        assertThat(orders).hasValue(0);
    }

    @Test
    void refusesWhatIsNotSignedAsItMustBe() throws Exception {
        String form = "Action=Order&Count=1";
        Map<String, String> signed = signer.sign("POST", server.uri(), Map.of("Content-Type", FORM), bytes(form));

        refuses(403, "MissingAuthenticationToken", send(request(form), Map.of("Content-Type", FORM)));
        refuses(403, "SignatureDoesNotMatch", send(request(form + "0"), signed));
        refuses(403, "SignatureDoesNotMatch", post(form, signer("wrong", "shop")));
        refuses(403, "SignatureDoesNotMatch", post(form, signer("secret", "bank")));
        refuses(403, "InvalidClientTokenId", post(form, new Signer("nobody", "secret", "here", "shop", Clock.systemUTC())));
        refuses(400, "RequestExpired", post(form, new Signer("key", "secret", "here", "shop",
                Clock.fixed(Instant.now().minus(Duration.ofMinutes(16)), ZoneOffset.UTC))));
        refuses(400, "IncompleteSignature", send(HttpRequest.newBuilder(URI.create(server.uri() + "?AWSAccessKeyId=key"))
                .POST(BodyPublishers.ofString(form)), signed));
        assertThat(orders).hasValue(0);
    }

    @Test
    void refusesABodyThatIsTooLong() throws Exception {
        String form = "Action=Order&Count=1&Name.1=" + "x".repeat(2_000);

        refuses(413, "RequestEntityTooLarge", post(form));
        HttpRequest.Builder chunked = HttpRequest.newBuilder(server.uri())
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(form)));
        refuses(413, "RequestEntityTooLarge", send(chunked, signer.sign("POST", server.uri(), Map.of("Content-Type", FORM), bytes(form))));
    }

    @Test
    void refusesABodyThatIsNoForm() throws Exception {
        String json = "{}";

        refuses(415, "UnsupportedMediaType", send(request(json),
                signer.sign("POST", server.uri(), Map.of("Content-Type", "application/x-amz-json-1.0"), bytes(json))));
    }

    @Test
    void refusesOtherMethods() throws Exception {
        HttpRequest.Builder put = HttpRequest.newBuilder(server.uri()).PUT(BodyPublishers.ofString("Action=Order&Count=1"));

        refuses(405, "MethodNotAllowed", send(put, Map.of()));
    }

    private void refuses(int status, String code, HttpResponse<String> response) {
        assertThat(response.body()).contains("<Code>" + code + "</Code>");
        assertThat(response.statusCode()).isEqualTo(status);
    }

    private HttpResponse<String> postUnchecked(String form) {
        try {
            return post(form);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> post(String form) throws Exception {
        return post(form, signer);
    }

    private HttpResponse<String> post(String form, Signer by) throws Exception {
        return send(request(form), by.sign("POST", server.uri(), Map.of("Content-Type", FORM), bytes(form)));
    }

    private HttpRequest.Builder request(String form) {
        return HttpRequest.newBuilder(server.uri()).POST(BodyPublishers.ofString(form));
    }

    private HttpResponse<String> send(HttpRequest.Builder request, Map<String, String> headers) throws Exception {
        headers.forEach((name, value) -> {
            if (!name.equals("host")) { // the client sets it
                request.setHeader(name, value);
            }
        });
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static Signer signer(String secret, String service) {
        return new Signer("key", secret, "here", service, Clock.systemUTC());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
