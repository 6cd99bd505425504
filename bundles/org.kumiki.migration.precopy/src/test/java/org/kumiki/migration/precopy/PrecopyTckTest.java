package org.kumiki.migration.precopy;

import java.time.Duration;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.tck.junit.StrategyTck;

class PrecopyTckTest implements StrategyTck {

    @Override
    public MigrationStrategy strategy() {
        return new Precopy(new Precopy.Limits(0, 0.2, 0.1, 0.8, 3, Duration.ofMinutes(30)));
    }
}
