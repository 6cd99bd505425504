package org.kumiki.hypervisor.xen;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.kumiki.api.model.HostId;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with two real hosts. It takes long, and so is a part of {@code kumiki test --xen} only. */
@Tag("guest")
class RealTckTest implements HypervisorTck {

    @Override
    public TestBed testBed() throws Exception {
        RealBed.assumeWanted();
        List<XenMachine> machines = List.of(XenMachine.number(1), XenMachine.number(2));
        return new RealBed(machines, new HostId("xen1"), () -> {
            XenHypervisor driver = new XenHypervisor(Guests.SETTINGS);
            machines.forEach(machine -> driver.addNode(machine.node()));
            return new XenBed.Running(driver, driver::stop);
        }) {

            @Override
            public HostId destination() {
                return new HostId("xen2");
            }
        };
    }
}
