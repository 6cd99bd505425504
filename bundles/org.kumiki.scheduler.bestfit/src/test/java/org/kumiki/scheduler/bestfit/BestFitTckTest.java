package org.kumiki.scheduler.bestfit;

import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.tck.junit.SchedulerTck;

class BestFitTckTest implements SchedulerTck {

    @Override
    public Scheduler scheduler() {
        return new BestFit();
    }
}
