package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import org.junit.jupiter.api.Test;

class AskTest {

    @Test
    void readsWhatIsThereOfItsListAndNoOther() {
        Map<String, String> parameters = Map.of("queueText", " Orders ", "queueSort", "size", "queuePage", "3", "bucketText", "x");

        assertThat(Ask.read(parameters::get, "queue")).isEqualTo(new Ask("orders", true, 3));
        assertThat(Ask.read(parameters::get, "domain")).isEqualTo(Ask.FIRST);
    }

    @Test
    void whatMakesNoSenseIsAsInTheFirstPage() {
        assertThat(Ask.read(Map.of("queueSort", "colour", "queuePage", "-4")::get, "queue")).isEqualTo(Ask.FIRST);
    }
}
