package org.kumiki.migration.cold;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.tck.junit.StrategyTck;

class ColdTckTest implements StrategyTck {

    @Override
    public MigrationStrategy strategy() {
        return new Cold();
    }
}
