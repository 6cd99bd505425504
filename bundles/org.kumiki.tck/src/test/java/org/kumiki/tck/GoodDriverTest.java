package org.kumiki.tck;

import org.junit.jupiter.api.Nested;
import org.kumiki.tck.junit.HypervisorTck;

import java.time.Duration;

/** A driver that does all as it should passes, whatever it declares. */
class GoodDriverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Nested
    class ThatCanDoAll implements HypervisorTck {

        @Override
        public TestBed testBed() {
            return new MemoryBed(GoodDriver::new, PATIENCE);
        }
    }

    @Nested
    class ThatCanDoNothing implements HypervisorTck {

        @Override
        public TestBed testBed() {
            return new MemoryBed(world -> new GoodDriver(world, GoodDriver.NONE), PATIENCE);
        }
    }
}
