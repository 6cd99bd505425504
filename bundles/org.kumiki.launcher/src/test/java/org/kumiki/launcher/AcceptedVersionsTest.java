package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Version;

class AcceptedVersionsTest {

    private static final String NAME = "vendor.thing";

    @TempDir
    Path directory;
    private AcceptedVersions versions;

    @BeforeEach
    void acceptTheSecond() throws IOException {
        versions = new AcceptedVersions(directory.resolve("accepted"), Files.createDirectories(directory.resolve("plugins")));
        versions.remember(NAME, new Version(2, 0, 0), "second");
    }

    @Test
    void theSameAndNewerOnesMayRun() {
        assertThatNoException().isThrownBy(() -> versions.check(NAME, new Version(2, 0, 0), "second"));
        assertThatNoException().isThrownBy(() -> versions.check(NAME, new Version(2, 0, 1), "third"));
        assertThatNoException().isThrownBy(() -> versions.check("vendor.other", new Version(1, 0, 0), "first"));
    }

    @Test
    void anOlderOneMayNot() {
        refuses(new Version(1, 9, 9), "first", "version 2.0.0 ran before", versions.file().toString());
    }

    @Test
    void otherBytesOfTheSameVersionMayNot() {
        refuses(new Version(2, 0, 0), "other", "other bytes ran as the same version");
    }

    @Test
    void thePlatformsOwnRollBackMay() throws Exception {
        Path kept = Jars.bundle(directory.resolve("plugins/" + NAME + ".jar"), NAME, "1.0.0");

        versions.check(NAME, new Version(1, 0, 0), Content.digest(kept));

        refuses(new Version(1, 0, 0), "other", "version 2.0.0 ran before");
    }

    @Test
    void whoeverDeletesTheLineLetsAnOlderOneIn() throws Exception {
        versions.remember("vendor.other", new Version(7, 0, 0), "seventh");
        Files.write(versions.file(), Files.readAllLines(versions.file()).stream().filter(line -> !line.startsWith(NAME + " ")).toList());

        versions.check(NAME, new Version(1, 0, 0), "first");

        assertThatExceptionOfType(BundleRefused.class).isThrownBy(() -> versions.check("vendor.other", new Version(1, 0, 0), "first"));
    }

    @Test
    void whatRanLastCountsNotWhatRanOnce() throws Exception {
        versions.remember(NAME, new Version(1, 0, 0), "first"); // rolled back

        versions.check(NAME, new Version(1, 5, 0), "between");
    }

    @Test
    void aNameThatIsNoneIsRefusedAndAFileThatIsBrokenIsNotForgotten() throws IOException {
        for (String name : new String[] { "", "vendor thing", "vendor.thing\n", "../vendor", "vendor..thing" }) {
            assertThatExceptionOfType(BundleRefused.class).isThrownBy(() -> versions.check(name, new Version(3, 0, 0), "third"));
        }
        Files.writeString(versions.file(), "vendor.thing\n");

        assertThatIOException().isThrownBy(() -> versions.check(NAME, new Version(3, 0, 0), "third")).withMessageContaining("accepted");
        assertThat(versions.file()).hasContent("vendor.thing");
    }

    private void refuses(Version version, String digest, String... because) {
        assertThatExceptionOfType(BundleRefused.class).isThrownBy(() -> versions.check(NAME, version, digest))
                .satisfies(e -> assertThat(e.getMessage()).contains(because));
    }
}
