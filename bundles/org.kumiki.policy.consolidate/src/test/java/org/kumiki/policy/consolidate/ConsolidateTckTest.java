package org.kumiki.policy.consolidate;

import java.time.Duration;

import org.kumiki.api.policy.Policy;
import org.kumiki.tck.junit.PolicyTck;

class ConsolidateTckTest implements PolicyTck {

    @Override
    public Policy policy() {
        return new Consolidate(0.8, 256, Duration.ofHours(1), 6, 0);
    }
}
