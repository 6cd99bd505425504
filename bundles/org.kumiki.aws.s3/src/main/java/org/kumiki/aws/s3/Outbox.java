package org.kumiki.aws.s3;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;

/**
 * Events that have not been sent yet, on stable storage: each is a blob without bytes in a bucket that has no owner, and so is nobody's. Thread-safe.
 */
final class Outbox {

    /** No client can make a bucket of that name. */
    static final String BUCKET = ".s3-events";
    private static final int PAGE = 1000;

    private final BlobStore store;
    private final AtomicLong last = new AtomicLong();

    Outbox(BlobStore store) {
        this.store = store;
    }

    /** Greater than all before, also those before the platform started. */
    String nextId(Instant now) {
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        return "%016x".formatted(last.updateAndGet(before -> Math.max(before + 1, micros)));
    }

    void add(Event event) {
        try {
            put(event);
        } catch (BlobException e) {
            if (e.reason() != Reason.NO_SUCH_BUCKET) {
                throw e;
            }
            create();
            put(event);
        }
    }

    private void put(Event event) {
        store.put(BUCKET, event.id(), List.of(), event.stored(), Keeping.REPLACE, Precondition.NONE);
    }

    private void create() {
        try {
            store.create(new Bucket(BUCKET, Instant.now(), Map.of()));
        } catch (BlobException e) {
            if (e.reason() != Reason.BUCKET_EXISTS) { // somebody else was quicker
                throw e;
            }
        }
    }

    void remove(Event event) {
        store.delete(BUCKET, event.id(), Blob.ONLY, blob -> {
        });
    }

    /** In the order of their coming. What is there when the platform starts may not have happened. */
    List<Event> all() {
        List<Event> events = new ArrayList<>();
        String after = "";
        boolean more = store.bucket(BUCKET).isPresent();
        while (more) {
            Listing page = store.list(BUCKET, new Query("", "", after, "", PAGE, false));
            page.blobs().forEach(blob -> events.add(Event.of(blob.key(), blob.attributes())));
            more = page.truncated();
            after = page.last();
        }
        if (!events.isEmpty()) {
            last.set(Long.parseLong(events.get(events.size() - 1).id(), 16));
        }
        return events;
    }
}
