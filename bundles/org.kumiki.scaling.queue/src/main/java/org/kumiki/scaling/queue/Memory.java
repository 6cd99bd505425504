package org.kumiki.scaling.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What was wanted of late. A number is forgotten when a later one is larger, so that a day's look back costs little.
 *
 * @param numbers in the order of their times, each smaller than the one before
 */
record Memory(List<Number> numbers) {

    /** So many workers were wanted then. */
    record Number(Instant at, int workers) {
    }

    /** Of a group that is first seen: nobody is ended because nothing is known. */
    static Memory of(Instant now, int workers) {
        return new Memory(List.of(new Number(now, workers)));
    }

    Memory and(Instant now, int workers) {
        List<Number> more = new ArrayList<>(numbers);
        while (!more.isEmpty() && more.get(more.size() - 1).workers() <= workers) {
            more.remove(more.size() - 1);
        }
        more.add(new Number(now, workers));
        return new Memory(List.copyOf(more));
    }

    Memory since(Instant time) {
        return new Memory(numbers.stream().filter(number -> !number.at().isBefore(time)).toList());
    }

    int highest() {
        return numbers.stream().mapToInt(Number::workers).max().orElse(0);
    }
}
