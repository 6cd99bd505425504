package org.kumiki.twin.study;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Says how far a study is: on a terminal in one line that changes, elsewhere in a line each tenth. Thread-safe. */
final class Progress {

    private static final int TENTHS = 10;
    private static final long REDRAW_NANOS = 200_000_000;

    private final PrintStream out;
    private final boolean isTerminal;
    private final LongSupplier nanos;
    private final int all;
    private final long begin;
    private int ended;
    private int failed;
    private long drawn;

    /**
     * @param all   how many runs there are
     * @param nanos the time, as {@link System#nanoTime()} has it
     */
    Progress(PrintStream out, boolean isTerminal, int all, LongSupplier nanos) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.all = all;
        this.nanos = nanos;
        begin = nanos.getAsLong();
    }

    /** A run has ended. */
    synchronized void ended(boolean well) {
        int before = ended * TENTHS / all;
        ended++;
        failed += well ? 0 : 1;
        long now = nanos.getAsLong();
        if (isTerminal && (ended == all || now - drawn > REDRAW_NANOS)) {
            drawn = now;
            out.print("\r" + line(now) + "\u001b[K" + (ended == all ? "\n" : ""));
            out.flush();
        } else if (!isTerminal && ended * TENTHS / all > before) {
            out.println(line(now));
        }
    }

    private String line(long now) {
        long took = now - begin;
        String left = ended == all ? "took " + shown(took) : "about " + shown(took / ended * (all - ended)) + " left";
        return String.format(Locale.ROOT, "%d of %d runs, %d %%, %s%s", ended, all, 100L * ended / all, left,
                failed == 0 ? "" : ", " + failed + " failed");
    }

    static String shown(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        if (time.toSeconds() < 60) {
            return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
        }
        return time.toMinutes() < 60 ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toHours() + " h " + time.toMinutesPart() + " min";
    }
}
