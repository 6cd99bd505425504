package org.kumiki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.HostFacts;
import org.kumiki.api.node.NodePrograms;

/** What drivers find out about a machine by means of the model, on a real one. */
class NodeFactsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private LocalNode node;

    @BeforeEach
    void open() throws IOException {
        node = new LocalNode("here", temp, "127.0.0.1");
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void knowsTheMachineItRunsOn() throws IOException {
        HostFacts facts = HostFacts.of(node, temp);

        assertThat(facts.cpus()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(facts.cpu()).isNotBlank();
        assertThat(facts.memoryMiB()).isPositive();
        assertThat(facts.diskMiB()).isEqualTo((Files.getFileStore(temp).getTotalSpace() + (1 << 20) - 1) >> 20);
        assertThat(facts.kernel()).isEqualTo(System.getProperty("os.version"));
        assertThat(facts.machine()).isEqualTo(System.getProperty("os.arch").replace("amd64", "x86_64"));
        assertThat(facts.bootId()).hasSize(36);
    }

    @Test
    void doesNotKnowTheSizeOfADirectoryThatIsNotThere() throws IOException {
        assertThat(HostFacts.of(node, temp.resolve("none")).diskMiB()).isZero();
    }

    @Test
    void takesWhatAProgramWroteOrSaysWhyItFailed() throws IOException {
        assertThat(NodePrograms.run(node, List.of("echo", "it runs"), LONG)).isEqualTo("it runs\n");
        assertThatIOException().isThrownBy(() -> NodePrograms.run(node, List.of("ls", "/nonexistent"), LONG))
                .withMessageStartingWith("ls on here failed: ").withMessageContaining("/nonexistent");
    }

    @Test
    void namesProgramsThatAreMissingAndWhatToInstall() throws IOException {
        NodePrograms.require(node, Map.of("sh", "dash"));

        assertThatIOException().isThrownBy(() -> NodePrograms.require(node, Map.of("sh", "dash", "kumiki-none", "joinery", "kumiki-nor", "joinery")))
                .withMessage("here lacks kumiki-none, kumiki-nor; on Debian and Ubuntu install joinery");
    }
}
