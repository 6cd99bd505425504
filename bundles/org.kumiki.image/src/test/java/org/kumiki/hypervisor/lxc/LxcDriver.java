package org.kumiki.hypervisor.lxc;

import java.nio.file.Path;
import java.time.Duration;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.node.Node;

/** LXC's driver, for tests of others. */
public final class LxcDriver implements AutoCloseable {

    private final LxcHypervisor driver = new LxcHypervisor(new LxcSettings(Path.of("/usr/bin/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000, true));

    public LxcDriver(Node node) {
        driver.addNode(node);
    }

    public BlockingHypervisor driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.stop();
    }
}
