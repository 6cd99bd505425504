package org.kumiki.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kumiki.api.facade.Facade;
import org.osgi.framework.Constants;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** The gateway behind a real Jetty, with fa&ccedil;ades that come and go. */
@Timeout(60)
class GatewayTest {

    private static final String EC2 = "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
    private static final String S3 = EC2.replace("/ec2/", "/s3/");
    private static final String HALF_A_BODY = "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: " + EC2 + "\r\nContent-Length: 10\r\n\r\n01234";
    private static final String WHOLE = HALF_A_BODY + "56789";
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private final HttpClient client = HttpClient.newHttpClient();
    private Gateway gateway;
    private Server server;
    private int port;

    /** Answers with its name, and with what it was asked. */
    private static final class Echo extends HttpServlet {

        private static final long serialVersionUID = 1L;
        private final String name;
        private volatile boolean destroyed;

        Echo(String name) {
            this.name = name;
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String body = new String(request.getInputStream().readAllBytes(), UTF_8);
            response.getWriter().write(name + " " + getServletConfig().getServletName() + " " + request.getRemoteAddr() + " " + body);
        }

        @Override
        public void destroy() {
            destroyed = true;
        }
    }

    /** Keeps its requests until the test answers them. */
    private static final class Slow extends HttpServlet {

        private static final long serialVersionUID = 1L;
        private final transient LinkedBlockingQueue<AsyncContext> waiting = new LinkedBlockingQueue<>();
        private final transient LinkedBlockingQueue<AsyncEvent> gone = new LinkedBlockingQueue<>();

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            AsyncContext context = request.startAsync();
            context.setTimeout(0);
            context.addListener(new AsyncListener() {

                @Override
                public void onError(AsyncEvent event) {
                    gone.add(event);
                }

                @Override
                public void onComplete(AsyncEvent event) {
                    // as all do in the end
                }

                @Override
                public void onTimeout(AsyncEvent event) {
                    // there is none
                }

                @Override
                public void onStartAsync(AsyncEvent event) {
                    // it starts once
                }
            });
            waiting.add(context);
        }

