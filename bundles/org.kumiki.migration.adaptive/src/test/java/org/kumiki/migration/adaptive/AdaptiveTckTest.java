package org.kumiki.migration.adaptive;

import java.time.Duration;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.tck.junit.StrategyTck;

class AdaptiveTckTest implements StrategyTck {

    @Override
    public MigrationStrategy strategy() {
        return new Adaptive(0.8, 2, Duration.ofMinutes(30));
    }
}
