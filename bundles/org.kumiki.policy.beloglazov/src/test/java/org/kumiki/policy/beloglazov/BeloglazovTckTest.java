package org.kumiki.policy.beloglazov;

import org.kumiki.api.policy.Policy;
import org.kumiki.tck.junit.PolicyTck;

class BeloglazovTckTest implements PolicyTck {

    @Override
    public Policy policy() {
        return new Beloglazov("iqr", 1.5, "mmt");
    }
}
