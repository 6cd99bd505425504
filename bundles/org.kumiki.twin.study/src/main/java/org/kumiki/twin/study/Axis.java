package org.kumiki.twin.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis of a plot, from a round number to a round number.
 *
 * @param step    between two ticks
 * @param pixelOf where {@code from} is, in pixels, and
 * @param pixelTo where {@code to} is
 */
record Axis(double from, double to, double step, double pixelOf, double pixelTo) {

    /** One that has all from least to most on it, with about so many ticks. */
    static Axis over(double least, double most, int ticks, double pixelOf, double pixelTo) {
        double span = most > least ? most - least : most == 0 ? 1 : Math.abs(most);
        double rough = span / ticks;
        double decade = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = (rough <= decade ? 1 : rough <= 2 * decade ? 2 : rough <= 5 * decade ? 5 : 10) * decade;
        double from = Math.floor(least / step) * step;
        return new Axis(from, Math.max(from + step, Math.ceil(most / step) * step), step, pixelOf, pixelTo);
    }

    /** One of time in minutes: ticks at whole hours or days. */
    static Axis time(double minutes, int ticks, double pixelOf, double pixelTo) {
        double step = 15;
        for (double each : new double[] { 15, 30, 60, 120, 240, 360, 720, 1_440, 2_880, 10_080, 20_160, 43_200 }) {
            step = each;
            if (minutes / each <= ticks) {
                break;
            }
        }
        return new Axis(0, Math.ceil(minutes / step) * step, step, pixelOf, pixelTo);
    }

    double at(double value) {
        return pixelOf + (value - from) / (to - from) * (pixelTo - pixelOf);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        for (int index = 0; from + index * step <= to + step / 1e6; index++) {
            ticks.add(from + index * step);
        }
        return ticks;
    }

    /** A tick as people read it, with as many digits as the step has. */
    String shown(double tick) {
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%,." + digits + "f", tick == 0 ? 0.0 : tick);
    }
}
