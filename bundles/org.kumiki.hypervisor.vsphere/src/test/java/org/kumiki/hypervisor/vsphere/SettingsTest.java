package org.kumiki.hypervisor.vsphere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    Path directory;

    static Settings settings(Map<String, Source> sources) {
        return settings(login("https://vcenter.example/sdk", "secret", "", "", ""), sources);
    }

    private static Settings settings(Settings.Login login, Map<String, Source> sources) {
        return new Settings("lab", login, "", "", "", "kumiki", "", sources, "otherLinux64Guest", 2, 0.5, 1000, 0.5, 200, Duration.ofSeconds(2),
                Duration.ofMillis(1), Duration.ofSeconds(5));
    }

    private static Settings.Login login(String url, String password, String passwordFile, String authorities, String thumbprint) {
        return new Settings.Login(URI.create(url), "me", password, passwordFile, authorities, thumbprint);
    }

    @Test
    void nobodyIsAskedInTheClear() {
        assertThatThrownBy(() -> login("http://vcenter.example/sdk", "secret", "", "", "")).hasMessageContaining("https://");
    }

    @Test
    void aLoginHasOnePasswordAndItIsInNoLog() {
        assertThatThrownBy(() -> login("https://vcenter.example/sdk", "", "", "", "")).hasMessageContaining("password");
        assertThatThrownBy(() -> login("https://vcenter.example/sdk", "secret", "/etc/secret", "", "")).hasMessageContaining("password");
        assertThat(settings(Map.of()).toString()).doesNotContain("secret");
    }

    @Test
    void aCertificateIsTrustedInOneWay() {
        assertThatThrownBy(() -> login("https://vcenter.example/sdk", "secret", "", "/etc/ca.pem", "00".repeat(32))).hasMessageContaining("either");
        assertThatThrownBy(() -> login("https://vcenter.example/sdk", "secret", "", "", "00".repeat(20))).hasMessageContaining("32 bytes");
        assertThat(Trust.digest("AA:".repeat(31) + "0f")).hasSize(32).endsWith(15);
    }

    @Test
    void aPasswordThatOthersReadIsNotUsed() throws Exception {
        Path file = Files.createFile(directory.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "secret\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Settings.Login login = login("https://vcenter.example/sdk", "", file.toString(), "", "");
        assertThatThrownBy(login::readPassword).hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(login.readPassword()).isEqualTo("secret");
    }

    @Test
    void imagesAreNamedOnceAndTheirFilesByWholePaths() {
        assertThat(Settings.sources(new String[] { "debian=templates/debian 12", "small" }, new String[] { "own=/srv/own.raw" })).isEqualTo(
                Map.of("debian", new Source.Template("templates/debian 12"), "small", new Source.Template("small"), "own",
                        new Source.RawDisk(Path.of("/srv/own.raw"))));
        assertThatThrownBy(() -> Settings.sources(new String[] { "a" }, new String[] { "a=/srv/a.raw" })).hasMessageContaining("two images");
        assertThatThrownBy(() -> Settings.sources(new String[0], new String[] { "a=a.raw" })).hasMessageContaining("/path/of/a/file");
        assertThatThrownBy(() -> Settings.sources(new String[] { "../a" }, new String[0])).hasMessageContaining("letters");
    }

    @Test
    void versionsBeforeSevenAlsoTranslate() {
        assertThat(VsphereHypervisor.methods("6.7.0")).hasSize(2);
        assertThat(VsphereHypervisor.methods("8.0.3")).hasSize(1);
        assertThat(VsphereHypervisor.methods("")).hasSize(1);
    }
}
