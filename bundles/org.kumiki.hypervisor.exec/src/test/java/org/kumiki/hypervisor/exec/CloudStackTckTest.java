package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.kumiki.tck.TestBed;
import org.kumiki.tck.junit.HypervisorTck;

/** What every driver must do, this one does by scripts in the manner of CloudStack. */
class CloudStackTckTest implements HypervisorTck {

    @TempDir
    Path directory;

    @Override
    public TestBed testBed() throws IOException {
        return new ScriptBed(directory, Config.Kind.CLOUDSTACK);
    }
}
