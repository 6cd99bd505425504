package org.kumiki.gateway;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** How much there was, and is. */
final class Counters {

    final AtomicInteger underWay = new AtomicInteger();
    final AtomicLong bodyBytes = new AtomicLong();
    final LongAdder requests = new LongAdder();
    final LongAdder waited = new LongAdder();
    final LongAdder clientErrors = new LongAdder();
    final LongAdder serverErrors = new LongAdder();

    void count(int status) {
        requests.increment();
        if (status >= 500) {
            serverErrors.increment();
        } else if (status >= 400) {
            clientErrors.increment();
        }
    }

    @Override
    public String toString() {
        return requests + " requests (" + clientErrors + " answered 4xx, " + serverErrors + " answered 5xx), " + waited
                + " of them waited for a service; " + underWay + " under way with " + bodyBytes + " bytes of bodies";
    }
}
