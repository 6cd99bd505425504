package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, with copies of a raw disk on the simulator's ESX host, which has no vCenter. */
@Tag("guest")
class RealEsxTckTest implements HypervisorTck {

    @TempDir
    Path directory;

    @Override
    public TestBed testBed() throws IOException {
        return SimulatorBed.ofRawDisk(false, directory);
    }
}
