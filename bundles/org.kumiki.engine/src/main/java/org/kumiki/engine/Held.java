package org.kumiki.engine;

import java.util.List;
import java.util.Optional;

import org.kumiki.api.model.InstanceId;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/** Which things of one kind each instance holds, so that nobody has to look through all of them. Every change makes a new one. */
final class Held<K> {

    private final HashPMap<InstanceId, PVector<K>> things;

    private Held(HashPMap<InstanceId, PVector<K>> things) {
        this.things = things;
    }

    static <K> Held<K> nothing() {
        return new Held<>(HashTreePMap.empty());
    }

    List<K> by(InstanceId instance) {
        return things.getOrDefault(instance, TreePVector.empty());
    }

    /** After a thing went from one instance, if it was on one, to another. */
    Held<K> moved(K thing, Optional<InstanceId> from, Optional<InstanceId> to) {
        if (from.equals(to)) {
            return this;
        }
        HashPMap<InstanceId, PVector<K>> changed = things;
        if (from.isPresent()) {
            PVector<K> left = changed.getOrDefault(from.get(), TreePVector.empty()).minus((Object) thing);
            changed = left.isEmpty() ? changed.minus(from.get()) : changed.plus(from.get(), left);
        }
        if (to.isPresent()) {
            changed = changed.plus(to.get(), changed.getOrDefault(to.get(), TreePVector.empty()).plus(thing));
        }
        return new Held<>(changed);
    }
}
