package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.kumiki.node.contract.PlainNode;

/** This machine, with guests that are none. */
class TestNode extends PlainNode {

    TestNode(String name, Path directory) {
        super(name, directory);
    }

    /** For a process that is to look like a guest's. */
    void pretend(GuestFiles files, long pid) throws IOException {
        Files.createDirectories(files.directory());
        write(files.pid(), (pid + "\n").getBytes(UTF_8));
    }
}
