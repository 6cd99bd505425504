package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.model.InstanceId;

/** What servers say beside their answers: consoles, events, logs. */
class ReadingTest {

    @ParameterizedTest
    @CsvSource({ "'', one two, one two", "one, one two, one two", "one two, ' two', one two", "one, ' two', one two", "one two, '', one two" })
    void theConsoleOfAGuestThatIsOffIsWhatWasKeptAndWhatIsLeft(String kept, String shown, String whole) {
        assertThat(new ConsoleTail(kept.getBytes(UTF_8)).closedBy(shown.getBytes(UTF_8)).text()).isEqualTo(whole);
    }

    @Test
    void onlyTheEndOfAConsoleIsKeptAndItBeginsWithAWholeCharacter() {
        ConsoleTail tail = new ConsoleTail("x".getBytes(UTF_8)).then("é".repeat(ConsoleTail.LIMIT / 2).getBytes(UTF_8)).then("!".getBytes(UTF_8));

        assertThat(tail.bytes()).hasSize(ConsoleTail.LIMIT);
        assertThat(tail.text()).startsWith("é").endsWith("é!").doesNotContain("\ufffd");
    }

    @Test
    void anEventIsAboutAGuest() {
        assertThat(Events.guest("{\"type\": \"lifecycle\", \"metadata\": {\"action\": \"instance-shutdown\","
                + " \"source\": \"/1.0/instances/i-0c1b2c3d4e5f60718?project=mine\"}}")).contains(new InstanceId("i-0c1b2c3d4e5f60718"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "", "{}", "{\"metadata\": 7}", "{\"metadata\": {\"source\": \"/1.0/instances/web\"}}", "not json",
            "{\"metadata\": {\"source\": \"/1.0/instances/i-0c1b2c3d4e5f60718/../x\"}}" })
    void orAboutNone(String event) {
        assertThat(Events.guest(event)).isEmpty();
    }

    @Test
    void ofALogTheFirstErrorIsTold() {
        assertThat(Containers.complaint("""
                lxc i-0c 20261126162105.702 TRACE    commands - ../src/lxc/commands.c:514 - nothing
                lxc i-0c 20261126162105.811 ERROR    start - failed to spawn
                lxc i-0c 20261126162105.809 ERROR    conf - newuidmap failed
                """)).contains("conf - newuidmap failed");
        assertThat(Containers.complaint("")).isEmpty();
    }
}
