package org.kumiki.hypervisor.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;

class LxcConfigTest {

    private static final InstanceId GUEST = new InstanceId("i-0a1b2c3d4e5f60718");

    private static String config(Path guests, String host) {
        return LxcConfig.of(GuestFiles.of(guests, GUEST, "here"), host, 2_000_000_000, List.of(new Cgroups.Limit("lxc.cgroup.pids.max", "7")), false);
    }

    @Test
    void givesAGuestUsersOfItsOwnAndNoDevice() {
        assertThat(config(Path.of("/var/lib/kumiki"), "web").lines()).contains("lxc.uts.name = web", "lxc.idmap = u 0 2000000000 65536",
                "lxc.idmap = g 0 2000000000 65536", "lxc.cgroup.pids.max = 7", "lxc.mount.auto = proc:mixed", "lxc.autodev = 1",
                "lxc.seccomp.profile = /usr/share/lxc/config/common.seccomp", "lxc.console.size = 65536",
                "lxc.namespace.share.net = /run/kumiki-lxc/network/i-0a1b2c3d4e5f60718@here",
                "lxc.rootfs.path = dir:/run/kumiki-lxc/stage/i-0a1b2c3d4e5f60718@here/root",
                "lxc.cgroup.dir.container = kumiki/lxc/i-0a1b2c3d4e5f60718@here")
                .filteredOn(line -> line.startsWith("lxc.cap.drop")).first().asString().contains(" net_admin net_raw ", " sys_module ", " sys_time ");
    }

    @Test
    void takesAPathAsItIs() {
        assertThat(config(Path.of("/data of 'us', \"too\" #1"), "web")).contains(
                "lxc.console.logfile = /data of 'us', \"too\" #1/i-0a1b2c3d4e5f60718/console\n");
    }

    @ParameterizedTest
    @ValueSource(strings = { "web\nlxc.cap.drop =", "web\r", "a\0b", " web", "web ", "\"web\"", "'web'", "", "a\u0085b" })
    void refusesWhatWouldBeReadAsSomethingElse(String host) {
        assertThatThrownBy(() -> config(Path.of("/data"), host))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REFUSED))
                .hasMessageContaining("lxc.uts.name").satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void refusesAPathThatWouldBeginALine() {
        assertThatThrownBy(() -> config(Path.of("/data\nlxc.idmap ="), "web")).hasMessageContaining("lxc.console.logfile");
    }

    @Test
    void writesTheFieldsOfAMountAsFstabHasThem() {
        assertThat(LxcConfig.field(Path.of("/a b\\c\td#e"))).isEqualTo("/a\\040b\\134c\\011d\\043e");
    }

    @Test
    void saysIfNoSocketFitsThere() {
        GuestFiles files = GuestFiles.of(Path.of("/" + "x".repeat(90)), GUEST, "here");

        assertThatThrownBy(files::requireRoomForSocket)
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("too long by 10 bytes");
    }
}
