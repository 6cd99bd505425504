package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

class QueryTest {

    @Test
    void readsWhatIsThere() {
        Map<String, String> parameters = Map.of("state", "Running", "text", " WEB ", "page", "3", "hostText", "Rack", "hostState", "up",
                "hostPage", "2", "group", "zone");

        assertThat(Query.read(parameters::get)).isEqualTo(new Query("running", "web", 3, "rack", "up", 2, "zone"));
    }

    @Test
    void whatIsMissingOrMakesNoSenseIsAsInTheFirstOne() {
        assertThat(Query.read(name -> null)).isEqualTo(Query.FIRST);
        assertThat(Query.read(Map.of("page", "-1", "hostPage", "1e9", "state", " ")::get)).isEqualTo(Query.FIRST);
        assertThat(Query.read(Map.of("page", "99999999999999999999")::get)).isEqualTo(Query.FIRST);
    }
}
