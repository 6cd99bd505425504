package org.kumiki.engine;

import java.util.Optional;

/** That a thing is now as given, or gone. What the journal keeps are changes; carried out in order they make the world again. */
record Change<K, V>(Entity<K, V> entity, K key, Optional<V> value) {
}
