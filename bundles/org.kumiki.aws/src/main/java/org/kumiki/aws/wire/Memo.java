package org.kumiki.aws.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Remembers what a pure function came to, where the same inputs come again and again. Thread-safe; the function may be asked the same twice.
 *
 * @param <K> compared by {@code equals}
 */
public final class Memo<K, V> {

    private final int most;
    private final Function<K, V> function;
    private final Map<K, V> known = new ConcurrentHashMap<>();

    /**
     * @param most     inputs to remember; with more it starts over, since clients may invent some
     * @param function answers without null, or throws, which is not remembered
     */
    public Memo(int most, Function<K, V> function) {
        this.most = most;
        this.function = function;
    }

    public V get(K input) {
        V value = known.get(input);
        if (value == null) {
            value = function.apply(input);
            if (known.size() >= most) {
                known.clear();
            }
            known.put(input, value);
        }
        return value;
    }
}
