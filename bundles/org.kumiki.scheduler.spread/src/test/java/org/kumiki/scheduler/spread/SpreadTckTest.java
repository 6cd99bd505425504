package org.kumiki.scheduler.spread;

import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.tck.junit.SchedulerTck;

class SpreadTckTest implements SchedulerTck {

    @Override
    public Scheduler scheduler() {
        return new Spread();
    }
}
