package org.kumiki.tck;

import java.nio.file.Files;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.HostId;

/** A good driver that runs no guest without a root disk. */
public final class DiskDriver {

    private DiskDriver() {
    }

    public static Hypervisor make() {
        return new GoodDriver(new World()) {

            @Override
            void on(HostId host, GuestSpec spec) {
                if (spec.root().isEmpty()) {
                    throw new HypervisorException(Reason.UNSUPPORTED, "a guest takes a root disk");
                }
                super.on(host, spec);
            }

            @Override
            void openable(GuestDisk disk) {
                if (!Files.exists(disk.disk().file())) {
                    throw new HypervisorException(Reason.UNAVAILABLE, "there is no " + disk.disk().file());
                }
            }
        };
    }
}
