package org.kumiki.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void areGoodEnoughWithoutAnyFile() {
        Settings settings = Settings.of(config(Map.of()));

        assertThat(settings.bodyLimit("ec2")).isEqualTo(2_097_152);
        assertThat(settings.bodyLimit("s3")).isEqualTo(5_368_709_120L);
        assertThat(settings.expected()).containsExactlyInAnyOrder("ec2", "s3", "sqs");
        assertThat(settings.paths()).containsEntry("/services/Cloud", "ec2");
        assertThat(settings.patience()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings.proxies()).isEmpty();
    }

    @Test
    void takeSeveralValuesFromOneLineOfAFile() {
        Settings settings = Settings.of(
                config(Map.of("expected", new String[] { "ec2, s3" }, "bodyLimits", new String[] { "*=10,sqs=20" })));

        assertThat(settings.expected()).containsExactlyInAnyOrder("ec2", "s3");
        assertThat(settings.bodyLimit("ec2")).isEqualTo(10);
        assertThat(settings.bodyLimit("sqs")).isEqualTo(20);
    }

    @Test
    void sayWhichValueIsWrong() {
        assertThatThrownBy(() -> Settings.of(config(Map.of("paths", new String[] { "/services" })))).hasMessageContaining("/services");
    }

    /** As the component runtime makes it: what is not configured has its default. */
    private static Settings.Config config(Map<String, Object> values) {
        return (Settings.Config) Proxy.newProxyInstance(SettingsTest.class.getClassLoader(), new Class<?>[] { Settings.Config.class },
                (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue()));
    }
}
