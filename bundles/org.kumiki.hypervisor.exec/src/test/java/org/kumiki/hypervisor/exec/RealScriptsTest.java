package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.hypervisor.exec.Lab.GUEST;
import static org.kumiki.hypervisor.exec.Lab.HOST;
import static org.kumiki.hypervisor.exec.LifecycleTest.failsWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;

/** Other people's scripts, unchanged, from where the README says how to have them. */
@Tag("guest")
class RealScriptsTest {

    @TempDir
    Path directory;

    /** OpenNebula's own driver for KVM, with a libvirt daemon that runs here, and guests by translation. */
    @ParameterizedTest
    @MethodSource("remotes")
    @EnabledIfSystemProperty(named = "kumiki.opennebula", matches = "/.+", disabledReason = "directories of OpenNebula's remotes, separated by colons")
    void theDriverForKvmRunsAGuest(Path remotes) throws IOException {
        Lab lab = new Lab(directory);
        ExecHypervisor driver = lab.driver(libvirt(lab, remotes));
        GuestSpec guest = guest();
        try {
            driver.start(HOST, guest);
            driver.start(HOST, guest);
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
            driver.reboot(HOST, GUEST);
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));

            driver.close();
            driver = lab.driver(libvirt(lab, remotes));
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));

            driver.stop(HOST, GUEST, true);
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.STOPPED));
            driver.start(HOST, guest);
            assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        } finally {
            driver.destroy(HOST, GUEST);
            driver.runs().forEach(System.out::println);
            driver.close();
        }
        assertThat(Lab.states(driver)).isEmpty();
    }

    /** Versions before 5.12 have a script that polls; from then on a probe lists what runs. */
    private static Settings libvirt(Lab lab, Path remotes) throws IOException {
        Path scripts = remotes.resolve("vmm/kvm");
        Settings s = lab.settings(Config.Kind.OPENNEBULA, scripts, EnumSet.of(Feature.STOP_START), Duration.ofSeconds(110));
        List<String> environment = new ArrayList<>(s.environment());
        Optional.ofNullable(System.getProperty("kumiki.opennebula.location"))
                .ifPresent(location -> environment.addAll(List.of("ONE_LOCATION=" + location, "RUBYLIB=" + location + "/lib/ruby")));
        String probe = Files.exists(scripts.resolve("poll")) ? "" : remotes.resolve("im/kvm-probes.d/vm/status/state.rb").toString();
        return new Settings(s.name(), s.kind(), s.path(), s.nodes(), s.host(), s.monitor(), s.methods(), s.features(), s.capacity(), s.toAct(), s.toStop(),
                s.toAsk(), s.betweenLooks(), environment, s.details(), s.prepare(), s.consoleAction(), s.deployment(), "qemu", probe);
    }

    static Stream<Path> remotes() {
        return Pattern.compile(":").splitAsStream(System.getProperty("kumiki.opennebula", "")).filter(path -> !path.isEmpty()).map(Path::of);
    }

    /** Without a disk, so that what runs is the firmware. */
    private static GuestSpec guest() {
        return new GuestSpec(GUEST, "real", new Resources(1, 64, 0, 0), new BootSource.Firmware(), Optional.empty(), List.of(),
                new NetworkLink.None("02:00:00:00:00:01"));
    }

    /** The extension that CloudStack gives to people who write one of their own. It has no guests, and says of every one that it is on. */
    @Test
    @EnabledIfSystemProperty(named = "kumiki.cloudstack", matches = "/.+", disabledReason = "CloudStack's provisioner.sh")
    void theExtensionToBeginWithIsUnderstood() throws IOException {
        Lab lab = new Lab(directory);
        Settings s = lab.settings(Config.Kind.CLOUDSTACK, Path.of(System.getProperty("kumiki.cloudstack")), EnumSet.of(Feature.STOP_START),
                Duration.ofSeconds(5));
        ExecHypervisor driver = lab.driver(new Settings(s.name(), s.kind(), s.path(), s.nodes(), s.host(), s.monitor(), s.methods(), s.features(),
                s.capacity(), s.toAct(), s.toStop(), s.toAsk(), s.betweenLooks(), s.environment(), s.details(), true, s.consoleAction(), s.deployment(),
                s.domainType(), s.probe()));

        driver.start(HOST, Lab.guest());
        assertThat(Lab.states(driver)).isEqualTo(Map.of(GUEST, GuestState.RUNNING));
        driver.reboot(HOST, GUEST);
        failsWith(Reason.UNAVAILABLE, () -> driver.stop(HOST, GUEST, true));

        assertThat(driver.runs()).anyMatch(line -> line.contains("stop of " + GUEST + ": exit 0"));
        driver.close();
    }
}
