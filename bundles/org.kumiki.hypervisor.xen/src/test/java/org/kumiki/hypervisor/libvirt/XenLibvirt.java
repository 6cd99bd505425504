package org.kumiki.hypervisor.libvirt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.model.HostId;

/** The driver for libvirt, as the bundle makes it, for a test that has no framework. */
public final class XenLibvirt implements AutoCloseable {

    private final LibvirtHypervisor driver;

    /** @param port of this machine, which leads to the daemon */
    public XenLibvirt(HostId host, int port) {
        ConnectionUri uri = ConnectionUri.parse("xen+tcp://127.0.0.1:" + port + "/system");
        driver = new LibvirtHypervisor(new Settings(host.value(), uri, Kind.of(uri), host, Optional.empty(), Optional.empty(), Optional.empty(),
                Path.of("/var/log/xen/console"), new Settings.Container(Optional.empty(), "/sbin/init", 0), new Settings.Limits(8, 0.8, 100_000, 1_000),
                Duration.ofSeconds(20), Optional.empty()), new Peers());
    }

    public BlockingHypervisor driver() {
        return driver;
    }

    @Override
    public void close() {
        driver.close();
    }
}
