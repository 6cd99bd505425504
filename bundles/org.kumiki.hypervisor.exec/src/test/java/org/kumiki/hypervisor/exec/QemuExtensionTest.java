package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.hypervisor.exec.Lab.GUEST;
import static org.kumiki.hypervisor.exec.Lab.HOST;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;

/** A machine by QEMU, which an extension of CloudStack makes. */
@Tag("guest")
class QemuExtensionTest {

    @TempDir
    Path directory;

    @Test
    void aMachineIsMadeRestartedAdoptedAndRemoved() throws IOException {
        Lab lab = new Lab(directory);
        Settings settings = lab.settings(Config.Kind.CLOUDSTACK, Lab.SCRIPTS.resolve("cloudstack/qemu.py"), EnumSet.of(Feature.STOP_START),
                Duration.ofSeconds(60));
        ExecHypervisor driver = lab.driver(settings);
        try {
            driver.start(HOST, guest());
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
            driver.reboot(HOST, GUEST);
            driver.close();

            driver = lab.driver(settings);
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
            driver.stop(HOST, GUEST, true);
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
            driver.start(HOST, guest());
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        } finally {
            driver.destroy(HOST, GUEST);
            driver.close();
        }
        assertThat(directory.resolve("guests").resolve(GUEST.value())).doesNotExist();
    }

    /** With a disk of zeroes, from which nothing boots: what runs is the firmware. */
    private GuestSpec guest() throws IOException {
        Path disk = Files.write(directory.resolve("disk"), new byte[1 << 20]);
        return new GuestSpec(GUEST, "real", new Resources(1, 64, 1, 0), new BootSource.Firmware(),
                Optional.of(new GuestDisk(new VolumeId("vol-0a1b2c3d"), new Disk(disk, Disk.Format.RAW, 1), "/dev/sda1")), List.of(),
                new NetworkLink.None("02:00:00:00:00:01"));
    }
}
