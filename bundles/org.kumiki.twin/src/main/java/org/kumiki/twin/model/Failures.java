package org.kumiki.twin.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * When hosts fail, and how long until they are repaired. The times between failures are drawn from an exponential distribution, if a host that has run for
 * long is as likely to fail as a new one; or from Weibull's, of which B. Schroeder and G. Gibson, A large-scale study of failures in high-performance
 * computing systems, DSN 2006, found it to fit better, with a shape of 0.7 to 0.8: who has failed fails again soon. (The shape is from memory and not
 * checked against the paper.) Repairs are exponential. Immutable; the same seed draws the same.
 *
 * @param between mean time between the end of a repair and the next failure, in seconds
 * @param repair  mean time that a repair takes, in seconds
 * @param shape   of Weibull's distribution; 1 for the exponential one
 */
public record Failures(double between, double repair, double shape) {

    public static final double MEASURED_SHAPE = 0.7;

    /** A time in which a host is gone, in seconds. */
    public record Outage(int host, double from, double to) {
    }

    public Failures {
        if (!(between > 0 && repair > 0 && shape > 0)) {
            throw new IllegalArgumentException("failures have times between them and repairs: " + between + " s, " + repair + " s, shape " + shape);
        }
    }

    public static Failures exponential(double between, double repair) {
        return new Failures(between, repair, 1);
    }

    public static Failures weibull(double between, double repair) {
        return new Failures(between, repair, MEASURED_SHAPE);
    }

    /** The share of the time in which a host is there, in the long run. */
    public double availability() {
        return between / (between + repair);
    }

    /** All outages of so many hosts that begin before an end, in the order in which they begin. A host's do not depend on how many others there are. */
    public List<Outage> outages(int hosts, double end, long seed) {
        List<Outage> outages = new ArrayList<>();
        ToDoubleFunction<SplittableRandom> next = next();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int host = 0; host < hosts; host++) {
            SplittableRandom random = seeds.split();
            for (double at = next.applyAsDouble(random); at < end;) {
                double back = at + repair * exponential(random);
                outages.add(new Outage(host, at, back));
                at = back + next.applyAsDouble(random);
            }
        }
        outages.sort(Comparator.comparingDouble(Outage::from));
        return outages;
    }

    /** Weibull's by inversion; its mean is the scale times &Gamma;(1 + 1/shape). */
    private ToDoubleFunction<SplittableRandom> next() {
        double scale = between / gamma(1 + 1 / shape);
        return random -> scale * Math.pow(exponential(random), 1 / shape);
    }

    private static double exponential(SplittableRandom random) {
        return -Math.log(1 - random.nextDouble());
    }

    /** &Gamma;(x) for x of at least 1, by Stirling's series for a larger one (M. Abramowitz and I. Stegun, Handbook of Mathematical Functions, 6.1.40). */
    static double gamma(double x) {
        double below = 1;
        double at = x;
        while (at < 10) {
            below *= at++;
        }
        double series = 1 / (12 * at) - 1 / (360 * Math.pow(at, 3)) + 1 / (1260 * Math.pow(at, 5));
        return Math.exp((at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series) / below;
    }
}
