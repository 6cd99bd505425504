package org.kumiki.bench.twin;

import org.kumiki.bench.plan.Filling;
import org.kumiki.scheduler.bestfit.BestFit;

/** Guests that the production scheduler places, in a Java of its own. */
final class PlacedGuests {

    private PlacedGuests() {
    }

    /** @param arguments how many hosts, how many guests, and how many of them, which are alike, are asked for at once */
    public static void main(String[] arguments) {
        Filling.Filled filled = new Filling(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])).by(new BestFit());
        System.out.println(Jvm.OUTCOME + filled.guests() + " " + filled.hostsUsed());
    }
}
