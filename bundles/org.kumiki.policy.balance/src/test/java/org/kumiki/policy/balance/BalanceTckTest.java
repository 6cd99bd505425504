package org.kumiki.policy.balance;

import java.time.Duration;

import org.kumiki.api.policy.Policy;
import org.kumiki.tck.junit.PolicyTck;

class BalanceTckTest implements PolicyTck {

    @Override
    public Policy policy() {
        return new Balance(new Balance.Settings(0.85, 0.7, 0.2, 0.1, 0.01, 100, Duration.ofHours(1), 6));
    }
}
