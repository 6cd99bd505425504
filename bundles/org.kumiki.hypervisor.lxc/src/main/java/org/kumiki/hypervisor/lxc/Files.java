package org.kumiki.hypervisor.lxc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;

import org.kumiki.api.node.Node;

/** Reads files that come and go by themselves. */
final class Files {

    private Files() {
    }

    /** What is in a file; empty if there is none, which may be taken away while we read. */
    static String read(Node node, Path file, int limit) throws IOException {
        try {
            return new String(node.read(file, limit), UTF_8);
        } catch (IOException e) {
            if (exists(node, file)) {
                throw e;
            }
            return "";
        }
    }

    static boolean exists(Node node, Path file) throws IOException {
        return node.list(file.getParent()).contains(file.getFileName().toString());
    }
}
