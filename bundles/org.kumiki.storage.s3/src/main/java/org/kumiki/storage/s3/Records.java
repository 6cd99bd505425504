package org.kumiki.storage.s3;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.blob.BlobException;

/**
 * The small objects of the cluster that say what there is. Some of those that were read last are remembered, and used again only if the cluster says
 * that they are still the same. Thread-safe.
 */
final class Records {

    private static final int REMEMBERED_BYTES = 16 << 20;
    private static final int PAGE = 1_000;

    private final Cluster cluster;
    private final Workers workers;
    /** By name; what was used last is last. */
    private final Map<String, Found<?>> remembered = new LinkedHashMap<>(16, 0.75f, true);
    private long rememberedBytes;

    /** A record as the cluster has it. */
    record Found<T>(T value, String etag, int length) {
    }

    Records(Cluster cluster, Workers workers) {
        this.cluster = cluster;
        this.workers = workers;
    }

    <T> Optional<Found<T>> get(String name, Class<T> type) {
        Optional<Cluster.Stored> stored = cluster.get(name);
        if (stored.isEmpty()) {
            forget(name);
        }
        return stored.map(object -> remember(name, new Found<>(Codec.decode(name, object.bytes(), type), object.etag(), object.bytes().length)));
    }

    /** Those that a list has shown, without what has gone since, in its order. */
    <T> List<T> all(List<Cluster.Item> items, Class<T> type) {
        return workers.all(items, item -> remembered(item.name(), type).filter(found -> found.etag().equals(item.etag()))
                .or(() -> get(item.name(), type))).stream().flatMap(Optional::stream).map(Found::value).toList();
    }

    /** All whose names begin so, in the order of their names. They have to be few enough for the memory. */
    <T> List<T> all(String prefix, Class<T> type) {
        return all(names(prefix), type);
    }

    List<Cluster.Item> names(String prefix) {
        List<Cluster.Item> all = new ArrayList<>();
        for (Cluster.Page page = cluster.list(prefix, "", PAGE);; page = cluster.list(prefix, all.get(all.size() - 1).name(), PAGE)) {
            all.addAll(page.items());
            if (!page.more()) {
                return all;
            }
        }
    }

    /** What was read or written last under a name; it may have been replaced since. */
    @SuppressWarnings("unchecked")
    synchronized <T> Optional<Found<T>> remembered(String name, Class<T> type) {
        return Optional.ofNullable(remembered.get(name)).filter(found -> type.isInstance(found.value())).map(found -> (Found<T>) found);
    }

    /**
     * Writes a record. If the cluster does not say whether it has, it is asked what it has now.
     *
     * @param before what it takes the place of, if there is anything
     * @throws UndecidedException if it may have been written all the same
     */
    <T> Found<T> put(String name, T value, Optional<Found<T>> before) {
        byte[] bytes = Codec.encode(value);
        Condition condition = before.map(found -> Condition.is(found.etag())).orElse(Condition.NOTHING);
        try {
            String etag = cluster.put(name, bytes, condition);
            return remember(name, new Found<>(value, etag, bytes.length));
        } catch (Cluster.ConditionFailedException e) {
            forget(name);
            Optional<Cluster.Stored> now = cluster.get(name);
            if (condition.etag().isPresent() && now.map(Cluster.Stored::etag).equals(condition.etag())) {
                cluster.misunderstood(e);
                return put(name, value, before);
            }
            // What is there may be this one, if the answer to an attempt before was lost.
            return now.flatMap(stored -> same(name, value, bytes, stored)).orElseThrow(() -> Failures.changed(name));
        } catch (UndecidedException e) {
            return thereAfterAll(name, value, bytes).orElseThrow(() -> e);
        }
    }

    private <T> Optional<Found<T>> same(String name, T value, byte[] bytes, Cluster.Stored stored) {
        return Arrays.equals(stored.bytes(), bytes) ? Optional.of(remember(name, new Found<>(value, stored.etag(), bytes.length))) : Optional.empty();
    }

    private <T> Optional<Found<T>> thereAfterAll(String name, T value, byte[] bytes) {
        forget(name);
        try {
            return cluster.get(name).flatMap(stored -> same(name, value, bytes, stored));
        } catch (BlobException stillNoAnswer) {
            return Optional.empty();
        }
    }

    /** Does nothing if there is none. */
    void delete(String name) {
        forget(name);
        cluster.delete(name);
    }

    private synchronized <T> Found<T> remember(String name, Found<T> found) {
        forget(name);
        remembered.put(name, found);
        rememberedBytes += weight(name, found);
        for (var oldest = remembered.entrySet().iterator(); rememberedBytes > REMEMBERED_BYTES && oldest.hasNext();) {
            Map.Entry<String, Found<?>> entry = oldest.next();
            rememberedBytes -= weight(entry.getKey(), entry.getValue());
            oldest.remove();
        }
        return found;
    }

    private synchronized void forget(String name) {
        Found<?> found = remembered.remove(name);
        if (found != null) {
            rememberedBytes -= weight(name, found);
        }
    }

    private static int weight(String name, Found<?> found) {
        return name.length() + found.length();
    }
}
