package org.kumiki.hypervisor.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.hypervisor.incus.Links.Bridge;

class ContainersTest {

    static final Settings SETTINGS = new Settings("boxes", new Endpoint.Socket(Path.of("/run/lxd.socket")), "default", "shelf", Optional.of("kumiki"),
            "{name}", true, 8, 0.5, 512, Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(20), Duration.ofSeconds(5),
            Duration.ofHours(1));

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InstanceId GUEST = new InstanceId("i-0c1b2c3d4e5f60718");
    private static final BootSource KERNEL = new BootSource.Kernel(Path.of("/kernel"), Path.of("/initrd"), "");
    private static final GuestDisk DISK = new GuestDisk(new VolumeId("vol-0c1b2c3d4e5f60718"), new Disk(Path.of("/volume"), Disk.Format.RAW, 640),
            "/dev/sda1");
    private static final Bridge BRIDGE = new Bridge("kumiki", "172.31.0.1", 16);
    private static final NetworkLink.User LINK = new NetworkLink.User("02:4b:4d:1f:10:00", "168.0.0.0/5", "172.31.4.5", List.of(), true,
            Path.of("/meta"));

    private static GuestSpec guest(BootSource boot, Optional<GuestDisk> root, List<GuestDisk> disks) {
        return new GuestSpec(GUEST, "hostile\nname", new Resources(3, 512, 1024, 10), boot, root, disks, LINK);
    }

    @Test
    void aContainerHasTheGuestsLimitsItsOwnUsersAndOurMarkAndNothingOfOthers() {
        ObjectNode container = Containers.creation(guest(KERNEL, Optional.of(DISK), List.of()), SETTINGS, Optional.of(BRIDGE), "f".repeat(64));

        JsonNode config = container.get("config");
        assertThat(config.get("limits.cpu.allowance").asText()).isEqualTo("300ms/100ms");
        assertThat(config.get("limits.memory").asText()).isEqualTo("512MiB");
        assertThat(config.get("limits.processes").asText()).isEqualTo("512");
        assertThat(config.get("security.privileged").asText()).isEqualTo("false");
        assertThat(config.get("security.idmap.isolated").asText()).isEqualTo("true");
        assertThat(config.get("raw.lxc").asText()).contains("lxc.signal.halt = SIGUSR2\n").contains("172.31.4.5/16");
        assertThat(container.get("profiles")).isEmpty();
        assertThat(container.at("/devices/root/size").asText()).isEqualTo("640MiB");
        assertThat(container.at("/devices/root/pool").asText()).isEqualTo("shelf");
        assertThat(Containers.guest(container)).contains(GUEST);
        assertThat(container.toString()).doesNotContain("hostile");
    }

    @Test
    void whatAContainerCannotBeIsRefused() {
        refused("boots no disk", guest(new BootSource.Firmware(), Optional.empty(), List.of()), SETTINGS);
        refused("takes no volumes: [vol-0c1b2c3d4e5f60718]", guest(KERNEL, Optional.empty(), List.of(DISK)), SETTINGS);
        Settings strict = new Settings("boxes", SETTINGS.endpoint(), "default", "shelf", Optional.of("kumiki"), "{name}", false, 8, 0.5, 512,
                Duration.ofSeconds(60), Duration.ofSeconds(15), Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofHours(1));
        refused("configure rootOnServer", guest(KERNEL, Optional.of(DISK), List.of()), strict);
        assertThat(Containers.check(guest(KERNEL, Optional.of(DISK), List.of()), SETTINGS)).isEqualTo(KERNEL);
    }

    private static void refused(String why, GuestSpec guest, Settings settings) {
        assertThatThrownBy(() -> Containers.check(guest, settings)).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED)).hasMessageContaining(why);
    }

    @Test
    void whatTheServerKeepsStaysAndTheRestIsNew() throws IOException {
        JsonNode there = JSON.readTree("""
                {"architecture": "x86_64", "profiles": [], "ephemeral": false, "stateful": false, "description": "",
                 "config": {"volatile.base_image": "f", "image.kumiki": "1-ab", "limits.memory": "1MiB", "user.kumiki.nameserver": "10.0.0.1"},
                 "devices": {"tcp-127.0.0.1-80": {"type": "proxy"}}}""");

        ObjectNode changed = Containers.changed(there, Containers.description(guest(KERNEL, Optional.empty(), List.of()), SETTINGS,
                Optional.empty()));

        assertThat(changed.at("/config/volatile.base_image").asText()).isEqualTo("f");
        assertThat(changed.at("/config/limits.memory").asText()).isEqualTo("512MiB");
        assertThat(changed.get("config").has("user.kumiki.nameserver")).isFalse();
        assertThat(changed.get("devices").has("tcp-127.0.0.1-80")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "{\"name\": \"i-0c1b2c3d4e5f60718\", \"config\": {}}",
            "{\"name\": \"web\", \"config\": {\"user.kumiki.instance\": \"web\"}}",
            "{\"name\": \"i-0c1b2c3d4e5f60718\", \"config\": {\"user.kumiki.instance\": \"i-00000000000000000\"}}", "{}" })
    void whatHasNotOurMarkIsSomebodyElses(String container) throws IOException {
        assertThat(Containers.guest(JSON.readTree(container))).isEmpty();
    }

    @Test
    void onlyOneThatIsOffIsOff() throws IOException {
        assertThat(Containers.state(JSON.readTree("{\"status_code\": 102}"))).isEqualTo(GuestState.STOPPED);
        assertThat(Containers.state(JSON.readTree("{\"status_code\": 103}"))).isEqualTo(GuestState.RUNNING);
        assertThat(Containers.state(JSON.readTree("{\"status_code\": 110}"))).as("frozen").isEqualTo(GuestState.RUNNING);
    }
}
