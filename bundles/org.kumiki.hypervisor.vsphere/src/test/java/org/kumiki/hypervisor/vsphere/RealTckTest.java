package org.kumiki.hypervisor.vsphere;

import java.io.IOException;

import org.junit.jupiter.api.Tag;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with copies of a template under the simulator's vCenter. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @Override
    public TestBed testBed() throws IOException {
        return SimulatorBed.ofTemplate();
    }
}
