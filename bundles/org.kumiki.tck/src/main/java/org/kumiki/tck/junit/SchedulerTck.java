package org.kumiki.tck.junit;

import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.tck.brain.BrainTck;
import org.osgi.annotation.versioning.ConsumerType;

/** The checks as tests of a scheduler: a test class implements this and makes one. */
@ConsumerType
public interface SchedulerTck {

    /** The scheduler as it is by default. */
    Scheduler scheduler();

    @TestFactory
    default Stream<DynamicTest> everyCheckOfAScheduler() {
        return BrainTests.of("scheduler", BrainTck.scheduler(), scheduler());
    }
}
