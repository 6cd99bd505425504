package org.kumiki.api.forecast;

import java.time.Duration;
import java.util.List;

/**
 * What is foreseen.
 *
 * @param total    how long it takes
 * @param downtime how long the instance stands still; zero for a start or a stop
 * @param bytes    that are sent; 0 unless a running instance moves
 * @param loads    of the hosts of which it can be told
 */
public record Forecast(Duration total, Duration downtime, long bytes, List<HostLoad> loads) {

    public Forecast {
        if (total.isNegative() || downtime.isNegative() || bytes < 0) {
            throw new IllegalArgumentException("nothing takes less than no time: " + total + ", " + downtime + ", " + bytes + " bytes");
        }
        loads = List.copyOf(loads);
    }

    /** One that says nothing of hosts. */
    public Forecast(Duration total, Duration downtime, long bytes) {
        this(total, downtime, bytes, List.of());
    }

    public Forecast with(List<HostLoad> others) {
        return new Forecast(total, downtime, bytes, others);
    }
}
