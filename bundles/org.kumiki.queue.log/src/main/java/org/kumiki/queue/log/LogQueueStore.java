package org.kumiki.queue.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
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
import org.kumiki.queue.log.Change.Key;
import org.kumiki.queue.log.Change.Purged;
import org.kumiki.queue.log.Change.QueueGone;
import org.kumiki.queue.log.Change.QueueSet;
import org.kumiki.wal.Disk;
import org.kumiki.wal.Options;
import org.kumiki.wal.WriteAheadLog;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps queues in memory, but for what is in their messages, and everything that happens in a log. Something is decided on under one lock, and carried out
 * when it is durable. What is being written down changes a message that nobody else gets meanwhile; who asks about it waits until it is settled.
 */
@Component(configurationPid = LogQueueStore.PID, immediate = true, service = { QueueStore.class, LogQueueStore.class })
@Designate(ocd = Config.class)
public final class LogQueueStore implements QueueStore {

    static final String PID = "org.kumiki.queue.log";

    private static final Logger LOG = LoggerFactory.getLogger(LogQueueStore.class);
    private static final String THREADS = "kumiki-queues";
    private static final int ANSWERING = 2;
    /** In queues that nobody looks at, too, messages become too old. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final ExecutorService answers;
    private final Queues queues = new Queues(this::wake);
    private final WriteAheadLog<Change> log;
    private final Desk desk;
    private final Sending sending;
    private final Receiving receiving;
    private final Dealing dealing;
    private final Moving moving;
    /** Held by whoever changes a queue itself. */
    private final Object settings = new Object();
    private volatile Runnable noMoreLooks;
    private volatile boolean closed;

    @Activate
    public LogQueueStore(BundleContext context, Config config, @Reference Timeline time) throws IOException {
        this(directory(context, config.directory()), Disk.REAL, (long) Math.min(1_024, Math.max(1, config.segmentMiB())) << 20, time);
    }

    /** @param segmentBytes after how many bytes a segment of the log is long enough */
    LogQueueStore(Path directory, Disk disk, long segmentBytes, Timeline time) throws IOException {
        AtomicInteger threads = new AtomicInteger();
        answers = Executors.newFixedThreadPool(ANSWERING, task -> new Thread(task, THREADS + "-answers-" + threads.incrementAndGet()));
        try {
            log = WriteAheadLog.open(new Options(THREADS, directory, disk, segmentBytes, answers), new ChangeCodec(), queues);
        } catch (IOException | RuntimeException e) {
            answers.shutdown();
            throw e;
        }
        try {
            desk = new Desk(queues, log, new Receipts(secret()), time, answers);
        } catch (RuntimeException e) {
            log.close();
            answers.shutdown();
            throw e;
        }
        sending = new Sending(desk);
        receiving = new Receiving(desk);
        dealing = new Dealing(desk);
        moving = new Moving(desk);
        look();
    }

    private static Path directory(BundleContext context, String configured) {
        Path data = Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data"));
        return (configured.isBlank() ? data.resolve("queues") : Path.of(configured)).toAbsolutePath();
    }

