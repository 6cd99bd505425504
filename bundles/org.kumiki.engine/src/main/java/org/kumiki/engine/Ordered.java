package org.kumiki.engine;

import java.util.Iterator;
import java.util.Optional;

import org.kumiki.api.datacenter.Table;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;

/** A persistent table that is walked in the order in which its things first came in. Every change makes a new one; both stay valid. */
final class Ordered<K, V> implements Table<K, V> {

    private final HashPMap<K, Long> places;
    private final TreePMap<Long, V> values;
    private final long next;

    private Ordered(HashPMap<K, Long> places, TreePMap<Long, V> values, long next) {
        this.places = places;
        this.values = values;
        this.next = next;
    }

    static <K, V> Ordered<K, V> empty() {
        return new Ordered<>(HashTreePMap.empty(), TreePMap.empty(), 0);
    }

    Ordered<K, V> with(K key, V value) {
        Long place = places.get(key);
        return place != null ? new Ordered<>(places, values.plus(place, value), next)
                : new Ordered<>(places.plus(key, next), values.plus(next, value), next + 1);
    }

    Ordered<K, V> without(K key) {
        Long place = places.get(key);
        return place == null ? this : new Ordered<>(places.minus(key), values.minus(place), next);
    }

    @Override
    public Optional<V> find(K key) {
        Long place = places.get(key);
        return place == null ? Optional.empty() : Optional.of(values.get(place));
    }

    @Override
    public int size() {
        return places.size();
    }

    /** The thing that came in first; only if there is any. */
    V first() {
        return values.firstEntry().getValue();
    }

    /** The thing that came in last; only if there is any. */
    V last() {
        return values.lastEntry().getValue();
    }

    @Override
    public Iterator<V> iterator() {
        return values.values().iterator();
    }
}
