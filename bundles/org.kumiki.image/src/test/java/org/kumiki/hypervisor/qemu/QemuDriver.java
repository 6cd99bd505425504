package org.kumiki.hypervisor.qemu;

import java.time.Duration;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.node.Node;

/** QEMU's driver, for tests of others. */
public final class QemuDriver implements AutoCloseable {

    private final QemuHypervisor driver = new QemuHypervisor(new QemuSettings("qemu-system-x86_64", 8, 0.8, 1, Duration.ofSeconds(30), false, 0));

    public QemuDriver(Node node) {
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
