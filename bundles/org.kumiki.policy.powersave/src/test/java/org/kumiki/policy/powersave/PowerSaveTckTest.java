package org.kumiki.policy.powersave;

import java.time.Duration;

import org.kumiki.api.policy.Policy;
import org.kumiki.tck.junit.PolicyTck;

class PowerSaveTckTest implements PolicyTck {

    @Override
    public Policy policy() {
        return new PowerSave(new PowerSave.Settings(Duration.ofHours(1), 0.8, 0.88, 1, Duration.ofHours(1), 3));
    }
}
