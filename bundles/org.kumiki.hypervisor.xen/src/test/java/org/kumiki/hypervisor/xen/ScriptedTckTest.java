package org.kumiki.hypervisor.xen;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.Disk;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with a dom0 that is a script: what the driver makes of xl's answers. That they are right, the real host proves. */
class ScriptedTckTest implements HypervisorTck {

    @Override
    public TestBed testBed() {
        return new Bed(new ScriptedDom0());
    }

    private static final class Bed extends XenBed {

        private static final XenSettings SETTINGS = new XenSettings(Optional.of(GuestType.PV), "native", 8, 0.95, 0, Duration.ofSeconds(1),
                Duration.ofSeconds(5), 8_002);
        private static final int DISK_MIB = 8;

        private final ScriptedDom0 dom0;

        Bed(ScriptedDom0 dom0) {
            super(() -> {
                XenHypervisor driver = new XenHypervisor(SETTINGS);
                driver.addNode(dom0);
                return new Running(driver, driver::stop);
            });
            this.dom0 = dom0;
            dom0.put(Path.of("/guest/kernel"), "");
            dom0.put(Path.of("/guest/initrd"), "");
        }

        @Override
        public HostId host() {
            return new HostId("xen1");
        }

        @Override
        public void end(InstanceId guest) {
            dom0.end(guest.value());
        }

        /** One that has to be shown. */
        @Override
        public GuestDisk volume(VolumeId id) {
            Path file = Path.of("/volumes", id.value());
            dom0.put(file, "");
            return new GuestDisk(id, new Disk(file, Disk.Format.QCOW2, DISK_MIB), "/dev/sdf");
        }

        @Override
        public Set<String> traces(InstanceId guest) {
            return dom0.traces(guest.value());
        }
    }
}
