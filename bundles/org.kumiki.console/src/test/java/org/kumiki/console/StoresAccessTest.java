package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Hashtable;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.TableStore;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What the page Stores answers in a framework where stores come and go. */
@Tag("framework")
class StoresAccessTest {

    private static final String PAGE = "/system/console/kumiki-stores";

    private static final FakeDatacenter DATACENTER = new FakeDatacenter();
    private static RunningConsole console;
    private static HttpClient client;

    private final FakeStores stores = new FakeStores();

    @BeforeAll
    static void start() throws Exception {
        console = RunningConsole.start(DATACENTER, DATACENTER, 0);
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() throws Exception {
        console.close();
    }

    @AfterEach
    void withdraw() {
        Stream.of(BlobStore.class, QueueStore.class, TableStore.class).filter(console::provides).forEach(console::withdraw);
    }

    @Test
    void eachStoreComesAndGoesWithItsOwnPartOfThePage() throws Exception {
        stores.bucket("pictures", 2, 20).queue("orders", FakeStores.waiting(7)).domain("users", DomainSize.EMPTY);
        JsonNode none = json(ask(""));
        for (String part : new String[] { "buckets", "queues", "domains" }) {
            assertThat(none.get(part).has("slice")).as(part).isFalse();
            assertThat(none.get(part).has("trouble")).as(part).isFalse();
        }

        console.provide(QueueStore.class, stores.queueStore());
        JsonNode queues = json(ask(""));
        assertThat(queues.at("/queues/slice/rows/0/waiting").asLong()).isEqualTo(7);
        assertThat(queues.get("buckets").has("slice")).isFalse();
        console.provide(BlobStore.class, stores.blobStore());
        console.provide(TableStore.class, stores.tableStore());
        assertThat(json(ask("")).at("/buckets/slice/rows/0/bytes").asLong()).isEqualTo(20);
        assertThat(json(ask("")).at("/domains/slice/rows/0/name").asText()).isEqualTo("users");

        console.withdraw(QueueStore.class);
        assertThat(json(ask("")).get("queues").has("slice")).isFalse();
        assertThat(json(ask("")).at("/buckets/slice/found").asInt()).isEqualTo(1);
    }

    @Test
    void queuesNeedSomebodyWhoKnowsTheAccounts() throws Exception {
        console.provide(QueueStore.class, stores.queue("orders", FakeStores.waiting(7)).queueStore());
        console.withdraw(Identity.class);
        try {
            assertThat(json(ask("")).at("/queues/trouble").asText()).isEqualTo("Nobody is there who knows the accounts.");
        } finally {
            console.provide(Identity.class, DATACENTER);
        }
        assertThat(json(ask("")).at("/queues/slice/found").asInt()).isEqualTo(1);
    }

    @Test
    void ofSeveralStoresTheHighestRankingCounts() throws Exception {
        console.provide(BlobStore.class, stores.bucket("of-the-first", 1, 1).blobStore());
        ServiceRegistration<?> better = console.context().registerService(BlobStore.class, new FakeStores().bucket("of-the-better", 1, 1).blobStore(),
                new Hashtable<>(Map.of(Constants.SERVICE_RANKING, 10)));
        assertThat(json(ask("")).at("/buckets/slice/rows/0/name").asText()).isEqualTo("of-the-better");

        better.unregister();

        assertThat(json(ask("")).at("/buckets/slice/rows/0/name").asText()).isEqualTo("of-the-first");
    }

    @Test
    void answersOnceAndThenOnlyWhatIsNew() throws Exception {
        console.provide(QueueStore.class, stores.queue("orders", FakeStores.waiting(0)).queueStore());
        String tag = ask("").headers().firstValue("ETag").orElseThrow();
        assertThat(askAgain(tag).statusCode()).isEqualTo(304);

        stores.queue("orders", FakeStores.waiting(1));

        assertThat(askAgain(tag).statusCode()).isEqualTo(200);
    }

    @Test
    void findsSortsAndTurnsPages() throws Exception {
        for (int i = 0; i < 40; i++) {
            stores.queue("queue-" + i, FakeStores.waiting(i));
        }
        console.provide(QueueStore.class, stores.queueStore());

        JsonNode found;
        do { // a machine that is very busy may need a second glance to put all in order
            found = json(ask("?queueText=QUEUE-3&queueSort=size")).get("queues");
        } while (found.get("unordered").asInt() > 0);
        assertThat(found.get("all").asInt()).isEqualTo(40);
        assertThat(found.at("/slice/found").asInt()).isEqualTo(11);
        assertThat(found.at("/slice/rows/0/name").asText()).isEqualTo("queue-39");
        assertThat(json(ask("?queuePage=99")).at("/queues/slice/page").asInt()).as("never beyond the last").isEqualTo(4);
    }

    @Test
    void hasNothingElseToReadAndNothingToChange() throws Exception {
        assertThat(send(request(PAGE + "/bucket.json").GET()).statusCode()).isEqualTo(404);
        assertThat(send(request(PAGE + "/page/stores.html").GET()).statusCode()).isEqualTo(404);
        assertThat(send(request(PAGE + "/bucket").header("X-Requested-With", "test").POST(BodyPublishers.ofString("action=delete"))).statusCode())
                .isEqualTo(405);
        HttpResponse<String> page = send(request(PAGE).GET());
        assertThat(page.headers().firstValue("Content-Security-Policy").orElse("")).contains("default-src 'none'", "script-src 'self'")
                .doesNotContainPattern("script-src[^;]*unsafe");
    }

    private static HttpResponse<String> ask(String query) throws IOException, InterruptedException {
        return send(request(PAGE + ".json" + query).GET());
    }

    private static HttpResponse<String> askAgain(String tag) throws IOException, InterruptedException {
        return send(request(PAGE + ".json").header("If-None-Match", tag).GET());
    }

    private static HttpRequest.Builder request(String path) throws IOException {
        String pair = "admin:" + console.password();
        return HttpRequest.newBuilder(console.at(path)).header("Authorization",
                "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
