package org.kumiki.hypervisor.uml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.ProcessLimits.Limits;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.node.contract.PlainNode;

class UmlHostTest {

    private static final Path MODULES = Path.of("/usr/lib/uml/modules");
    private static final UmlSettings SETTINGS = new UmlSettings(Path.of("/no/linux.uml"), MODULES, 8, 0.2, Duration.ofSeconds(20));
    private static final InstanceId GUEST = new InstanceId("i-0c1b2c3d4e5f60718");

    @TempDir
    Path temp;

    @Test
    void saysWhyAGuestHasEnded() {
        assertThat(UmlHost.reason("halted")).isEqualTo("the guest shut down");
        assertThat(UmlHost.reason("panic Attempted to kill\ninit!\0")).isEqualTo("its kernel panicked: Attempted to kill init!");
        assertThat(UmlHost.reason("disks")).contains("disks");
        assertThat(UmlHost.reason("network")).contains("network");
        assertThat(UmlHost.reason("")).isEqualTo("its process was killed");
    }

    @Test
    void findsTheLibrariesThatAProgramNeeds() {
        assertThat(UmlHost.libraries("""
                \tlinux-vdso.so.1 (0x00007f1a35d74000)
                \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1a35b7f000)
                \t/lib64/ld-linux-x86-64.so.2 (0x00007f1a35d76000)
                """)).containsExactly(Path.of("/lib/x86_64-linux-gnu/libc.so.6"), Path.of("/lib64/ld-linux-x86-64.so.2"));
        assertThat(UmlHost.libraries("\tnot a dynamic executable")).isEmpty();
    }

    @Test
    void isNoHostWithoutUserModeLinux() {
        assertThatThrownBy(() -> UmlHost.on(new PlainNode("here", temp), SETTINGS, new Nobody())).isInstanceOf(IOException.class);
    }

    @Test
    void hasItsPlaceInTheClassification() {
        UmlHypervisor driver = new UmlHypervisor(SETTINGS);
        Technology technology = driver.technology();

        assertThat(technology.name()).isEqualTo("uml");
        assertThat(technology.monitor()).isEqualTo(Technology.MonitorPlace.HOST_OS);
        assertThat(technology.methods()).containsExactly(Method.PARAVIRTUAL);
        assertThat(technology.sharesKernel()).isFalse();
        assertThat(technology.can(Feature.VOLUME_HOT_PLUG)).isTrue();
        assertThat(technology.can(Feature.LIVE_MIGRATION_PRECOPY) || technology.can(Feature.STOP_AND_COPY)).isFalse();
        assertThat(driver.hosts()).isEmpty();
        assertThatThrownBy(() -> driver.reboot(new HostId("nowhere"), GUEST))
                .isInstanceOfSatisfying(HypervisorException.class, e -> assertThat(e.reason()).isEqualTo(HypervisorException.Reason.NOT_FOUND));
    }

    @Test
    void takesSettingsThatMakeSenseOnly() {
        assertThatThrownBy(() -> new UmlSettings(Path.of("linux"), MODULES, 8, 0.2, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UmlSettings(Path.of("/linux"), MODULES, 0, 0.2, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new UmlSettings(Path.of("/linux"), MODULES, 8, 1.1, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Beside its own memory there is that of the programs that serve it. */
    @Test
    void boundsTheProcessesOfAGuest() {
        assertThat(UmlHost.limits(new Resources(1, 128, 1024, 10))).isEqualTo(new Limits(1, 384, 2_048));
    }

    private static final class Nobody implements GuestListener {

        @Override
        public void stopped(HostId host, InstanceId guest, String reason) {
            throw new AssertionError("there is no guest");
        }

        @Override
        public void hostsChanged() {
            throw new AssertionError("there is no host");
        }
    }
}
