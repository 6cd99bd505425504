package org.kumiki.aws.s3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;
import org.kumiki.aws.s3.Event.Cause;
import org.kumiki.aws.s3.Lifecycle.Action;
import org.kumiki.aws.s3.Lifecycle.Due;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the lifecycles of buckets act. One thread goes through them, one bucket after the other; after each page it rests as long as it has worked. What
 * fails ends a round, and the next one goes on there. Everything is decided on once more right when it is done, so whoever changes an object or its
 * bucket meanwhile finds nothing done that he would not have wanted.
 */
@Component(service = LifecycleRunner.class, immediate = true, configurationPid = S3.PID)
public final class LifecycleRunner {

    private static final Logger LOG = LoggerFactory.getLogger(LifecycleRunner.class);

    /** What a round has done. */
    record Done(long deleted, long marked, long aborted) {

        static final Done NOTHING = new Done(0, 0, 0);

        Done plus(Done other) {
            return new Done(deleted + other.deleted, marked + other.marked, aborted + other.aborted);
        }

        @Override
        public String toString() {
            return deleted + " versions deleted, " + marked + " objects hidden by a delete marker, " + aborted + " uploads given up";
        }
    }

    /** Where a round goes on: after a key of a bucket. */
    private record Bookmark(String bucket, String key) {

        static final Bookmark START = new Bookmark("", "");
    }

    private final BlobStore store;
    private final Notifier notifier;
    private final Clock clock;
    private final Days days;
    private final ScheduledExecutorService thread = new ScheduledThreadPoolExecutor(1, task -> new Thread(task, "kumiki-s3-lifecycle"));
    private Bookmark bookmark = Bookmark.START;
    private long worked = System.nanoTime();

    @Activate
    public LifecycleRunner(@Reference BlobStore store, @Reference Notifier notifier, Config config) {
        this(store, notifier, Clock.systemUTC(), new Days(Duration.ofSeconds(config.lifecycleDaySeconds())));
        int period = config.lifecyclePeriodSeconds();
        thread.scheduleWithFixedDelay(this::round, period, period, TimeUnit.SECONDS);
    }

    /** Does nothing by itself. */
    LifecycleRunner(BlobStore store, Notifier notifier, Clock clock, Days days) {
        this.store = store;
        this.notifier = notifier;
        this.clock = clock;
        this.days = days;
    }

    @Deactivate
    void close() {
        thread.shutdownNow();
    }

    /** Says what is to become of a bucket, and does nothing. On the thread that asks. */
    void ask(Bucket bucket, LifecycleWalk.Visitor visitor) {
        new LifecycleWalk(store, bucket, days, () -> {
        }).run("", clock.instant(), visitor);
    }

    Instant now() {
        return clock.instant();
    }

    /** Goes through one bucket now, or when the round that is under way has ended. */
    Done run(String bucket) throws InterruptedException {
        try {
            return thread.submit(() -> through(store.bucket(bucket).orElseThrow(() -> S3Exception.noSuchBucket(bucket)), "")).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private void round() {
        Bookmark from = bookmark;
        Done done = Done.NOTHING;
        try {
            List<Bucket> buckets = store.buckets().stream().filter(bucket -> bucket.name().compareTo(from.bucket()) >= 0)
                    .filter(bucket -> bucket.attributes().containsKey(Setting.LIFECYCLE.parameter())).toList();
            for (Bucket bucket : buckets) {
                String after = bucket.name().equals(from.bucket()) ? from.key() : "";
                bookmark = new Bookmark(bucket.name(), after);
                done = done.plus(through(bucket, after));
            }
            bookmark = Bookmark.START;
        } catch (StoppedException e) {
            LOG.debug("a round of lifecycles stops, since the platform does");
        } catch (RuntimeException e) {
            LOG.warn("a round of lifecycles ended in the bucket {}; the next one goes on there", bookmark.bucket(), e);
        }
        if (!done.equals(Done.NOTHING)) {
            LOG.info("lifecycles: {}", done);
        }
    }

    private Done through(Bucket bucket, String after) {
        Work work = new Work(bucket);
        worked = System.nanoTime();
        try {
            new LifecycleWalk(store, bucket, days, this::rest).run(after, clock.instant(), work);
        } catch (BlobException e) {
            if (e.reason() != Reason.NO_SUCH_BUCKET) { // then there is nothing left to do in it
                throw e;
            }
        }
        return work.done;
    }

    private void rest() {
        try {
            TimeUnit.NANOSECONDS.sleep(System.nanoTime() - worked);
            worked = System.nanoTime();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }

    /** Does what is due in a bucket. */
    private final class Work implements LifecycleWalk.Visitor {

        private final Bucket bucket;
        private Done done = Done.NOTHING;

        Work(Bucket bucket) {
            this.bucket = bucket;
        }

        @Override
        public void version(Blob blob, Due due) {
            if (due.at().isAfter(clock.instant()) || !isAsItWas()) {
                return;
            }
            try {
                if (due.action() == Action.MARK) {
                    removed(EventType.EXPIRE_BY_MARKER, blob, () -> Optional.of(store.mark(bucket.name(), blob.key(), Versioning.of(bucket).keeping(),
                            latest -> requireSame(latest, blob))));
                    done = done.plus(new Done(0, 1, 0));
                } else {
                    boolean deleted = removed(EventType.EXPIRE, blob, () -> store.delete(bucket.name(), blob.key(), blob.version(),
                            found -> requireSame(Optional.of(found), blob))).isPresent();
                    done = done.plus(new Done(deleted ? 1 : 0, 0, 0));
                }
            } catch (ChangedException e) {
                LOG.debug("the object {} in {} has changed meanwhile", blob.key(), bucket.name());
            }
        }

        private Optional<Blob> removed(EventType type, Blob blob, Supplier<Optional<Blob>> change) {
            return notifier.removed(() -> Cause.LIFECYCLE, bucket, type, blob.key(), change);
        }

        @Override
        public void upload(Upload upload, Due due) {
            if (due.at().isAfter(clock.instant()) || !isAsItWas()) {
                return;
            }
            try {
                store.abort(upload);
                done = done.plus(new Done(0, 0, 1));
            } catch (BlobException e) {
                if (e.reason() != Reason.NO_SUCH_UPLOAD) { // it is complete
                    throw e;
                }
            }
        }

        @Override
        public void seen(String key) {
            bookmark = bookmark.bucket().equals(bucket.name()) ? new Bookmark(bucket.name(), key) : bookmark;
        }

        /** Whoever changes the rules of a bucket does not want what the old ones say. */
        private boolean isAsItWas() {
            Bucket now = store.bucket(bucket.name()).orElse(bucket);
            return List.of(Setting.LIFECYCLE, Setting.VERSIONING, Setting.OBJECT_LOCK, Setting.NOTIFICATION).stream().map(Setting::parameter)
                    .allMatch(name -> Objects.equals(now.attributes().get(name), bucket.attributes().get(name)));
        }
    }

    private static void requireSame(Optional<Blob> now, Blob then) {
        if (!now.equals(Optional.of(then))) {
            throw new ChangedException();
        }
    }

    /** Something is not any more as it was when it was decided on. */
    private static final class ChangedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ChangedException() {
            super(null, null, false, false);
        }
    }

    /** The platform stops. */
    private static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        StoppedException() {
            super(null, null, false, false);
        }
    }
}
