package org.kumiki.hypervisor.lxc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.storage.Disk;
import org.kumiki.node.contract.PlainNode;

class LxcHostTest {

    private static final LxcSettings SETTINGS = new LxcSettings(Path.of("/usr/bin/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000, true);

    private static final GuestListener NOBODY = new GuestListener() {

        @Override
        public void stopped(HostId host, InstanceId guest, String reason) {
            throw new AssertionError("there is no guest");
        }

        @Override
        public void hostsChanged() {
            throw new AssertionError("there is no host");
        }
    };

    @TempDir
    Path temp;

    @Test
    void saysWhatWentWrongFirst() {
        String log = """
                lxc-start g 20261126124735.276 ERROR    lxc_start - lxc_start.c:main:306 - The container failed to start
                lxc-start g 20261126124735.270 WARN     conf - conf.c:lxc_map_ids:3628 - newuidmap binary is missing
                lxc-start g 20261126124735.274 ERROR    conf - conf.c:lxc_map_ids:3708 - no mapping
                odd
                """;

        assertThat(LxcHost.complaint(log, "nothing")).isEqualTo("conf - conf.c:lxc_map_ids:3708 - no mapping");
        assertThat(LxcHost.complaint("", "nothing")).isEqualTo("nothing");
    }

    @Test
    void takesApartWhatIsMountedTheLastFirst() {
        String mounts = """
                22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
                80 22 254:0 /r /run/kumiki-lxc/stage/g/lower ro - ext4 /dev/vda rw
                81 22 0:50 / /run/kumiki-lxc/stage/g/root rw - overlay overlay rw
                82 22 0:51 / /run/kumiki-lxc/stage/g2/root rw - overlay overlay rw
                """;

        assertThat(Stage.mounted(mounts, Path.of("/run/kumiki-lxc/stage/g"))).containsExactly("/run/kumiki-lxc/stage/g/root",
                "/run/kumiki-lxc/stage/g/lower");
    }

    @Test
    void namesEveryFileOfADiskWithItsFormat() {
        Disk image = new Disk(Path.of("/i,x\"y"), Disk.Format.RAW, 1);

        assertThat(RootDisk.layers(new Disk(Path.of("/v"), Disk.Format.QCOW2, 1, Optional.of(image)))).hasToString(
                "{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/v\"},\"backing\":{\"driver\":\"raw\",\"file\":"
                        + "{\"driver\":\"file\",\"filename\":\"/i,x\\\"y\"},\"read-only\":true}}");
        assertThat(RootDisk.layers(new Disk(Path.of("/v"), Disk.Format.QCOW2, 1)).get("backing").isNull()).isTrue();
    }

    @Test
    void isNoHostWithoutLxc() {
        LxcSettings settings = new LxcSettings(Path.of("/no/lxc-start"), 8, 0.2, Duration.ofSeconds(20), 2_000_000_000, true);

        assertThatThrownBy(() -> LxcHost.on(new PlainNode("here", temp), settings, NOBODY)).isInstanceOf(IOException.class);
    }

    @Test
    void hasItsPlaceInTheClassification() {
        LxcHypervisor driver = new LxcHypervisor(SETTINGS);
        Technology technology = driver.technology();

        assertThat(technology.name()).isEqualTo("lxc");
        assertThat(technology.monitor()).isEqualTo(Technology.MonitorPlace.HOST_OS);
        assertThat(technology.methods()).containsExactly(Method.OS_LEVEL);
        assertThat(technology.can(Feature.LIVE_MIGRATION_PRECOPY) || technology.can(Feature.STOP_AND_COPY)).isFalse();
        assertThat(driver.hosts()).isEmpty();
        assertThatThrownBy(() -> driver.reboot(new HostId("nowhere"), new InstanceId("i-00000000")))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.NOT_FOUND));
    }

    @Test
    void leavesRoomForUsersOfGuests() {
        assertThat(SETTINGS.mostGuests()).isEqualTo(2_250);
        assertThatThrownBy(() -> new LxcSettings(Path.of("lxc-start"), 8, 0.2, Duration.ZERO, 2_000_000_000, true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LxcSettings(Path.of("/lxc-start"), 8, 0.2, Duration.ZERO, 0, true)).isInstanceOf(IllegalArgumentException.class);
    }
}
