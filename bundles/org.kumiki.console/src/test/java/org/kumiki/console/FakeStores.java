package org.kumiki.console;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.BucketFacts;
import org.kumiki.api.blob.BucketReader;
import org.kumiki.api.blob.Usage;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.queue.Counts;
import org.kumiki.api.queue.MessageQueue;
import org.kumiki.api.queue.Ordering;
import org.kumiki.api.queue.QueueException;
import org.kumiki.api.queue.QueueId;
import org.kumiki.api.queue.QueueSettings;
import org.kumiki.api.queue.QueueStore;
import org.kumiki.api.queue.Redrive;
import org.kumiki.api.table.Domain;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.DomainSize;
import org.kumiki.api.table.TableStore;

/** Three stores that only keep books, so that the page has something to show. They know what they were asked. */
final class FakeStores {

    static final Duration RETENTION = Duration.ofDays(4);

    final Blobs blobs = new Blobs();
    final Queues queues = new Queues();
    final Tables tables = new Tables();
    final List<Object> asked = new CopyOnWriteArrayList<>();

    BlobStore blobStore() {
        return as(BlobStore.class, blobs);
    }

    QueueStore queueStore() {
        return as(QueueStore.class, queues);
    }

    TableStore tableStore() {
        return as(TableStore.class, tables);
    }

    /** What is written on buckets, as their façade reads it. */
    BucketReader reader() {
        return bucket -> Optional.ofNullable(blobs.facts.get(bucket.name()));
    }

    FakeStores bucket(String name, long objects, long bytes) {
        blobs.buckets.put(name, new Bucket(name, Instant.now().minus(Duration.ofDays(3)), Map.of()));
        blobs.usages.put(name, new Usage(objects, bytes));
        return this;
    }

    FakeStores facts(String bucket, BucketFacts facts) {
        blobs.facts.put(bucket, facts);
        return this;
    }

    FakeStores queue(String name, Counts counts) {
        return queue(name, counts, Ordering.NONE, Optional.empty());
    }

    FakeStores queue(String name, Counts counts, Ordering ordering, Optional<String> dead) {
        QueueId id = queueId(name);
        QueueSettings settings = new QueueSettings(Duration.ZERO, Duration.ofSeconds(30), RETENTION,
                dead.map(to -> new Redrive(queueId(to), 3)), ordering, Map.of());
        queues.queues.put(id, new MessageQueue(id, Instant.EPOCH, Instant.EPOCH, settings));
        queues.counts.put(id, counts);
        return this;
    }

    FakeStores domain(String name, DomainSize size) {
        DomainId id = new DomainId(FakeDatacenter.ROOT, name);
        tables.domains.put(id, new Domain(id, Instant.now().minus(Duration.ofHours(30))));
        tables.sizes.put(id, size);
        return this;
    }

    static QueueId queueId(String name) {
        return new QueueId(FakeDatacenter.ROOT, name);
    }

    static Counts waiting(long messages) {
        return new Counts(messages, 0, 0, 1_000 * messages, messages == 0 ? Optional.empty() : Optional.of(Instant.now()));
    }

    /** What the page asks of a store of buckets. */
    final class Blobs {

        final Map<String, Bucket> buckets = new ConcurrentSkipListMap<>();
        final Map<String, BucketFacts> facts = new ConcurrentSkipListMap<>();
        final Map<String, Usage> usages = new ConcurrentSkipListMap<>();

        public List<Bucket> buckets() {
            return List.copyOf(buckets.values());
        }

        public Usage usage(String bucket) {
            asked.add(bucket);
            return Optional.ofNullable(usages.get(bucket))
                    .orElseThrow(() -> new BlobException(BlobException.Reason.UNAVAILABLE, "the disk of " + bucket + " does not answer"));
        }
    }

    /** What the page asks of a store of queues. */
    final class Queues {

        final Map<QueueId, MessageQueue> queues = new ConcurrentSkipListMap<>();
        final Map<QueueId, Counts> counts = new ConcurrentSkipListMap<>();
        volatile boolean away;

        public List<MessageQueue> queues(AccountId owner) {
            if (away) {
                throw new QueueException(QueueException.Reason.UNAVAILABLE, "the database does not answer");
            }
            return queues.values().stream().filter(queue -> queue.id().owner().equals(owner)).toList();
        }

        public Counts counts(QueueId id) {
            asked.add(id);
            return Optional.ofNullable(counts.get(id))
                    .orElseThrow(() -> new QueueException(QueueException.Reason.NO_SUCH_QUEUE, "there is no queue " + id));
        }
    }

    /** What the page asks of a store of domains. */
    final class Tables {

        final Map<DomainId, Domain> domains = new ConcurrentSkipListMap<>();
        final Map<DomainId, DomainSize> sizes = new ConcurrentSkipListMap<>();

        public List<Domain> domains() {
            return List.copyOf(domains.values());
        }

        public DomainSize size(DomainId id) {
            asked.add(id);
            return sizes.get(id);
        }
    }

    /** A service that does what an object can; the page must ask nothing else of it. */
    private static <S> S as(Class<S> type, Object object) {
        return type.cast(Proxy.newProxyInstance(FakeStores.class.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return method.invoke(object, arguments);
            }
            try {
                return object.getClass().getMethod(method.getName(), method.getParameterTypes()).invoke(object, arguments);
            } catch (NoSuchMethodException e) {
                throw new UnsupportedOperationException("the page should not ask for " + method, e);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
