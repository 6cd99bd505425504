package org.kumiki.store.jdbc.queues;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.Delivery;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Outcome;
import org.kumiki.api.queue.Outgoing;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueException.Reason;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Receive;
import org.kumiki.api.queue.Sent;
import org.kumiki.api.time.Timeline;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.propertytypes.ServiceRanking;
import org.osgi.service.jdbc.DataSourceFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps queues in tables of PostgreSQL that several control planes share. Nothing is kept here but those who wait: each call is one transaction, and
 * what is decided on is decided in it. The time is that of the control plane, which with several of them must be about the same.
 * <p>
 * It is there as soon as it is configured, whether the database answers or not.
 */
@ServiceRanking(PgQueueStore.RANKING)
@Component(configurationPid = PgQueueStore.PID, configurationPolicy = ConfigurationPolicy.REQUIRE, immediate = true, service = QueueStore.class)
@Designate(ocd = Config.class)
public final class PgQueueStore implements QueueStore {

    static final String PID = "org.kumiki.store.jdbc.queues";

    /** Before a store that is there without having been configured. */
    static final int RANKING = 100;

    private static final String URL = "jdbc:postgresql:";
    private static final int MOST_CONNECTIONS = 200;
    /** In queues that nobody looks at, too, messages become too old. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Database database;
    private final Timeline time;
    private final Waiting waiting;
    private final Bell bell;
    private volatile Runnable noMoreLooks;
    private volatile boolean closed;

    @Activate
    public PgQueueStore(@Reference(name = "driver", target = "(osgi.jdbc.driver.class=org.postgresql.Driver)") DataSourceFactory driver, Config config,
            @Reference Timeline time) {
        this(connector(driver, config), Math.min(MOST_CONNECTIONS, Math.max(1, config.connections())), time);
    }

    PgQueueStore(Database.Connector connector, int connections, Timeline time) {
        this.time = time;
        database = new Database(connector, time, connections);
        waiting = new Waiting(database, new Receiving(), time);
        bell = new Bell(database, waiting);
        database.onWake(bell::ring);
        bell.start();
        noMoreLooks = time.after(LOOK, this::look);
    }

    private static Database.Connector connector(DataSourceFactory driver, Config config) {
        check(config.url());
        Properties login = new Properties();
        login.setProperty("user", config.user());
        login.setProperty("password", config._password());
        // Whoever does not answer is gone; the URL may say otherwise.
        login.setProperty("connectTimeout", "10");
        login.setProperty("socketTimeout", "60");
        login.setProperty("ApplicationName", "kumiki");
        return () -> driver.createDriver(null).connect(config.url(), login);
    }

    /** @throws IllegalArgumentException if it is of another database */
    static void check(String url) {
        if (!url.startsWith(URL)) {
            throw new IllegalArgumentException("queues are kept in PostgreSQL only, since others do not have what they need (SKIP LOCKED, LISTEN): the url of "
                    + PID + " must begin with " + URL + " and not be " + url);
        }
    }

    private void look() {
        if (!closed) {
            waiting.background(database.run(transaction -> {
                Retention.sweep(transaction);
                return true;
            }));
            noMoreLooks = time.after(LOOK, this::look);
        }
    }

    @Deactivate
    void close() {
        closed = true;
        noMoreLooks.run();
        bell.close();
        waiting.close();
        database.close();
    }

    /** Nothing goes on that nobody has asked for. */
    boolean isIdle() {
        return waiting.isIdle();
    }

    @Override
    public MessageQueue create(QueueId id, QueueSettings settings) {
        return database.call(transaction -> Catalog.create(transaction, id, settings));
    }

    @Override
    public Optional<MessageQueue> queue(QueueId id) {
        return database.call(transaction -> Catalog.find(transaction, id)).map(StoredQueue::queue);
    }

    @Override
    public List<MessageQueue> queues(AccountId owner) {
        return database.call(transaction -> Catalog.all(transaction, owner)).stream().map(StoredQueue::queue).toList();
    }

    @Override
    public MessageQueue update(QueueId id, UnaryOperator<QueueSettings> change) {
        AtomicBoolean isAsked = new AtomicBoolean();
        return database.call(transaction -> Catalog.update(transaction, id, before -> {
            if (isAsked.getAndSet(true)) {
                throw new QueueException(Reason.UNAVAILABLE, "the database broke off while the queue " + id + " was being changed: try again");
            }
            return change.apply(before);
        }));
    }

    @Override
    public void delete(QueueId id) {
        database.call(transaction -> {
            Catalog.delete(transaction, id);
            return true;
        });
    }

    @Override
    public void purge(QueueId id) {
        database.call(transaction -> {
            Catalog.purge(transaction, id);
            return true;
        });
    }

    @Override
    public Counts counts(QueueId id) {
        return database.call(transaction -> Catalog.count(transaction, id));
    }

    @Override
    public CompletionStage<List<Sent>> send(QueueId id, List<Outgoing> messages) {
        return database.run(transaction -> Sending.send(transaction, id, messages));
    }

    @Override
    public CompletionStage<List<Delivery>> receive(QueueId id, Receive receive) {
        return waiting.receive(id, receive);
    }

    @Override
    public CompletionStage<List<Outcome>> delete(QueueId id, List<String> receipts) {
        return database.run(transaction -> Dealing.delete(transaction, id, receipts));
    }

    @Override
    public CompletionStage<List<Outcome>> hide(QueueId id, List<String> receipts, List<Duration> visibility) {
        if (receipts.size() != visibility.size()) {
            throw new IllegalArgumentException(receipts.size() + " receipts with " + visibility.size() + " times");
        }
        return database.run(transaction -> Dealing.hide(transaction, id, receipts, visibility));
    }

    @Override
    public CompletionStage<Integer> move(QueueId id, Optional<QueueId> to, int most) {
        return database.run(transaction -> Moving.move(transaction, id, to, most));
    }
}
