package org.kumiki.twin.trace;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes traces up: machines of an enterprise, as the lecture has them that Kumiki comes from: quiet at night, busy by day, busiest before and after
 * lunch, and less on weekends; each around a level of its own, of which most are low, as on PlanetLab (mean use 9 to 12 %, Beloglazov and Buyya 2012,
 * table II), and with a noise that lasts a while.
 */
public final class Workdays {

    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final int A_DAY = 288;
    private static final double MEAN = 12;
    private static final double NOISE = 4;
    /** What is left of a deviation after an interval. */
    private static final double LASTS = 0.7;
    private static final double WEEKEND = 0.4;

    private Workdays() {
    }

    /**
     * The same traces for the same seed.
     *
     * @param days from a Monday on
     */
    public static CpuTraces traces(int machines, int days, long seed) {
        List<String> names = IntStream.range(0, machines).mapToObj(machine -> String.format("machine-%06d", machine)).toList();
        SplittableRandom random = new SplittableRandom(seed);
        byte[][] percent = new byte[machines][];
        for (int machine = 0; machine < machines; machine++) {
            percent[machine] = machine(days, random.split());
        }
        return new CpuTraces(names, INTERVAL, percent);
    }

    private static byte[] machine(int days, SplittableRandom random) {
        double level = -MEAN * Math.log(1 - random.nextDouble());
        byte[] percent = new byte[days * A_DAY];
        double deviation = 0;
        for (int sample = 0; sample < percent.length; sample++) {
            deviation = LASTS * deviation + NOISE * random.nextGaussian();
            double use = level * busy(sample / A_DAY, sample % A_DAY * 24.0 / A_DAY) + deviation;
            percent[sample] = (byte) Math.max(1, Math.min(100, Math.round(use)));
        }
        return percent;
    }

    /** How busy an hour is, of a mean of about one. */
    static double busy(int day, double hour) {
        double work = 0.5 + 1.3 * bell(hour, 10.5, 2) + 1.3 * bell(hour, 15, 2.5);
        return day % 7 < 5 ? work : WEEKEND * work;
    }

    private static double bell(double hour, double at, double width) {
        return Math.exp(-(hour - at) * (hour - at) / (2 * width * width));
    }
}
