package org.kumiki.itest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.kumiki.testing.PostgresServer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.test.common.annotation.InjectBundleContext;
import org.osgi.test.common.annotation.InjectService;
import org.osgi.test.junit5.context.BundleContextExtension;
import org.osgi.test.junit5.service.ServiceExtension;

/** The bundles that come along in {@code extra} put a PostgreSQL in the place of the queues that are built in; several stores share it. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith({ BundleContextExtension.class, ServiceExtension.class })
class SharedQueuesIT {

    private static final String FACADE = "org.kumiki.aws.sqs";
    private static final String BUILT_IN = "org.kumiki.queue.log";
    private static final String STORE = "org.kumiki.store.jdbc";
    private static final String PID = "org.kumiki.store.jdbc.queues";
    /** The driver last: whoever needs it finds it whenever it comes. */
    private static final List<String> EXTRA = List.of("org.osgi.service.jdbc-", STORE + "-", "postgresql-");

    private static final QueueId QUEUE = new QueueId(new AccountId("000000000009"), "kumiki-queues-it");
    private static final QueueId OTHER = new QueueId(QUEUE.owner(), "kumiki-other-queues-it");
    private static final QueueSettings SETTINGS = new QueueSettings(Duration.ZERO, Duration.ofSeconds(30), Duration.ofDays(1), Optional.empty(),
            Ordering.NONE, Map.of());

    @InjectBundleContext
    BundleContext context;

    @InjectService
    ConfigurationAdmin configurations;

    private final List<Bundle> extra = new ArrayList<>();
    private PostgresServer database;

    @BeforeAll
    void install(@InjectBundleContext BundleContext installing) throws IOException, BundleException {
        Assumptions.assumeTrue(PostgresServer.isInstalled(), PostgresServer.MISSING);
        database = new PostgresServer(false);
        Path place = Path.of(installing.getProperty("kumiki.product"), "extra");
        for (String name : EXTRA) {
            try (Stream<Path> files = Files.list(place)) {
                Path jar = files.filter(file -> file.getFileName().toString().startsWith(name)).findFirst().orElseThrow();
                Bundle bundle = installing.installBundle(jar.toUri().toString());
                extra.add(bundle);
                bundle.start();
            }
        }
    }

    @AfterAll
    void uninstall() throws BundleException {
        for (Bundle bundle : extra) {
            bundle.uninstall();
        }
        if (database != null) {
            database.close();
        }
    }

    @Test
    void theDatabaseTakesThePlaceOfTheStoreThatIsBuiltIn() throws Exception {
        Configuration builtIn = configurations.getConfiguration(BUILT_IN, "?");
        Configuration shared = configurations.getConfiguration(PID, "?");
        try {
            shared.update(login("kumiki"));
            builtIn.update(new Hashtable<>(Map.of("osgi.ds.satisfying.condition.target", "(osgi.condition.id=never)")));
            Eventually.serviceOf(context, QueueStore.class, STORE, FACADE);

            assertThat(context.getServiceReferences(QueueStore.class, null)).hasSize(1);
            QueueStore store = context.getService(context.getServiceReference(QueueStore.class));
            store.create(QUEUE, SETTINGS);
            send(store, QUEUE, "a");
            List<Delivery> got = get(receive(store, QUEUE));
            assertThat(got).extracting(Delivery::body).containsExactly("a");
            assertThat(store.counts(QUEUE).inFlight()).isEqualTo(1);
            assertThat(get(store.delete(QUEUE, List.of(got.get(0).receipt())))).containsExactly(Outcome.DONE);
            assertThat(store.counts(QUEUE).messages()).isZero();
            store.delete(QUEUE);
        } finally {
            shared.delete();
            builtIn.delete();
        }
        Eventually.serviceOf(context, QueueStore.class, BUILT_IN, FACADE);
    }

    /** They share nothing but the database, and each has connections of its own: so they are as good as those of two control planes. */
    @Test
    void whoWaitsAtOneStoreGetsWhatIsSentToTheOther() throws Exception {
        Configuration first = configurations.createFactoryConfiguration(PID, "?");
        Configuration second = configurations.createFactoryConfiguration(PID, "?");
        try {
            first.update(login("one"));
            second.update(login("two"));
            QueueStore here = await("one");
            QueueStore there = await("two");
            assertThat(here).isNotSameAs(there);
            here.create(OTHER, SETTINGS);
            assertThat(get(there.receive(OTHER, receive(Duration.ZERO)))).isEmpty();

            CompletionStage<List<Delivery>> waiting = receive(there, OTHER);
            send(here, OTHER, "b");
            List<Delivery> got = get(waiting);

            assertThat(got).extracting(Delivery::body).containsExactly("b");
            assertThat(get(here.delete(OTHER, List.of(got.get(0).receipt())))).containsExactly(Outcome.DONE);
            here.delete(OTHER);
            assertThat(there.queue(OTHER)).isEmpty();
        } finally {
            first.delete();
            second.delete();
        }
    }

    /** @param name as which the service is found, since whatever is configured is a property of it */
    private Dictionary<String, Object> login(String name) {
        return new Hashtable<>(Map.of("url", database.url(), "user", PostgresServer.USER, ".password", "", "store", name));
    }

    private QueueStore await(String name) throws InterruptedException, InvalidSyntaxException {
        while (true) {
            Optional<ServiceReference<QueueStore>> found = context.getServiceReferences(QueueStore.class, "(store=" + name + ")").stream()
                    .findFirst();
            if (found.isPresent()) {
                return context.getService(found.get());
            }
            Thread.sleep(50);
        }
    }

    private static void send(QueueStore store, QueueId queue, String body) {
        get(store.send(queue, List.of(new Outgoing(body, Map.of(), Optional.empty(), Optional.empty(), Optional.empty()))));
    }

    private static CompletionStage<List<Delivery>> receive(QueueStore store, QueueId queue) {
        return store.receive(queue, receive(Duration.ofSeconds(20)));
    }

    private static Receive receive(Duration patience) {
        return new Receive(1, Optional.empty(), patience, Optional.empty());
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }
}
