package org.kumiki.migration.stopcopy;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.tck.junit.StrategyTck;

class StopCopyTckTest implements StrategyTck {

    @Override
    public MigrationStrategy strategy() {
        return new StopCopy();
    }
}
