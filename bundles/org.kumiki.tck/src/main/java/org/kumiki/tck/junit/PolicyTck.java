package org.kumiki.tck.junit;

import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.kumiki.api.policy.Policy;
import org.kumiki.tck.brain.BrainTck;
import org.osgi.annotation.versioning.ConsumerType;

/** The checks as tests of a policy: a test class implements this and makes one. */
@ConsumerType
public interface PolicyTck {

    /** The policy as it is by default. */
    Policy policy();

    @TestFactory
    default Stream<DynamicTest> everyCheckOfAPolicy() {
        return BrainTests.of("policy", BrainTck.policy(), policy());
    }
}
