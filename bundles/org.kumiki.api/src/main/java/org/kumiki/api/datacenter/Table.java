package org.kumiki.api.datacenter;

import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Things of one kind, by key. Immutable. They are walked in an order that does not change while a thing is there, so that a client can
 * page through them.
 */
@ProviderType
public interface Table<K, V> extends Iterable<V> {

    Optional<V> find(K key);

    int size();

    default Stream<V> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), Spliterator.IMMUTABLE | Spliterator.NONNULL), false);
    }
}
