package org.kumiki.api.twin;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A question: what would come of the datacenter as it is now, and what if something were different?
 *
 * @param changes carried out in their order; none to look ahead only
 * @param ahead   how far, from 10 minutes to 7 days
 */
public record WhatIf(List<Change> changes, Duration ahead) {

    private static final Duration LEAST = Duration.ofMinutes(10);
    private static final Duration MOST = Duration.ofDays(7);

    public WhatIf {
        changes = List.copyOf(changes);
        if (ahead.compareTo(LEAST) < 0 || ahead.compareTo(MOST) > 0) {
            throw new IllegalArgumentException("one can look from 10 minutes to 7 days ahead, not " + ahead);
        }
        changes.stream().map(Change::until).filter(until -> until.compareTo(ahead) > 0).findFirst().ifPresent(late -> {
            throw new IllegalArgumentException("what is to happen within " + words(late) + " takes a look further ahead than " + words(ahead));
        });
    }

    private static String words(Duration time) {
        return time.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
