package org.kumiki.twin.trace;

/**
 * Chance that is a function of time, so that it can be asked in any order: values from a normal distribution every few minutes, each mixed from the seed and
 * its number, linear between.
 */
final class Noise {

    private static final double INTERVAL = 300;

    private final long seed;

    Noise(long seed) {
        this.seed = seed;
    }

    double at(double seconds) {
        double at = Math.max(0, seconds) / INTERVAL;
        long before = (long) at;
        double from = gaussian(before);
        return from + (at - before) * (gaussian(before + 1) - from);
    }

    /** Box and Muller's. */
    private double gaussian(long number) {
        double radius = Math.sqrt(-2 * Math.log(1 - uniform(2 * number)));
        return radius * Math.cos(2 * Math.PI * uniform(2 * number + 1));
    }

    private double uniform(long number) {
        return (mix(seed + number * 0x9E3779B97F4A7C15L) >>> 11) * 0x1p-53;
    }

    /** The finalizer of SplitMix64 (G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, OOPSLA 2014). */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
