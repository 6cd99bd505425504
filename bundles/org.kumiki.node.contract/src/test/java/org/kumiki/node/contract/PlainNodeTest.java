package org.kumiki.node.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every node inherits. */
class PlainNodeTest {

    @TempDir
    Path directory;

    @Test
    void readsAFileThatIsPutAsideAndBegunAnewMeanwhile() throws IOException {
        Path console = Files.writeString(directory.resolve("console"), "news");
        AtomicBoolean begun = new AtomicBoolean();
        PlainNode node = new PlainNode("here", directory) {

            @Override
            public byte[] read(Path file, int limit) throws IOException {
                if (begun.compareAndSet(false, true)) {
                    throw new NoSuchFileException(file.toString());
                }
                return super.read(file, limit);
            }
        };

        assertThat(node.find(console, 10)).contains("news".getBytes(UTF_8));
        assertThat(node.find(directory.resolve("console.1"), 10)).isEmpty();
    }
}
