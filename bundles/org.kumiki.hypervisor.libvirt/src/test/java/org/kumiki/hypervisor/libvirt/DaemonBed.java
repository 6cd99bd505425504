package org.kumiki.hypervisor.libvirt;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.tck.TestBed;

/** One driver at a daemon of its own. */
abstract class DaemonBed implements TestBed {

    private static final HostId HOST = new HostId("a");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final PrivateDaemon daemon;
    private final String uri;
    private final Optional<Path> containerRoot;
    private volatile LibvirtHypervisor driver;

    DaemonBed(Path temp, String uri, Optional<Path> containerRoot) throws IOException, InterruptedException {
        this.daemon = new PrivateDaemon(temp.resolve("daemon"));
        this.uri = uri;
        this.containerRoot = containerRoot;
        begin();
    }

    private void begin() {
        driver = new LibvirtHypervisor(daemon.settings(uri, HOST, PATIENCE, containerRoot), new Peers());
    }

    PrivateDaemon daemon() {
        return daemon;
    }

    @Override
    public LibvirtHypervisor driver() {
        return driver;
    }

    @Override
    public HostId host() {
        return HOST;
    }

    @Override
    public void restart(Runnable meanwhile) {
        driver.close();
        try {
            meanwhile.run();
        } finally {
            begin();
        }
    }

    @Override
    public Set<String> traces(InstanceId guest) throws Exception {
        return daemon.traces(guest);
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(100);
    }

    @Override
    public void close() throws Exception {
        driver.close();
        daemon.close();
    }
}
