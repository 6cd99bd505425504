package org.kumiki.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.ProcessLimits;
import org.kumiki.api.hypervisor.ProcessLimits.Limits;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.node.Node;

/** The limits that drivers have from the model, on a real node, in plain files in place of the kernel's. */
class ProcessLimitsTest {

    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");
    private static final Limits SIZE = new Limits(2, 1_562, 256);
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private final List<String> news = new ArrayList<>();
    private LocalNode node;
    private Path root;

    @BeforeEach
    void begin() throws IOException {
        node = new LocalNode("here", temp.resolve("node"), "127.0.0.1");
        root = Files.createDirectory(temp.resolve("cgroup"));
    }

    @AfterEach
    void end() {
        node.close();
    }

    private ProcessLimits limits() throws IOException {
        return ProcessLimits.of(node, root, "0177", news::add);
    }

    /** A process that puts itself into its groups, tells that it runs, and ends. */
    private ProcessLimits placed() throws IOException {
        ProcessLimits limits = limits();
        Node.Finished process = node.run(limits.around(GUEST, SIZE, List.of("echo", "it", "runs")), LONG);
        assertThat(process.output()).isEqualTo("it runs\n");
        limits.heed(process.errors());
        return limits;
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
        for (String controller : new String[] { "cpu", "memory", "cpuacct", "blkio" }) {
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
    void filesOfTheProgramAreForItsUserAlone() throws IOException {
        Path made = temp.resolve("made");
        List<String> command = limits().around(GUEST, SIZE, List.of("touch", made.toString()));

        assertThat(node.run(command, LONG).succeeded()).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made))).isEqualTo("rw-------");
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
        assertThat(news).containsExactly("cgroup v2 without cpu.max");

        assertThat(group.resolve("memory.max")).hasContent(Long.toString(1562L << 20));
        assertThat(group.resolve("cgroup.procs")).hasContent("0");
    }

    @Test
    void nothingInACommandIsReadByAShell() throws IOException {
        Files.createFile(root.resolve("cgroup.controllers"));

        Node.Finished process = node.run(limits().around(GUEST, SIZE, List.of("printf", "%s|", "$(id)", "-", "a b", "")), LONG);

        assertThat(process.output()).isEqualTo("$(id)|-|a b||");
    }

    @Test
    void countsTheTimeThatAGuestHasTaken() throws IOException {
        Files.createFile(root.resolve("cgroup.controllers"));
        assertThat(limits().cpuTime(GUEST)).isEmpty();
        Path group = Files.createDirectories(root.resolve("kumiki").resolve(GUEST + "@here"));

        Files.writeString(group.resolve("cpu.stat"), "usage_usec 2500\nuser_usec 1\n");

        assertThat(limits().cpuTime(GUEST)).contains(Duration.ofNanos(2_500_000));
    }

    @Test
    void countsTheTimeInAHierarchyOfItsOwn() throws IOException {
        Path group = Files.createDirectories(root.resolve("cpuacct/kumiki").resolve(GUEST + "@here"));

        Files.writeString(group.resolve("cpuacct.usage"), "2500000\n");

        assertThat(limits().cpuTime(GUEST)).contains(Duration.ofNanos(2_500_000));
    }

    /** Files of a group go with it where they are the kernel's; a plain directory has to be empty. */
    @Test
    void takesGroupsAwayAndMindsNoneThatAreNotThere() throws Exception {
        Files.createDirectory(root.resolve("cgroup.controllers"));
        Path kept = Files.createDirectories(root.resolve("kumiki").resolve("i-0a1b2c3d4e5f60719@here"));

        limits().remove(GUEST);

        assertThat(kept).exists();
    }

    @Test
    void boundsNobodyToNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(1, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Limits(0, 1, 1));
    }
}
