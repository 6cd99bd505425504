package org.kumiki.node.ssh;

import java.nio.file.Path;
import java.time.Duration;

import org.kumiki.api.node.Node;

/** Nodes by SSH, as the bundle makes them, for a test that has no framework. */
public final class SshNodes implements AutoCloseable {

    private final SshClients clients = new SshClients();

    /** A node on a port of this machine; closing it ends its connection. */
    public Node node(String name, int port, Path key, Path knownHosts) {
        return new SshNode(clients.client(), new HostSettings(name, "127.0.0.1", port, "root", key, knownHosts, Path.of("/var/lib/kumiki"),
                Duration.ofSeconds(60)));
    }

    @Override
    public void close() {
        clients.stop();
    }
}
