package org.kumiki.aws.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void readsWhatItWrites() {
        Map<String, Object> value = Map.of("text", "a\"\\\n\u0001é組😀",
                "list", Arrays.asList(1L, -2.5, true, null, List.of(), Map.of()));

        assertThat(Json.parse(Json.write(value))).isEqualTo(value);
    }

    @Test
    void readsEveryKindOfValue() {
        assertThat(Json.parse(" { \"a\" : [ 0 , -1.5e3, \"\\u7d44\\t\" , false , null ] } "))
                .isEqualTo(Map.of("a", Arrays.asList(0L, -1_500.0, "組\t", false, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "01", "1.", "+1", "-", ".5", "1e", "nul", "\"a",
            "\"\\x\"", "\"\\u00g0\"",
            "\"\n\"", "[1] 2", "{\"a\":1,\"a\":2}", "NaN", "'a'" })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("JSON, at character");
    }

    @Test
    void refusesToNestForEver() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000))).hasMessageContaining("nested deeper");
    }
}