    private byte[] secret() {
        synchronized (queues) {
            if (queues.secret().isPresent()) {
                return queues.secret().get();
            }
        }
        byte[] secret = Receipts.newKey();
        join(log.append(List.of(new Key(secret, 0))));
        return secret;
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw Failures.of(e);
        }
    }

    private void look() {
        synchronized (queues) {
            for (LiveQueue queue : List.copyOf(queues.all())) {
                desk.passTime(queue, desk.now());
            }
        }
        if (!closed) {
            noMoreLooks = desk.time().after(LOOK, this::look);
        }
    }

    private void wake(LiveQueue queue) {
        try {
            answers.execute(() -> receiving.serve(queue));
        } catch (RejectedExecutionException e) {
            LOG.debug("The store of queues is closed, and who waited has been told", e);
        }
    }

    @Deactivate
    void close() throws IOException {
        closed = true;
        noMoreLooks.run();
        List<Waiter> waiters = new ArrayList<>();
        synchronized (queues) {
            queues.all().forEach(queue -> waiters.addAll(queue.waiters()));
        }
        waiters.forEach(waiter -> waiter.answer().completeExceptionally(Failures.closed()));
        log.close();
        answers.shutdown();
    }

    @Override
    public MessageQueue create(QueueId id, QueueSettings wanted) {
        synchronized (settings) {
            Instant now = now();
            MessageQueue queue = new MessageQueue(id, now, now, wanted);
            CompletableFuture<Void> written;
            synchronized (queues) {
                if (queues.find(id).isPresent()) {
                    throw new QueueException(Reason.QUEUE_EXISTS, "there is a queue " + id + " already");
                }
                written = log.append(List.of(new QueueSet(queues.newQueue(), 0, queue)));
            }
            join(written);
            return queue;
        }
    }

    /** As the log keeps it. */
    private Instant now() {
        return desk.time().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public Optional<MessageQueue> queue(QueueId id) {
        synchronized (queues) {
            return queues.find(id).map(LiveQueue::settings);
        }
    }

    @Override
    public List<MessageQueue> queues(AccountId owner) {
        return queues().stream().filter(queue -> queue.id().owner().equals(owner)).toList();
    }

    /** Of all owners, in the order of their names. */
    List<MessageQueue> queues() {
        synchronized (queues) {
            return queues.all().stream().map(LiveQueue::settings).toList();
        }
    }

    @Override
    public MessageQueue update(QueueId id, UnaryOperator<QueueSettings> change) {
        synchronized (settings) {
            MessageQueue before = queue(id).orElseThrow(() -> Failures.noQueue(id));
            QueueSettings wanted = change.apply(before.settings());
            if (wanted.ordering().grouped() != before.settings().ordering().grouped()) {
                throw new IllegalArgumentException("the queue " + id + " cannot get groups, or lose them: make another one");
            }
            MessageQueue after = new MessageQueue(id, before.created(), now(), wanted);
            change(id, queue -> new QueueSet(queue.number(), queue.lastSequence(), after));
            return after;
        }
    }

    private void change(QueueId id, Function<LiveQueue, Change> change) {
        CompletableFuture<Void> written;
        synchronized (queues) {
            written = log.append(List.of(change.apply(desk.queue(id))));
        }
        join(written);
    }

    @Override
    public void delete(QueueId id) {
        synchronized (settings) {
            change(id, queue -> new QueueGone(queue.number()));
        }
    }

    @Override
    public void purge(QueueId id) {
        synchronized (settings) {
            change(id, queue -> new Purged(queue.number(), queue.lastSequence()));
        }
    }

    @Override
    public Counts counts(QueueId id) {
        synchronized (queues) {
            LiveQueue queue = desk.queue(id);
            desk.passTime(queue, desk.now());
            return new Counts(queue.count(Row.VISIBLE), queue.count(Row.IN_FLIGHT), queue.count(Row.DELAYED), queue.bytes(),
                    queue.oldest().map(Instant::ofEpochMilli));
        }
    }

    @Override
    public CompletionStage<List<Sent>> send(QueueId id, List<Outgoing> messages) {
        return answer(() -> sending.send(id, messages));
    }

    @Override
    public CompletionStage<List<Delivery>> receive(QueueId id, Receive receive) {
        try {
            // Not a stage that depends on it: whoever calls it off does so himself.
            return receiving.receive(id, receive);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<List<Outcome>> delete(QueueId id, List<String> receipts) {
        return answer(() -> dealing.delete(id, receipts));
    }

    @Override
    public CompletionStage<List<Outcome>> hide(QueueId id, List<String> receipts, List<Duration> visibility) {
        return answer(() -> dealing.hide(id, receipts, visibility));
    }

    @Override
    public CompletionStage<Integer> move(QueueId id, Optional<QueueId> to, int most) {
        return answer(() -> moving.move(id, to, most));
    }

    private static <T> CompletionStage<T> answer(Supplier<CompletableFuture<T>> call) {
        try {
            return Failures.plain(call.get());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
