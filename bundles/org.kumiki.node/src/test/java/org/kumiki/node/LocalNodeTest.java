package org.kumiki.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.node.contract.NodeContract;

class LocalNodeTest implements NodeContract {

    @TempDir
    Path temp;

    private LocalNode node;

    @BeforeEach
    void open() throws IOException {
        node = new LocalNode("here", temp.resolve("node"), "127.0.0.1");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Override
    public LocalNode node() {
        return node;
    }

    @Test
    void isReachedAtAnotherAddressWithoutBeingAnotherNode() {
        assertThat(node.address()).isEqualTo("127.0.0.1");

        node.reachedAt("192.0.2.7");

        assertThat(node.address()).isEqualTo("192.0.2.7");
    }

    @Test
    void makesItsDirectoryForItsOwnerAlone() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.directory()))).isEqualTo("rwx------");
    }
}
