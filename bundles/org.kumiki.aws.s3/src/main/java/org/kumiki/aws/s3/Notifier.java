package org.kumiki.aws.s3;

import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Query;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.aws.s3.Event.Cause;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells queues what happens to objects, at least once. Thread-safe.
 * <p>
 * An event is on stable storage before what it tells of is done, and until its queue has it. So whoever kills the platform in between loses none; what
 * is found at the next start is sent, though it may never have come to what it tells of: too much is told rather than too little. Buckets that tell
 * nobody pay for nothing of that.
 */
@Component(service = Notifier.class)
public final class Notifier {

    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
    private static final int THREADS = 4;

    private final BlobStore store;
    private final Outbox outbox;
    private final Destinations destinations = new Destinations(() -> Optional.ofNullable(this.queues));
    private final Clock clock;
    private final String region;
    /** What comes when it has been closed stays in the outbox, for the next one. */
    private final ScheduledExecutorService threads = new ScheduledThreadPoolExecutor(THREADS, task -> new Thread(task, "kumiki-s3-events"),
            new ThreadPoolExecutor.DiscardPolicy());
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile QueueStore queues;

    @Activate
    public Notifier(@Reference BlobStore store, BundleContext context) {
        this(store, Clock.systemUTC(), Optional.ofNullable(context.getProperty("kumiki.region")).orElse("us-east-1"));
    }

    Notifier(BlobStore store, Clock clock, String region) {
        this.store = store;
        this.clock = clock;
        this.region = region;
        this.outbox = new Outbox(store);
        outbox.all().forEach(event -> threads.execute(() -> send(found(event))));
    }

    @Deactivate
    void close() {
        threads.shutdownNow();
    }

    /** For tests; the framework sets the field. */
    void use(QueueStore present) {
        queues = present;
    }

    /** What waits to be sent, queue by queue. */
    List<Lane> lanes() {
        return lanes.values().stream().sorted(Comparator.comparing(Lane::queue)).toList();
    }

    /**
     * Checks what a bucket is to tell from now on, and tells its queues that it will.
     *
     * @return as it is to be kept
     * @throws S3Exception unless the queues are there and allow it
     */
    Element accept(Exchange exchange, Element document) {
        Element checked = Notifications.checked(document);
        Bucket bucket = exchange.bucket();
        if (exchange.header("x-amz-skip-destination-validation").filter("true"::equalsIgnoreCase).isEmpty()) {
            Notifications.of(checked).rules().stream().map(NotificationRule::queue).distinct().forEach(queue -> introduce(exchange, bucket, queue));
        }
        return checked;
    }

    private void introduce(Exchange exchange, Bucket bucket, String queue) {
        String where = QueueName.parse(queue).region();
        if (!where.equals(region) && !where.equals(bucket.attributes().get("region"))) {
            throw S3Exception.invalid("The notification destination service region is not valid for the bucket location constraint")
                    .with("ArgumentName", "Queue").with("ArgumentValue", queue);
        }
        try {
            destinations.refusal(queue, bucket.name(), bucket.attributes().getOrDefault("owner", "")).ifPresent(why -> {
                throw Notifications.nowhere(queue, why);
            });
            destinations.send(queue, List.of(Event.test(bucket.name(), clock.instant(), exchange.id())));
        } catch (QueueException e) {
            throw Notifications.nowhere(queue, e.getMessage());
        }
    }

    /** Makes an object, and tells of it. The attributes that it is made with are marked if anybody is to be told. */
    Blob made(Exchange exchange, Bucket bucket, String key, Map<String, String> attributes, Supplier<Blob> change) {
        Optional<Event> event = begin(bucket, EventType.of(exchange.operation()), key, () -> Cause.of(exchange));
        event.ifPresent(known -> attributes.put(Event.ATTRIBUTE, known.id()));
        return finish(event, bucket, () -> Optional.of(change.get())).orElseThrow();
    }

    /** Changes what is said of an object, and tells of it. */
    Blob changed(Exchange exchange, Bucket bucket, String key, Supplier<Blob> change) {
        return finish(begin(bucket, EventType.of(exchange.operation()), key, () -> Cause.of(exchange)), bucket, () -> Optional.of(change.get()))
                .orElseThrow();
    }

    /** Deletes something, and tells of it if it was there. */
    Optional<Blob> removed(Supplier<Cause> cause, Bucket bucket, EventType type, String key, Supplier<Optional<Blob>> change) {
        return finish(begin(bucket, type, key, cause), bucket, change);
    }

    private Optional<Event> begin(Bucket bucket, EventType type, String key, Supplier<Cause> cause) {
        if (!bucket.attributes().containsKey(Setting.NOTIFICATION.parameter())) {
            return Optional.empty();
        }
        Optional<Event> event = Notifications.of(bucket).rule(type, key).map(rule -> new Event(outbox.nextId(clock.instant()), type, clock.instant(),
                region, bucket.name(), bucket.attributes().getOrDefault("owner", ""), key, rule.queue(), rule.id(), cause.get(), Optional.empty()));
        event.ifPresent(outbox::add);
        return event;
    }

    private Optional<Blob> finish(Optional<Event> event, Bucket bucket, Supplier<Optional<Blob>> change) {
        if (event.isEmpty()) {
            return change.get();
        }
        Optional<Blob> blob = Optional.empty();
        try {
            blob = change.get();
        } finally {
            if (blob.isEmpty()) {
                forget(event.get());
            }
        }
        blob.ifPresent(known -> send(event.get().with(known, Versioning.of(bucket))));
        return blob;
    }

    private void forget(Event event) {
        try {
            outbox.remove(event);
        } catch (BlobException e) {
            LOG.warn("the queue {} will be told of the object {} in {}, to which nothing happened: {}", event.queue(), event.key(), event.bucket(),
                    e.getMessage());
        }
    }

    private void send(Event event) {
        lanes.computeIfAbsent(event.queue(), queue -> new Lane(queue, destinations, outbox::remove, threads, clock)).add(event);
    }

    /** What is known now of an event that was not sent before the platform ended. */
    private Event found(Event event) {
        try {
            Optional<Bucket> bucket = store.bucket(event.bucket());
            return bucket.flatMap(known -> version(event)).map(blob -> event.with(blob, Versioning.of(bucket.get()))).orElse(event);
        } catch (BlobException e) {
            return event; // without what the store does not tell
        }
    }

    private Optional<Blob> version(Event event) {
        return store.list(event.bucket(), new Query(event.key(), "", "", "", 1000, true)).blobs().stream()
                .filter(blob -> blob.key().equals(event.key()) && event.id().equals(blob.attributes().get(Event.ATTRIBUTE))).findFirst();
    }
}
