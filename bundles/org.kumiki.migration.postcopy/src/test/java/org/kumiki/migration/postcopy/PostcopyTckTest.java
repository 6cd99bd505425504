package org.kumiki.migration.postcopy;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.tck.junit.StrategyTck;

class PostcopyTckTest implements StrategyTck {

    @Override
    public MigrationStrategy strategy() {
        return new Postcopy(1);
    }
}
