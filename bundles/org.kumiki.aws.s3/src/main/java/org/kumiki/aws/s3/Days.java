package org.kumiki.aws.s3;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** How long the days of lifecycles are. Real ones end at midnight UTC; shorter ones, for trying lifecycles out, are simply over. Pure. */
record Days(Duration length) {

    static final Days REAL = new Days(Duration.ofDays(1));

    /** The moment at which something is so many days old, as Amazon has it: the next midnight after them. */
    Instant after(Instant start, int days) {
        Instant then = start.plus(length.multipliedBy(days));
        Instant midnight = then.truncatedTo(ChronoUnit.DAYS);
        return !length.equals(REAL.length) || then.equals(midnight) ? then : midnight.plus(1, ChronoUnit.DAYS);
    }
}
