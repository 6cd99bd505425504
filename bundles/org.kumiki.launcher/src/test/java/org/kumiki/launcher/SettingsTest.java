package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

    @TempDir
    Path home;

    @BeforeEach
    void writeProperties() throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/framework.properties"), """
                kumiki.port=8774
                kumiki.load=${kumiki.home}/load,${kumiki.data}/load
                unknown=${not.ours}
                """);
    }

    @Test
    void theCommandLineWinsOverTheFile() throws IOException {
        assertThat(settings().port("kumiki.port")).isEqualTo(8774);
        assertThat(settings("--port", "9000").port("kumiki.port")).isEqualTo(9000);
    }

    @Test
    void dataIsInTheDistributionUnlessSaid() throws IOException {
        assertThat(settings().data()).isEqualTo(home.resolve("data"));
        assertThat(settings("--data", "/var/lib/kumiki").get("kumiki.load"))
                .isEqualTo(home.resolve("load") + ",/var/lib/kumiki/load");
    }

    @Test
    void aReferenceThatIsNotOursIsLeftForTheFramework() throws IOException {
        assertThat(settings().get("unknown")).isEqualTo("${not.ours}");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertThatIllegalArgumentException().isThrownBy(() -> settings("--prot", "1")).withMessageContaining("--prot");
        assertThatIllegalArgumentException().isThrownBy(() -> settings("--port")).withMessageContaining("needs a value");
        assertThatIllegalArgumentException().isThrownBy(() -> settings("--port", "http").port("kumiki.port"))
                .withMessageContaining("0 to 65535");
    }

    private Settings settings(String... more) throws IOException {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "--home";
        arguments[1] = home.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return Settings.of(arguments);
    }
}
