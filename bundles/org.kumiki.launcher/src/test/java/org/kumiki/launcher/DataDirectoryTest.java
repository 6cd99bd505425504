package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    Path parent;

    @Test
    void nobodyElseMayReadIt() throws IOException {
        try (DataDirectory data = DataDirectory.open(parent.resolve("data"))) {
            assertThat(data.frameworkStorage().getParent()).isEqualTo(parent.resolve("data"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent.resolve("data")))).isEqualTo("rwx------");
        }
    }

    @Test
    void anotherDistributionEmptiesTheFrameworksStorage() throws IOException {
        try (DataDirectory data = DataDirectory.open(parent.resolve("data"))) {
            assertThat(data.isWarm("one")).isFalse();
            Files.createDirectories(data.frameworkStorage().resolve("bundle1"));
            data.setWarm("one");

            assertThat(data.isWarm("one")).isTrue();
            assertThat(data.frameworkStorage()).exists();
            assertThat(data.isWarm("two")).isFalse();
            assertThat(data.frameworkStorage()).doesNotExist();
        }
    }

    @Test
    void whatItTellsIsGoneWhenItStops() throws IOException {
        Path run = parent.resolve("data/run");
        try (DataDirectory data = DataDirectory.open(parent.resolve("data"))) {
            data.tell("endpoint", "AWS_ENDPOINT_URL=http://127.0.0.1:1\n");
            assertThat(run.resolve("endpoint")).hasContent("AWS_ENDPOINT_URL=http://127.0.0.1:1");
            assertThat(run.resolve("kumiki.pid")).exists();
        }

        assertThat(run.resolve("endpoint")).doesNotExist();
        assertThat(run.resolve("kumiki.pid")).doesNotExist();
    }
}
