package org.kumiki.twin.study;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import org.kumiki.twin.trace.Rhythm;

/** A rhythm as a scenario has it: unlike the rhythm itself, it can be sent, and put in a digest. */
sealed interface Tempo extends Serializable {

    Rhythm rhythm();

    /** Its mean over a time, minute by minute. */
    default double mean(Duration length) {
        Rhythm rhythm = rhythm();
        return LongStream.range(0, length.toMinutes()).mapToDouble(minute -> rhythm.at(60 * minute)).average().orElse(0);
    }

    /** The most that it comes to in a time. */
    default double most(Duration length) {
        Rhythm rhythm = rhythm();
        return LongStream.rangeClosed(0, length.toMinutes()).mapToDouble(minute -> rhythm.at(60 * minute)).max().orElse(0);
    }

    /** One that has a name. */
    enum Usual implements Tempo {
        STEADY(Rhythm.steady()), OFFICE(Rhythm.office()), LEISURE(Rhythm.leisure()), ANIMOTO(Rhythm.animoto());

        private final Rhythm rhythm;

        Usual(Rhythm rhythm) {
            this.rhythm = rhythm;
        }

        @Override
        public Rhythm rhythm() {
            return rhythm;
        }
    }

    /** See {@link Rhythm#launch}. */
    record Launch(Duration at, double peak, Duration halfLife) implements Tempo {

        @Override
        public Rhythm rhythm() {
            return Rhythm.launch(at, peak, halfLife);
        }
    }

    /** See {@link Rhythm#growth}. */
    record Growth(double times, Duration begin, Duration time) implements Tempo {

        @Override
        public Rhythm rhythm() {
            return Rhythm.growth(times, begin, time);
        }
    }

    /** Each in the others, as a growing service has its days and nights. */
    record Product(List<Tempo> factors) implements Tempo {

        public Product {
            factors = List.copyOf(factors);
        }

        @Override
        public Rhythm rhythm() {
            return factors.stream().map(Tempo::rhythm).reduce(Rhythm::times).orElseThrow();
        }
    }
}
