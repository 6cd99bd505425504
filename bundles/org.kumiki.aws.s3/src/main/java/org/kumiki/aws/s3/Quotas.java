package org.kumiki.aws.s3;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Usage;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Refuses what there is no room for by an operator's quota, before it is taken in. Thread-safe. What is under way is counted, so that several who come
 * at once do not get more than there is. Where there are no quotas it costs nothing.
 */
@Component(service = Quotas.class)
public final class Quotas {

    private static final Usage NOTHING = new Usage(0, 0);

    /** A quota, and what counts for it. */
    private record Limit(String name, Quota quota, Supplier<Usage> usage) {
    }

    private final BlobStore store;
    private final AccountQuotas accounts;
    private final Map<String, Usage> held = new HashMap<>();

    @Activate
    public Quotas(@Reference BlobStore store, BundleContext context) {
        this(store, Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data")).resolve("s3-quotas"));
    }

    Quotas(BlobStore store, Path file) {
        this.store = store;
        this.accounts = new AccountQuotas(file);
    }

    Optional<Quota> ofBucket(Bucket bucket) {
        return Quota.of(bucket);
    }

    /** By the number of the account. */
    Map<String, Quota> ofAccounts() {
        return accounts.all();
    }

    void setOfBucket(String bucket, Quota quota) {
        store.update(bucket, old -> {
            Map<String, String> attributes = new HashMap<>(old);
            if (quota.isNone()) {
                attributes.remove(Quota.ATTRIBUTE);
            } else {
                attributes.put(Quota.ATTRIBUTE, quota.stored());
            }
            return attributes;
        });
    }

    void setOfAccount(String account, Quota quota) {
        accounts.set(account, quota);
    }

    /** Of all buckets of an account. The store counts what is in each, so this looks at no object. */
    Usage usageOfAccount(String account) {
        return store.buckets().stream().filter(bucket -> account.equals(bucket.attributes().get("owner"))).map(bucket -> store.usage(bucket.name()))
                .reduce(NOTHING, (one, other) -> new Usage(one.blobs() + other.blobs(), one.bytes() + other.bytes()));
    }

    /**
     * Room for an object.
     *
     * @param bytes -1 if it will turn out how many they are
     * @throws S3Exception QuotaExceeded
     */
    Room forObject(Bucket bucket, String key, long bytes) {
        List<Limit> limits = limits(bucket);
        return limits.isEmpty() ? Room.UNLIMITED : room(limits, bytes, 1, replaced(bucket, key));
    }

    /** Room for a part of one. */
    Room forPart(Bucket bucket, long bytes) {
        List<Limit> limits = limits(bucket);
        return limits.isEmpty() ? Room.UNLIMITED : room(limits, bytes, 0, NOTHING);
    }

    /** Room for an object of parts that are there. */
    Room forCompletion(Bucket bucket, String key) {
        List<Limit> limits = limits(bucket);
        return limits.isEmpty() ? Room.UNLIMITED : room(limits, 0, 1, replaced(bucket, key));
    }

    private List<Limit> limits(Bucket bucket) {
        String owner = bucket.attributes().getOrDefault("owner", "");
        Optional<Quota> ofAccount = accounts.of(owner);
        if (ofAccount.isEmpty() && !bucket.attributes().containsKey(Quota.ATTRIBUTE)) {
            return List.of();
        }
        List<Limit> limits = new ArrayList<>();
        ofBucket(bucket).ifPresent(quota -> limits.add(new Limit("the bucket " + bucket.name(), quota, () -> store.usage(bucket.name()))));
        ofAccount.ifPresent(quota -> limits.add(new Limit("the account " + owner, quota, () -> usageOfAccount(owner))));
        return limits;
    }

    /** What goes when an object comes. */
    private Usage replaced(Bucket bucket, String key) {
        boolean replaces = Versioning.of(bucket) != Versioning.ENABLED;
        return Optional.of(key).filter(name -> replaces).flatMap(name -> store.find(bucket.name(), name, Blob.ONLY)).filter(blob -> !blob.marker())
                .map(blob -> new Usage(1, blob.size())).orElse(NOTHING);
    }

    private Room room(List<Limit> limits, long bytes, long objects, Usage replaced) {
        Room room = new Room(more -> take(limits, more), less -> give(limits, less), replaced.bytes(), bytes < 0);
        room.take(Math.max(0, objects - replaced.blobs()), Math.max(0, bytes));
        return room;
    }

    private synchronized void take(List<Limit> limits, Usage more) {
        for (Limit limit : limits) {
            Usage used = limit.usage().get();
            Usage taken = held.getOrDefault(limit.name(), NOTHING);
            require(limit, "bytes", limit.quota().bytes(), used.bytes() + taken.bytes(), more.bytes());
            require(limit, "objects", limit.quota().objects(), used.blobs() + taken.blobs(), more.blobs());
        }
        limits.forEach(limit -> held.merge(limit.name(), more, (one, other) -> new Usage(one.blobs() + other.blobs(), one.bytes() + other.bytes())));
    }

    private static void require(Limit limit, String what, Optional<Long> most, long used, long more) {
        if (more > 0 && most.filter(count -> used + more > count).isPresent()) {
            throw new S3Exception(403, "QuotaExceeded", "The quota of " + limit.name() + " is " + most.get() + " " + what + ", and " + used
                    + " are taken. Delete something, or ask your operator for more.");
        }
    }

    private synchronized void give(List<Limit> limits, Usage less) {
        limits.forEach(limit -> held.compute(limit.name(), (name, before) -> {
            Usage left = new Usage(before.blobs() - less.blobs(), before.bytes() - less.bytes());
            return left.equals(NOTHING) ? null : left;
        }));
    }
}
