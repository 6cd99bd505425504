package org.kumiki.twin.trace;

import java.time.Duration;

/**
 * How load goes up and down: by the hour, by the day, and over the life of a service, which is why datacenters are virtualized (H. Nakada's lecture, 2008,
 * from which Kumiki comes). A pure function of time; 1 stands for what is usual. Time begins at midnight before a Monday.
 */
@FunctionalInterface
public interface Rhythm {

    /** @param seconds since it began */
    double at(double seconds);

    /** Always the same. */
    static Rhythm steady() {
        return seconds -> 1;
    }

    /** An office: quiet at night, busiest before and after lunch, less on weekends; 1 on the average of a workday. */
    static Rhythm office() {
        return seconds -> {
            double hour = seconds / 3_600 % 24;
            double work = 0.5 + 1.47 * bell(hour, 10.5, 1.5) + 1.47 * bell(hour, 15, 1.75);
            return (long) (seconds / 86_400) % 7 < 5 ? work : 0.4 * work;
        };
    }

    /** What people look at in their free time: most at half past twelve and in the evening, and more on weekends. */
    static Rhythm leisure() {
        return seconds -> {
            double hour = seconds / 3_600 % 24;
            double work = 0.35 + 1.5 * bell(hour, 12.5, 0.8) + 1.2 * bell(hour, 20.5, 2);
            double free = 0.45 + 1.3 * bell(hour, 15, 4) + 1.2 * bell(hour, 20.5, 2);
            return (long) (seconds / 86_400) % 7 < 5 ? work : free;
        };
    }

    /**
     * A service that is launched: nothing before, all at once, and then half of what was too much is lost after every half-life.
     *
     * @param at     since the rhythm began
     * @param height of the peak, of what stays
     */
    static Rhythm launch(Duration at, double height, Duration halfLife) {
        return seconds -> {
            double since = seconds - at.toSeconds();
            return since < 0 ? 0 : 1 + (height - 1) * Math.pow(0.5, since / halfLife.toSeconds());
        };
    }

    /**
     * Exponential growth from 1 on.
     *
     * @param to    so many times as much
     * @param begin of the growth
     * @param time  that it takes
     */
    static Rhythm growth(double to, Duration begin, Duration time) {
        return seconds -> Math.pow(to, Math.max(0, Math.min(1, (seconds - begin.toSeconds()) / time.toSeconds())));
    }

    /** Animoto, which grew from 50 servers on EC2 to 3,500 in three days of April 2008; from the second day on. */
    static Rhythm animoto() {
        return growth(3_500 / 50.0, Duration.ofDays(1), Duration.ofDays(3));
    }

    /** One in the other, as a growing service has its days and nights. */
    default Rhythm times(Rhythm other) {
        return seconds -> at(seconds) * other.at(seconds);
    }

    private static double bell(double hour, double at, double width) {
        double apart = Math.min(Math.abs(hour - at), 24 - Math.abs(hour - at));
        return Math.exp(-apart * apart / (2 * width * width));
    }
}
