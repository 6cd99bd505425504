package org.kumiki.image.p2v;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.node.Node;
import org.kumiki.image.adapt.Tree;

/** The files of a machine that runs, for looking at what would be changed in a copy of it. */
record LiveTree(Node node) implements Tree {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public Optional<byte[]> read(String path, int limit) throws IOException {
        boolean plain = node.run(List.of("test", "-f", path, "-a", "!", "-L", path), PATIENCE).succeeded();
        return plain ? Optional.of(node.read(Path.of(path), limit)) : Optional.empty();
    }

    @Override
    public List<String> list(String path) throws IOException {
        return node.list(Path.of(path));
    }
}
