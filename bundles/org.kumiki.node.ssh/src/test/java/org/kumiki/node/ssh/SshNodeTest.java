package org.kumiki.node.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.node.contract.NodeContract;

/** The contract, over a real OpenSSH server. */
class SshNodeTest implements NodeContract {

    @TempDir
    static Path shared;
    private static SshClients clients;
    private static Sshd sshd;

    @TempDir
    Path home;
    private SshNode node;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        sshd = Sshd.start(shared.resolve("sshd"));
        clients = new SshClients();
    }

    @AfterAll
    static void stop() {
        if (sshd != null) {
            clients.stop();
            sshd.close();
        }
    }

    @BeforeEach
    void open() throws IOException {
        node = new SshNode(clients.client(), sshd.settings(Files.createDirectory(home.resolve("node"))));
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Override
    public SshNode node() {
        return node;
    }
}
