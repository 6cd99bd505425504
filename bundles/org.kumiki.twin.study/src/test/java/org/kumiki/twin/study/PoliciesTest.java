package org.kumiki.twin.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.policy.Policy;
import org.kumiki.policy.beloglazov.Beloglazov;

/** Needs the bundles of the policies, which `mvn verify` has made of their classes, and `mvn test` has not. */
class PoliciesTest {

    @TempDir
    Path directory;

    private final ClassLoader classes = getClass().getClassLoader();

    @Test
    void bundlesOnTheClassPathAreFoundWithWhatCanBeConfigured() {
        Policies policies = Policies.of(classes);

        assertThat(policies.names(Policy.class)).containsExactly("balance", "beloglazov", "consolidate", "powersave", "stochastic");
        BrainBundle beloglazov = policies.named(Policy.class, "beloglazov").orElseThrow();
        assertThat(beloglazov.parameters()).isEqualTo(Map.of("overload", "iqr", "parameter", 1.5, "selection", "mmt"));
        assertThat(beloglazov.create(Map.of("overload", "thr", "parameter", 0.8))).isInstanceOf(Beloglazov.class);
        assertThat(policies.named(Policy.class, "nobody")).isEmpty();
    }

    @Test
    void whatAPolicySaysOfItsParametersIsPassedOn() {
        BrainBundle beloglazov = Policies.of(classes).named(Policy.class, "beloglazov").orElseThrow();

        assertThatThrownBy(() -> beloglazov.create(Map.of("selection", "any"))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("any");
    }

    @Test
    void plugInsAreFoundInADirectoryAndGoBeforeWhatIsThere() throws IOException {
        PlugIns.throwing(directory, "throwing");
        PlugIns.throwing(directory, "stochastic");

        Policies policies = Policies.of(directory, classes);

        assertThat(policies.names(Policy.class)).containsExactly("balance", "beloglazov", "consolidate", "powersave", "stochastic", "throwing");
        assertThat(policies.named(Policy.class, "throwing").orElseThrow().parameters()).isEqualTo(Map.of("after", 3L));
        assertThat(policies.named(Policy.class, "throwing").orElseThrow().create(Map.of("after", 5L))).isInstanceOf(PlugIns.Throwing.class);
        assertThat(policies.named(Policy.class, "stochastic").orElseThrow().type()).isEqualTo(PlugIns.Throwing.class.getName());
        assertThat(policies.named(Policy.class, "beloglazov").orElseThrow().type()).isEqualTo(Beloglazov.class.getName());
    }
}
