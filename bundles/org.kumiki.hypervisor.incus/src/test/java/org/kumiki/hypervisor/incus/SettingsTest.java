package org.kumiki.hypervisor.incus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.model.HostId;

class SettingsTest {

    private static Settings settings(String project, String host) {
        return new Settings("boxes", new Endpoint.Socket(Path.of("/run/lxd.socket")), project, "shelf", Optional.empty(), host, true, 8, 0.5, 512,
                Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofHours(1));
    }

    @Test
    void aServerIsAHostAndOfAClusterEachMember() {
        assertThat(settings("mine", "{name}").host(Optional.empty())).isEqualTo(new HostId("boxes"));
        assertThat(settings("mine", "{name}").host(Optional.of("b"))).isEqualTo(new HostId("boxes-b"));
        assertThat(settings("mine", "{member}.{name}").host(Optional.of("b"))).isEqualTo(new HostId("b.boxes"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "../other", "a?b", "a&all-projects=true" })
    void whatGoesIntoAPathIsAWord(String project) {
        assertThatThrownBy(() -> settings(project, "{name}")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("project");
    }

    @Test
    void aServerIsAskedByASocketOrByHttps() {
        assertThat(Endpoint.of("unix:/var/lib/incus/unix.socket", "", "", "")).isEqualTo(new Endpoint.Socket(Path.of("/var/lib/incus/unix.socket")));
        Endpoint.Https https = (Endpoint.Https) Endpoint.of("https://127.0.0.1/", "/c", "/k", "/s");
        assertThat(https.port()).isEqualTo(8443);
        assertThat(https.isHere()).isTrue();
        assertThat(((Endpoint.Https) Endpoint.of("https://box.example:9443", "/c", "/k", "/s")).port()).isEqualTo(9443);
    }

    @ParameterizedTest
    @ValueSource(strings = { "http://127.0.0.1", "unix:relative", "https://user@host", "https://host/path", "https://host?x",
            "/var/lib/lxd/unix.socket", "" })
    void anythingElseIsRefused(String server) {
        assertThatThrownBy(() -> Endpoint.of(server, "/c", "/k", "/s")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void httpsTakesCertificates() {
        assertThatThrownBy(() -> Endpoint.of("https://box", "", "", "")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverCertificate");
    }
}
