package org.kumiki.policy.stochastic;

import org.kumiki.api.policy.Policy;
import org.kumiki.tck.junit.PolicyTck;

class StochasticTckTest implements PolicyTck {

    @Override
    public Policy policy() {
        return new Stochastic(1, 1.5, 30);
    }
}
