package org.kumiki.hypervisor.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.Technology.Method;
import org.kumiki.api.model.Technology.MonitorPlace;

class SettingsTest {

    @TempDir
    Path directory;

    private static Settings settings(String name, String path, Set<Feature> features, String consoleAction, Duration time, String variable) {
        return new Settings(name, Config.Kind.CLOUDSTACK, Path.of(path), Set.of(), "{node}-{name}", MonitorPlace.HYPERVISOR_WITH_DRIVERS,
                Set.of(Method.HARDWARE), features, Resources.NONE, time, time, time, time, List.of(variable), new Details(Map.of(), Map.of()), false,
                consoleAction, Config.Deployment.LIBVIRT, "kvm", "");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThat(settings("proxmox", "/s", Set.of(Feature.STOP_START), "", second, "A=b").can(Feature.STOP_START)).isTrue();

        refused("name", () -> settings("Pro~mox", "/s", Set.of(), "", second, "A=b"));
        refused("absolute", () -> settings("proxmox", "s", Set.of(), "", second, "A=b"));
        refused("cannot be asked for [LIVE_MIGRATION_PRECOPY]", () -> settings("proxmox", "/s", Set.of(Feature.LIVE_MIGRATION_PRECOPY), "", second, "A=b"));
        refused("go together", () -> settings("proxmox", "/s", Set.of(Feature.CONSOLE_OUTPUT), "", second, "A=b"));
        refused("go together", () -> settings("proxmox", "/s", Set.of(), "console", second, "A=b"));
        refused("word", () -> settings("proxmox", "/s", Set.of(Feature.CONSOLE_OUTPUT), "a b", second, "A=b"));
        refused("positive", () -> settings("proxmox", "/s", Set.of(), "", Duration.ZERO, "A=b"));
        refused("NAME=value", () -> settings("proxmox", "/s", Set.of(), "", second, "-S/bin/sh"));
        refused("NAME=value", () -> settings("proxmox", "/s", Set.of(), "", second, "A=b\nC=d"));
    }

    private static void refused(String why, Runnable deed) {
        assertThatThrownBy(deed::run).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(why);
    }

    @Test
    void aHostIsNamedAfterItsNodeAndItsTechnology() {
        Duration second = Duration.ofSeconds(1);

        assertThat(settings("proxmox", "/s", Set.of(), "", second, "A=b").host(new TestNode(directory)).value()).isEqualTo("here-proxmox");
    }
}
