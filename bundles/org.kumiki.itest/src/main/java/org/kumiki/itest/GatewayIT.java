package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceFactory;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.servlet.runtime.HttpServiceRuntime;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.common.service.ServiceAware;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** A cloud service is taken out and put back behind the gateway while it is used, and no client notices. */
@Timeout(120)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class GatewayIT {

    private static final int SWAPS = 100;

    @InjectBundleContext
    BundleContext context;

    @InjectService(filter = "(org.apache.felix.http.name=cloud)", timeout = 10_000)
    ServiceAware<HttpServiceRuntime> cloud;

    private final HttpClient client = HttpClient.newHttpClient();

    /** A service that must not be asked any more once the framework has taken it back. */
    private static final class Probe extends HttpServlet implements ServiceFactory<Servlet> {

        private static final long serialVersionUID = 1L;
        private final transient BlockingQueue<AsyncContext> late = new LinkedBlockingQueue<>();
        private final AtomicInteger inside = new AtomicInteger();
        private final AtomicBoolean gone = new AtomicBoolean();
        private final AtomicBoolean misused = new AtomicBoolean();

        @Override
        public Servlet getService(Bundle bundle, ServiceRegistration<Servlet> registration) {
            return this;
        }

        @Override
        public void ungetService(Bundle bundle, ServiceRegistration<Servlet> registration, Servlet service) {
            gone.set(true);
            misused.compareAndSet(false, inside.get() > 0);
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            misused.compareAndSet(false, gone.get());
            inside.incrementAndGet();
            if (request.getHeader("X-Late") == null) {
                answer(response);
            } else {
                AsyncContext context = request.startAsync();
                context.setTimeout(0);
                late.add(context);
            }
        }

        void answerLate() throws Exception {
            AsyncContext context = late.take();
            answer((HttpServletResponse) context.getResponse());
            context.complete();
        }

        private void answer(HttpServletResponse response) throws IOException {
            response.getWriter().write(gone.get() ? "too late" : "in time");
            inside.decrementAndGet();
        }
    }

    @Test
    void aServiceIsSwappedAHundredTimesAndNoRequestFails() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Probe> probes = new ArrayList<>();
        ServiceRegistration<?> current = register("swap", probe(probes));
        CountDownLatch begun = new CountDownLatch(4);
        List<CompletableFuture<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(CompletableFuture.supplyAsync(() -> askUntil(over, begun), client -> new Thread(client).start()));
        }
        begun.await();
        for (int swap = 0; swap < SWAPS; swap++) {
            if (swap % 2 == 0) { // for a moment there is none at all
                current.unregister();
                current = register("swap", probe(probes));
            } else {
                ServiceRegistration<?> next = register("swap", probe(probes));
                current.unregister();
                current = next;
            }
        }
        over.set(true);

        assertThat(clients).allSatisfy(answered -> assertThat(answered.get()).isPositive());
        assertThat(probes).noneMatch(probe -> probe.misused.get());
        current.unregister();
    }

    @Test
    void theLastRequestsOfAServiceFinishBeforeItIsTakenBack() throws Exception {
        Probe probe = new Probe();
        ServiceRegistration<?> registration = register("drain", probe);
        CompletableFuture<HttpResponse<String>> running = client.sendAsync(request("drain").header("X-Late", "yes").build(),
                BodyHandlers.ofString());
        AsyncContext context = probe.late.take();
        probe.late.add(context);

        CompletableFuture<Void> removal = CompletableFuture.runAsync(registration::unregister);
        CompletableFuture<HttpResponse<String>> next = client.sendAsync(request("drain").build(), BodyHandlers.ofString());
        probe.answerLate();
        removal.get();

        assertThat(running.get().body()).isEqualTo("in time");
        assertThat(probe.misused).isFalse();
        ServiceRegistration<?> successor = register("drain", new Probe());
        assertThat(next.get().body()).isEqualTo("in time");
        successor.unregister();
    }

    @Test
    void aServletForEverybodyDoesNotTurnUpAtTheCloudEndpoint() throws Exception {
        HttpServlet servlet = new HttpServlet() {

            private static final long serialVersionUID = 1L;

            @Override
            protected void service(HttpServletRequest request, HttpServletResponse response) {
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
        };
        ServiceRegistration<Servlet> registration = context.registerService(Servlet.class, servlet,
                new Hashtable<>(Map.of("osgi.http.whiteboard.servlet.pattern", "/everybody")));
        try {
            HttpRequest request = HttpRequest.newBuilder(address().resolve("/everybody")).build();
            assertThat(client.send(request, BodyHandlers.ofString()).body()).as("S3's, whose bucket it would be")
                    .contains("<Code>NoSuchBucket</Code>");
        } finally {
            registration.unregister();
        }
    }

    private int askUntil(AtomicBoolean over, CountDownLatch begun) {
        int answered = 0;
        while (!over.get()) {
            HttpResponse<String> response = client.sendAsync(request("swap").build(), BodyHandlers.ofString()).join();
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("in time");
            if (answered++ == 0) {
                begun.countDown();
            }
        }
        return answered;
    }

    private static Probe probe(List<Probe> probes) {
        Probe probe = new Probe();
        probes.add(probe);
        return probe;
    }

    private ServiceRegistration<?> register(String facade, Probe probe) {
        return context.registerService(Servlet.class.getName(), probe, new Hashtable<>(Map.of("kumiki.facade", facade)));
    }

    private HttpRequest.Builder request(String facade) {
        return HttpRequest.newBuilder(address()).header("Authorization",
                "AWS4-HMAC-SHA256 Credential=AK/20260101/us-east-1/" + facade + "/aws4_request, SignedHeaders=host, Signature=0");
    }

    private URI address() {
        Object endpoints = cloud.getServiceReference().getProperty("osgi.http.endpoint");
        return URI.create(endpoints instanceof String[] several ? several[0] : String.valueOf(endpoints));
    }
}
