package org.kumiki.node.ssh;

import java.nio.file.Path;
import java.time.Duration;

import org.kumiki.api.node.Node;

/** Machines by SSH, for tests of others. */
public final class SshNodes implements AutoCloseable {

    private final SshClients clients = new SshClients();
    private final SshNode node;

    public SshNodes(String name, int port, Path key, Path knownHosts) {
        node = new SshNode(clients.client(), new HostSettings(name, "127.0.0.1", port, "root", key, knownHosts, Path.of("/run/kumiki"), Duration.ofSeconds(120)));
    }

    public Node node() {
        return node;
    }

    @Override
    public void close() {
        node.close();
        clients.stop();
    }
}
