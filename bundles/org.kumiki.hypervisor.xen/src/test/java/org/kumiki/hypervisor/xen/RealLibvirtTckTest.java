package org.kumiki.hypervisor.xen;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.kumiki.api.model.HostId;
import org.kumiki.hypervisor.libvirt.XenLibvirt;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with a real host of Xen through the libvirt in its dom0. It takes long, and so is a part of {@code kumiki test --xen} only. */
@Tag("guest")
class RealLibvirtTckTest implements HypervisorTck {

    private static final HostId HOST = new HostId("xen-by-libvirt");

    @Override
    public TestBed testBed() throws Exception {
        RealBed.assumeWanted();
        XenMachine machine = XenMachine.number(1);
        int port = machine.libvirt();
        return new RealBed(List.of(machine), HOST, () -> {
            XenLibvirt libvirt = new XenLibvirt(HOST, port);
            return new XenBed.Running(libvirt.driver(), libvirt::close);
        });
    }
}