        void answer(String text) throws Exception {
            AsyncContext context = waiting.take();
            context.getResponse().getWriter().write(text);
            context.complete();
        }
    }

    private interface Service {

        void serve(HttpServletRequest request, HttpServletResponse response) throws IOException;
    }

    private static Servlet servlet(Service service) {
        return new HttpServlet() {

            private static final long serialVersionUID = 1L;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
                service.serve(request, response);
            }
        };
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            gateway.stop();
            server.stop();
        }
    }

    @Test
    void routesByTheScopeOfTheSignature() throws Exception {
        start(settings());
        add("ec2", 1, new Echo("one"));
        add("sqs", 2, new Echo("two"));

        assertThat(send(EC2, "").body()).isEqualTo("one ec2 127.0.0.1 ");
        assertThat(send(EC2.replace("/ec2/", "/sqs/"), "").body()).isEqualTo("two sqs 127.0.0.1 ");
    }

    @Test
    void routesAnUnsignedFormByItsVersionAndHandsItOverUntouched() throws Exception {
        start(settings());
        add("ec2", 1, new Echo("one"));
        String form = "AWSAccessKeyId=AK&Action=DescribeInstances&Filter=%26+%C3%A9&Version=2014-10-01";

        assertThat(send(null, form).body()).isEqualTo("one ec2 127.0.0.1 " + form);
    }

    @Test
    void givesParametersOfQueryAndFormToAFacadeThatWantsThem() throws Exception {
        start(settings());
        add("ec2", 1, servlet((request, response) -> response.getWriter()
                .write(request.getParameter("Action") + " " + List.of(request.getParameterValues("q")))));

        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(uri("/?q=1")).header("Content-Type", FORM)
                .POST(BodyPublishers.ofString("Action=Describe%2A&Version=2016-11-15&q=2")).build(), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("Describe* [1, 2]");
    }

    @Test
    void refusesInTheShapeOfAwsWithARequestId() throws Exception {
        start(settings());
        add("ec2", 1, new Echo("one"));

        HttpResponse<String> answer = send(EC2.replace("/ec2/", "/dynamodb/"), "");

        String id = answer.headers().firstValue("x-amzn-RequestId").orElseThrow();
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("text/xml"));
        assertThat(answer.body()).contains("<Code>UnsupportedOperation</Code>", "dynamodb", "<RequestId>" + id + "</RequestId>");
        assertThat(send(S3, "").body()).contains("<Error><Code>UnsupportedOperation</Code>");
        assertThat(send(null, "").statusCode()).isEqualTo(403);
    }

    @Test
    void holdsRequestsWhileTheirFacadeIsReplaced() throws Exception {
        start(settings());
        Echo old = new Echo("old");
        add("ec2", 1, old);
        send(EC2, "");
        remove("ec2", 1, old);
        assertThat(old.destroyed).isTrue();

        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(sendAsync(EC2, "body " + i));
        }
        await("; 50 waiting");
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        add("ec2", 2, new Echo("new"));

        for (int i = 0; i < 50; i++) {
            assertThat(answers.get(i).get().body()).isEqualTo("new ec2 127.0.0.1 body " + i);
        }
        await("; 0 under way");
    }

    @Test
    void holdsRequestsToAnExpectedFacadeThatHasNeverBeenThere() throws Exception {
        start(settings(20, 1_000, Duration.ofSeconds(20), Set.of("ec2")));

        CompletableFuture<HttpResponse<String>> answer = sendAsync(EC2, "");
        await("; 1 waiting");
        add("ec2", 1, new Echo("new"));

        assertThat(answer.get().statusCode()).isEqualTo(200);
    }

    @Test
    void refusesWhoWaitedTooLongAndWhoFindsNoPlaceToWait() throws Exception {
        start(settings(2, 1, Duration.ofMillis(500), Set.of("ec2")));

        CompletableFuture<HttpResponse<String>> first = sendAsync(EC2, "");
        await("), 1 of them waited"); // which is so even when it has waited too long already
        HttpResponse<String> second = send(EC2, "");

        for (HttpResponse<String> answer : List.of(first.get(), second)) {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.body()).contains("<Code>ServiceUnavailable</Code>");
        }
        await("; 0 under way");
    }

    @Test
    void letsAFacadeFinishBeforeItGoesAndHoldsTheNewRequests() throws Exception {
        start(settings());
        Slow old = new Slow();
        add("ec2", 1, old);
        CompletableFuture<HttpResponse<String>> running = sendAsync(EC2, "");
        AsyncContext context = old.waiting.take();
        old.waiting.add(context);

        Thread removal = new Thread(() -> remove("ec2", 1, old));
        removal.start();
        await(() -> removal.getState() == Thread.State.TIMED_WAITING);
        CompletableFuture<HttpResponse<String>> next = sendAsync(EC2, "");
        await("; 1 waiting");
        assertThat(removal.isAlive()).isTrue();

        old.answer("old");
        removal.join();
        add("ec2", 2, new Echo("new"));

        assertThat(running.get().body()).isEqualTo("old");
        assertThat(next.get().body()).startsWith("new");
    }

    @Test
    void givesUpOnAFacadeThatNeverFinishes() throws Exception {
        start(new Settings(20, 10, Duration.ofSeconds(20), Duration.ofMillis(50), Map.of(), 4096, 1 << 20, Duration.ofSeconds(20), Set.of(),
                Map.of(), "", Set.of()));
        Slow old = new Slow();
        add("ec2", 1, old);
        CompletableFuture<HttpResponse<String>> running = sendAsync(EC2, "");
        old.waiting.add(old.waiting.take());

        remove("ec2", 1, old);

        assertThat(running).isNotDone();
        old.answer("late");
        assertThat(running.get().body()).isEqualTo("late");
        await("; 0 under way");
    }

    @Test
    void prefersTheFacadeOfTheHigherRankingAndFallsBack() throws Exception {
        start(settings());
        Echo plain = new Echo("plain");
        Echo better = new Echo("better");
        gateway.addFacade(plain, properties("ec2", 1));
        Map<String, Object> ranked = Map.of(Facade.SERVICE, "ec2", Constants.SERVICE_ID, 2L, Constants.SERVICE_RANKING, 10);
        gateway.addFacade(better, ranked);

        assertThat(send(EC2, "").body()).startsWith("better");
        gateway.removeFacade(better, ranked);
        assertThat(send(EC2, "").body()).startsWith("plain");
    }

    @Test
    void refusesAnOversizedBodyWhetherDeclaredOrNot() throws Exception {
        start(settings());
        add("ec2", 1, new Echo("one"));
        String large = "Action=RunInstances&Version=2016-11-15&UserData=" + "x".repeat(5_000);

        for (String authorization : new String[] { EC2, null }) {
            assertThat(send(authorization, large).body()).contains("<Code>RequestEntityTooLarge</Code>");
            HttpRequest.Builder chunked = request(authorization)
                    .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)));
            HttpResponse<String> answer = client.send(chunked.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.body()).contains("<Code>RequestEntityTooLarge</Code>");
        }
        await("; 0 under way with 0 bytes");
    }

    @Test
    void refusesAnOversizedBodyThatFlowsThrough() throws Exception {
        start(settings());
        add("s3", 1, new Echo("one"));
        HttpRequest.Builder request = request(S3).POST(BodyPublishers.fromPublisher(BodyPublishers.ofString("x".repeat(20_001))));

        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("<Error><Code>RequestEntityTooLarge</Code>");
    }

    @Test
    void letsALargeBodyFlowThrough() throws Exception {
        start(settings());
        add("s3", 1, new Echo("one"));

        assertThat(send(S3, "x".repeat(20_000)).body()).isEqualTo("one s3 127.0.0.1 " + "x".repeat(20_000));
    }

    @Test
    void takesAWholeBodyThatComesInPiecesWithoutKeepingAThread() throws Exception {
        start(settings());
        CountDownLatch called = new CountDownLatch(1);
        add("ec2", 1, servlet((request, response) -> {
            called.countDown();
            assertThat(request.getInputStream().available()).isEqualTo(10);
            response.getWriter().write(new String(request.getInputStream().readAllBytes(), UTF_8));
        }));

        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, HALF_A_BODY.replace("Host", "Connection: close\r\nHost"));
            await("; 1 under way with 10 bytes");
            assertThat(called.getCount()).isEqualTo(1);
            write(socket, "56789");
            assertThat(read(socket)).startsWith("HTTP/1.1 200").endsWith("0123456789");
        }
        await("; 0 under way with 0 bytes");
    }

    @Test
    void refusesABodyThatComesTooSlowly() throws Exception {
        start(new Settings(20, 10, Duration.ofSeconds(20), Duration.ofSeconds(10), Map.of(), 4096, 1 << 20, Duration.ofMillis(200),
                Set.of(), Map.of(), "", Set.of()));
        add("ec2", 1, new Echo("one"));

        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, HALF_A_BODY);
            assertThat(read(socket)).startsWith("HTTP/1.1 408").contains("<Code>RequestTimeout</Code>");
        }
        await("; 0 under way with 0 bytes");
    }

    @Test
    void forgetsAClientThatLeavesInTheMiddleOfItsBody() throws Exception {
        start(settings());
        add("ec2", 1, new Echo("one"));

        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, HALF_A_BODY);
            await("; 1 under way");
        }

        await("; 0 under way with 0 bytes");
    }

    @Test
    void tellsOfAClientThatHangsUpWhileItWaits() throws Exception {
        start(settings());
        Slow slow = new Slow();
        add("ec2", 1, slow);

        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, WHOLE);
            AsyncContext waiting = slow.waiting.take();
            assertThat(gateway.statistics()).contains("; 1 under way");
            waiting.getResponse().getWriter().write("an answer");
            waiting.complete();
            await("; 0 under way");
            write(socket, WHOLE);
            slow.waiting.take();
        }

        slow.gone.take();
        await("; 0 under way with 0 bytes");
    }

    /** Returns when it is noticed. */
    private void hangUp(Slow slow) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, WHOLE);
            slow.waiting.take();
        }
        slow.gone.take();
    }

    @Test
    void waitsWithAClientThatHasAskedForMoreAlready() throws Exception {
        start(settings());
        Slow slow = new Slow();
        add("ec2", 1, slow);

        try (Socket socket = new Socket("127.0.0.1", port)) {
            write(socket, WHOLE + WHOLE.replace("Content-Length", "Connection: close\r\nContent-Length"));
            AsyncContext first = slow.waiting.take();
            hangUp(slow);
            hangUp(slow); // who noticed that has looked at all who waited before
            first.getResponse().getWriter().write("one");
            first.complete();
            slow.answer("two");
            assertThat(read(socket)).contains("one").endsWith("two");
        }
        assertThat(slow.gone).isEmpty();
    }

    @Test
    void refusesMoreRequestsAtOnceThanConfigured() throws Exception {
        start(settings(2, 10, Duration.ofSeconds(20), Set.of()));
        Slow slow = new Slow();
        add("ec2", 1, slow);
        CompletableFuture<HttpResponse<String>> first = sendAsync(EC2, "");
        CompletableFuture<HttpResponse<String>> second = sendAsync(EC2, "");
        await("; 2 under way");

        assertThat(send(EC2, "").statusCode()).isEqualTo(503);

        slow.answer("a");
        slow.answer("b");
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
        await("; 0 under way");
        CompletableFuture<HttpResponse<String>> third = sendAsync(EC2, "");
        slow.answer("c");
        assertThat(third.get().body()).isEqualTo("c");
    }

    @Test
    void answersForAFacadeThatThrows() throws Exception {
        start(settings());
        add("ec2", 1, servlet((request, response) -> {
            response.getWriter().write("half an answer");
            throw new IllegalStateException("as a test wants it");
        }));
        add("s3", 2, servlet((request, response) -> {
            request.startAsync();
            throw new LinkageError("as a test wants it");
        }));

        assertThat(send(EC2, "").body()).contains("<Code>InternalError</Code>").doesNotContain("half", "as a test wants it");
        assertThat(send(S3, "").body()).contains("<Code>InternalError</Code>");
        await("; 0 under way");
    }

    @Test
    void letsAFacadeReadAWholeBodyAsynchronously() throws Exception {
        start(settings());
        add("ec2", 1, servlet((request, response) -> {
            AsyncContext context = request.startAsync();
            request.getInputStream().setReadListener(new ReadListener() {

                private String body = "";

                @Override
                public void onDataAvailable() throws IOException {
                    body += new String(request.getInputStream().readAllBytes(), UTF_8);
                }

                @Override
                public void onAllDataRead() throws IOException {
                    response.getWriter().write("read " + body);
                    context.complete();
                }

                @Override
                public void onError(Throwable failure) {
                    context.complete();
                }
            });
        }));

        assertThat(send(EC2, "hello").body()).isEqualTo("read hello");
        assertThat(send(EC2, "").body()).isEqualTo("read ");
        await("; 0 under way");
    }

    @Test
    void letsAFacadeDispatchToItself() throws Exception {
        start(settings());
        add("ec2", 1, servlet((request, response) -> {
            if (request.getAttribute("again") == null) {
                request.setAttribute("again", true);
                request.startAsync().dispatch();
            } else {
                response.getWriter().write("again");
            }
        }));

        assertThat(send(EC2, "").body()).isEqualTo("again");
        await("; 0 under way");
    }

    @Test
    void believesNobodyAboutAnAddressButAConfiguredProxy() throws Exception {
        start(settings());
        add("ec2", 1, new Echo("one"));
        HttpRequest spoofed = request(EC2).header("X-Forwarded-For", "203.0.113.7").build();
        assertThat(client.send(spoofed, BodyHandlers.ofString()).body()).contains("127.0.0.1");

        stop();
        start(new Settings(20, 10, Duration.ofSeconds(20), Duration.ofSeconds(10), Map.of(), 4096, 1 << 20, Duration.ofSeconds(20),
                Set.of(), Map.of(), "", Set.of("127.0.0.1")));
        add("ec2", 1, new Echo("one"));
        HttpRequest proxied = request(EC2).header("X-Forwarded-For", "198.51.100.1, 203.0.113.7").build();
        assertThat(client.send(proxied, BodyHandlers.ofString()).body()).contains("203.0.113.7").doesNotContain("198.51.100.1");
    }

    @Test
    void logsNoSecret() {
        Exchange exchange = new Exchange("203.0.113.7", "/bucket/a\nfake line");
        exchange.facade = "s3";
        exchange.action = "<script>";

        assertThat(AccessLog.line(exchange, "GET", 200, null, 42)).isEqualTo(
                "203.0.113.7 s3 - GET /bucket/a?fake?line 200 - 42us " + exchange.id);
    }

    private static Settings settings() {
        return settings(200, 100, Duration.ofSeconds(20), Set.of());
    }

    private static Settings settings(int requests, int parked, Duration patience, Set<String> expected) {
        return new Settings(requests, parked, patience, Duration.ofSeconds(40), Map.of("*", 4_096L, "s3", 20_000L), 4_096, 1 << 20,
                Duration.ofSeconds(20), expected, Map.of(), "", Set.of());
    }

    private void start(Settings settings) throws Exception {
        gateway = new Gateway(settings);
        server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        ServletHolder holder = new ServletHolder(gateway);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
        port = connector.getLocalPort();
    }

    private static Map<String, Object> properties(String facade, long id) {
        return Map.of(Facade.SERVICE, facade, Constants.SERVICE_ID, id, Facade.VERSIONS,
                facade.equals("ec2") ? new String[] { "2006-06-26..2016-11-15" } : new String[0]);
    }

    private void add(String facade, long id, Servlet servlet) {
        gateway.addFacade(servlet, properties(facade, id));
    }

    private void remove(String facade, long id, Servlet servlet) {
        gateway.removeFacade(servlet, properties(facade, id));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private HttpRequest.Builder request(String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri("/")).header("Content-Type", FORM);
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private HttpResponse<String> send(String authorization, String body) throws Exception {
        return client.send(request(authorization).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> sendAsync(String authorization, String body) {
        return client.sendAsync(request(authorization).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** Waits until the gateway says so of itself. */
    private void await(String words) throws InterruptedException {
        await(() -> gateway.statistics().contains(words));
    }

    /** The test's time-out is the only limit. */
    private static void await(BooleanSupplier event) throws InterruptedException {
        while (!event.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    private static String read(Socket socket) throws IOException {
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
