package org.kumiki.hypervisor.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;

/** The limits, in plain files in place of the kernel's. */
class CgroupsTest {

    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    private static final Resources SIZE = new Resources(2, 1000, 0, 0);

    @TempDir
    Path temp;

    private TestNode node;
    private Path root;

    @BeforeEach
    void begin() throws IOException {
        node = new TestNode("here", temp);
        root = Files.createDirectory(temp.resolve("cgroup"));
    }

    /** A process that puts itself into its groups, tells that it runs, and ends. */
    private Cgroups placed() throws IOException {
        Cgroups cgroups = Cgroups.of(node, root);
        Node.Finished process = node.run(cgroups.around(GUEST, SIZE, List.of("echo", "it", "runs")), Duration.ofSeconds(10));
        assertThat(process.output()).isEqualTo("it runs\n");
        cgroups.heed(process.errors());
        return cgroups;
    }

    @Test
    void boundsAGuestInTheUnifiedHierarchy() throws IOException {
        Files.createFile(root.resolve("cgroup.controllers"));

        assertThat(placed().state()).isEqualTo("cgroup v2");

        Path group = root.resolve("kumiki").resolve(GUEST + "@here");
        assertThat(group.resolve("cpu.max")).hasContent("200000 100000");
        assertThat(group.resolve("memory.max")).hasContent(Long.toString(1562L << 20));
        assertThat(group.resolve("pids.max")).hasContent("256");
        assertThat(group.resolve("cgroup.procs")).hasContent("0");
        assertThat(root.resolve("kumiki/cgroup.subtree_control")).hasContent("+cpu +memory +pids");
    }

    @Test
    void boundsAGuestInSeparateHierarchies() throws IOException {
        for (String controller : new String[] { "cpu", "memory", "blkio" }) {
            Files.createDirectory(root.resolve(controller));
        }

        assertThat(placed().state()).isEqualTo("cgroup v1");

        Path own = Path.of("kumiki", GUEST + "@here");
        assertThat(root.resolve("cpu").resolve(own).resolve("cpu.cfs_quota_us")).hasContent("200000");
        assertThat(root.resolve("memory").resolve(own).resolve("memory.limit_in_bytes")).hasContent(Long.toString(1562L << 20));
        assertThat(root.resolve("memory").resolve(own).resolve("cgroup.procs")).hasContent("0");
        assertThat(root.resolve("blkio").resolve("kumiki")).doesNotExist();
    }

    @Test
    void saysWhyThereAreNoLimits() throws IOException {
        assertThat(placed().state()).startsWith("none: there is no control group at");

        Files.createFile(root.resolve("cgroup.controllers"));
        Files.createFile(root.resolve("kumiki"));
        assertThat(placed().state()).startsWith("none: ").contains("kumiki");
    }

    /** On a host that has less itself, say: what it has bounds its guests, and the kernel refuses to promise more. */
    @Test
    void aLimitThatCannotBeSetDoesNotKeepTheOthersFromCounting() throws IOException {
        Files.createFile(root.resolve("cgroup.controllers"));
        Path group = Files.createDirectories(root.resolve("kumiki").resolve(GUEST + "@here"));
        Files.createDirectory(group.resolve("cpu.max"));

        assertThat(placed().state()).isEqualTo("cgroup v2 without cpu.max");

        assertThat(group.resolve("memory.max")).hasContent(Long.toString(1562L << 20));
        assertThat(group.resolve("cgroup.procs")).hasContent("0");
    }

    @Test
    void nothingInACommandIsReadByAShell() throws IOException {
        Files.createFile(root.resolve("cgroup.controllers"));

        Node.Finished process = node.run(Cgroups.of(node, root).around(GUEST, SIZE, List.of("printf", "%s|", "$(id)", "-", "a b", "")),
                Duration.ofSeconds(10));

        assertThat(process.output()).isEqualTo("$(id)|-|a b||");
    }
}
