package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedKeysTest {

    @TempDir
    Path directory;

    @Test
    void withoutADirectoryOrWithoutFilesNobodyAsksForSignatures() throws IOException {
        assertThat(TrustedKeys.in(directory.resolve("trusted")).isEmpty()).isTrue();
        assertThat(TrustedKeys.in(directory).isEmpty()).isTrue();
    }

    @Test
    void everyCertificateOfEveryFileCounts() throws IOException {
        Path trusted = Files.createDirectory(directory.resolve("trusted"));
        Keys keys = new Keys().create("one").create("two").create("three");
        Files.writeString(trusted.resolve("one.pem"), keys.pem("one") + keys.pem("two"));
        Files.writeString(trusted.resolve("three.pem"), keys.pem("three"));

        assertThat(TrustedKeys.in(trusted)).isEqualTo(keys.trusted("one", "two", "three"));
    }

    @Test
    void aFileThatIsNoCertificateStopsTheStart() throws IOException {
        for (String text : new String[] { "", "ssh-ed25519 AAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" }) {
            Files.writeString(directory.resolve("broken.pem"), text);

            assertThatIOException().isThrownBy(() -> TrustedKeys.in(directory)).withMessageContaining("broken.pem");
        }
    }
}
