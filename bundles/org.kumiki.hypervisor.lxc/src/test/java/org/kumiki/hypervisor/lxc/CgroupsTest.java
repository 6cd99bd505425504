package org.kumiki.hypervisor.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.Resources;
import org.kumiki.api.node.Node;
import org.kumiki.hypervisor.lxc.Cgroups.Layout;
import org.kumiki.hypervisor.lxc.Cgroups.Limit;
import org.kumiki.node.contract.PlainNode;

/** Control groups as they are laid out on machines of each kind. */
class CgroupsTest {

    private static final Resources PROMISED = new Resources(2, 512, 0, 0);
    private static final String GUEST = "i-0a1b2c3d4e5f60718@here";

    @TempDir
    Path root;

    private Node node;

    @BeforeEach
    void begin() {
        node = new PlainNode("here", root);
    }

    private void trees(String... names) throws IOException {
        for (String name : names) {
            Files.createDirectories(root.resolve(name));
        }
    }

    private void file(String name, String content) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), content);
    }

    private Cgroups found() throws IOException {
        return Cgroups.of(node, root);
    }

    @Test
    void findsVersionTwo() throws IOException {
        file("cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n");

        assertThat(found().layout()).isEqualTo(Layout.V2);
        assertThat(found().description()).isEqualTo("cgroup v2");
        assertThat(found().limits(PROMISED)).contains(new Limit("lxc.cgroup2.cpu.max", "200000 100000"),
                new Limit("lxc.cgroup2.memory.max", "536870912"), new Limit("lxc.cgroup2.memory.swap.max", "0"),
                new Limit("lxc.cgroup2.pids.max", "2048")).allMatch(limit -> limit.key().startsWith("lxc.cgroup2."));
    }

    @Test
    void findsVersionOne() throws IOException {
        trees("cpu", "cpuacct", "memory", "pids", "devices");

        assertThat(found().layout()).isEqualTo(Layout.V1);
        assertThat(found().limits(PROMISED)).contains(new Limit("lxc.cgroup.cpu.cfs_quota_us", "200000"),
                new Limit("lxc.cgroup.cpu.cfs_period_us", "100000"), new Limit("lxc.cgroup.memory.limit_in_bytes", "536870912"),
                new Limit("lxc.cgroup.pids.max", "2048"), new Limit("lxc.cgroup.devices.deny", "a"))
                .allMatch(limit -> limit.key().startsWith("lxc.cgroup."));
    }

    @Test
    void takesAHybridForVersionOneWhichIsWhatBoundsThere() throws IOException {
        trees("cpu", "memory", "pids", "unified");

        assertThat(found().layout()).isEqualTo(Layout.HYBRID);
        assertThat(found().limits(PROMISED)).allMatch(limit -> limit.key().startsWith("lxc.cgroup."))
                .noneMatch(limit -> limit.key().contains("devices"));
    }

    @Test
    void namesAllGroupsOfAGuest() throws IOException {
        trees("cpu", "memory", "pids");

        assertThat(found().groups(GUEST)).containsExactly(root.resolve("cpu/kumiki/lxc-monitor/" + GUEST), root.resolve("cpu/kumiki/lxc/" + GUEST),
                root.resolve("memory/kumiki/lxc-monitor/" + GUEST), root.resolve("memory/kumiki/lxc/" + GUEST),
                root.resolve("pids/kumiki/lxc-monitor/" + GUEST), root.resolve("pids/kumiki/lxc/" + GUEST));

        file("cgroup.controllers", "cpu memory pids\n");

        assertThat(found().groups(GUEST)).containsExactly(root.resolve("kumiki/lxc-monitor/" + GUEST), root.resolve("kumiki/lxc/" + GUEST));
    }

    @Test
    void saysWhatLacks() throws IOException {
        assertThatThrownBy(this::found).isInstanceOf(IOException.class).hasMessageContaining("(cgroup v1) lack cpu, memory, pids");

        file("cgroup.controllers", "cpu pids\n");

        assertThatThrownBy(this::found).isInstanceOf(IOException.class).hasMessageContaining("(cgroup v2) lack memory");
    }

    @Test
    void believesLxcsProcessAndNotTheGuests() throws IOException {
        trees("cpu", "memory", "pids");
        file("pids/kumiki/lxc/" + GUEST + "/cgroup.procs", "4711\n");
        assertThat(found().runs(node, GUEST)).isFalse();

        file("pids/kumiki/lxc-monitor/" + GUEST + "/cgroup.procs", "");
        assertThat(found().runs(node, GUEST)).isFalse();

        file("pids/kumiki/lxc-monitor/" + GUEST + "/cgroup.procs", "4710\n");
        assertThat(found().runs(node, GUEST)).isTrue();
        assertThat(found().candidates(node)).isEqualTo(List.of(GUEST));
    }

    @Test
    void readsTheProcessorTimeOfEitherVersion() throws IOException {
        trees("cpu", "memory", "pids");
        assertThat(found().cpuTime(node, GUEST)).isEmpty();
        file("cpuacct/kumiki/lxc/" + GUEST + "/cpuacct.usage", "1500000000\n");
        assertThat(found().cpuTime(node, GUEST)).contains(Duration.ofMillis(1_500));

        file("cgroup.controllers", "cpu memory pids\n");
        assertThat(found().cpuTime(node, GUEST)).isEmpty();
        file("kumiki/lxc/" + GUEST + "/cpu.stat", "user_usec 1\nusage_usec 2500000\nsystem_usec 3\n");
        assertThat(found().cpuTime(node, GUEST)).contains(Duration.ofMillis(2_500));
    }

    @Test
    void takesAwayWhatIsLeftOfAGuestAndNothingElse() throws IOException {
        trees("cpu", "memory", "pids", "pids/kumiki/lxc/" + GUEST + "/of/its/own", "memory/kumiki/lxc-monitor/" + GUEST, "pids/kumiki/lxc/another");

        assertThat(found().clear(node, GUEST)).isTrue();

        assertThat(node.list(root.resolve("pids/kumiki/lxc"))).containsExactly("another");
        assertThat(node.list(root.resolve("memory/kumiki/lxc-monitor"))).isEmpty();
        assertThat(found().clear(node, GUEST)).isTrue();
    }

    @Test
    void saysThatAGroupIsInUse() throws IOException {
        trees("cpu", "memory", "pids");
        file("pids/kumiki/lxc/" + GUEST + "/busy", "as a group is in which there is a process: it cannot be removed");

        assertThat(found().clear(node, GUEST)).isFalse();
    }

    /** LXC makes it anew when a guest restarts. */
    @Test
    void findsAGroupThatCameJustAfterItWasLookedFor() throws IOException {
        trees("cpu", "memory", "pids");
        String processes = "pids/kumiki/lxc-monitor/" + GUEST + "/cgroup.procs";
        Node late = new PlainNode("here", root) {

            @Override
            public byte[] read(Path file, int limit) throws IOException {
                if (!Files.exists(file)) {
                    file(processes, "4711\n");
                    throw new NoSuchFileException(file.toString());
                }
                return super.read(file, limit);
            }
        };

        assertThat(found().runs(late, GUEST)).isTrue();
    }
}
