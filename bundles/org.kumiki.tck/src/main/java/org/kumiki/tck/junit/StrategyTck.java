package org.kumiki.tck.junit;

import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.tck.brain.BrainTck;
import org.osgi.annotation.versioning.ConsumerType;

/** The checks as tests of a migration strategy: a test class implements this and makes one. */
@ConsumerType
public interface StrategyTck {

    /** The migration strategy as it is by default. */
    MigrationStrategy strategy();

    @TestFactory
    default Stream<DynamicTest> everyCheckOfAStrategy() {
        return BrainTests.of("migration strategy", BrainTck.strategy(), strategy());
    }
}
