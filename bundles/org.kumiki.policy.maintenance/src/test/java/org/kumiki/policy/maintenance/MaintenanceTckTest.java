package org.kumiki.policy.maintenance;

import org.kumiki.api.policy.Policy;
import org.kumiki.tck.junit.PolicyTck;

class MaintenanceTckTest implements PolicyTck {

    @Override
    public Policy policy() {
        return new Maintenance(0.8);
    }
}
