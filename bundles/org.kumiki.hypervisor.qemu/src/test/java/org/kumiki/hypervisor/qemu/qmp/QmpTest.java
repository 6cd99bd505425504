package org.kumiki.hypervisor.qemu.qmp;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import com.fasterxml.jackson.databind.JsonNode;

@Timeout(60)
class QmpTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path temp;

    private FakeQemu qemu;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final QmpListener listener = new QmpListener() {

        @Override
        public void event(String name, JsonNode data) {
            events.add(name + " " + data);
        }

        @Override
        public void closed(String reason) {
            closed.complete(reason);
        }
    };

    @BeforeEach
    void start() throws IOException {
        qemu = new FakeQemu(temp);
    }

    @AfterEach
    void stop() throws IOException {
        qemu.close();
    }

    private CompletableFuture<Qmp> connect(Duration deadline) {
        return Qmp.open(qemu.client(), "qmp-test", listener, deadline);
    }

    private Qmp open() throws Exception {
        CompletableFuture<Qmp> opening = connect(LONG);
        qemu.negotiate();
        return opening.get();
    }

    @Test
    void negotiatesBeforeItTakesCommands() throws Exception {
        CompletableFuture<Qmp> opening = connect(LONG);

        qemu.say(FakeQemu.GREETING);
        assertThat(qemu.hear()).isEqualTo("{\"execute\":\"qmp_capabilities\",\"id\":1,\"arguments\":{}}");
        assertThat(opening).isNotDone();
        qemu.say("{\"return\": {}, \"id\": 1}\r\n");

        assertThat(opening.get()).isNotNull();
    }

    /** Else nothing could be said any more to a QEMU that a command holds. */
    @Test
    void agreesToCommandsOutOfBandWhereTheyAreOffered() throws Exception {
        CompletableFuture<Qmp> opening = connect(LONG);
        qemu.say(FakeQemu.GREETING.replace("\"capabilities\": []", "\"capabilities\": [\"oob\", \"more\"]"));
        assertThat(qemu.hear()).isEqualTo("{\"execute\":\"qmp_capabilities\",\"id\":1,\"arguments\":{\"enable\":[\"oob\"]}}");
        qemu.say("{\"return\": {}, \"id\": 1}\r\n");
        Qmp qmp = opening.get();

        CompletableFuture<JsonNode> stuck = qmp.execute("query-migrate", LONG);
        CompletableFuture<JsonNode> quick = qmp.executeOutOfBand("yank", Qmp.arguments(), LONG);
        qemu.hear();
        assertThat(qemu.hear()).isEqualTo("{\"exec-oob\":\"yank\",\"id\":3,\"arguments\":{}}");
        qemu.say("{\"return\": {}, \"id\": 3}\r\n");

        quick.get();
        assertThat(stuck).isNotDone();
    }

    @Test
    void handsAnswersToWhoeverAsked() throws Exception {
        Qmp qmp = open();

        CompletableFuture<JsonNode> first = qmp.execute("query-status", LONG);
        CompletableFuture<JsonNode> second = qmp.execute("ringbuf-read", Qmp.arguments().put("device", "console"), LONG);
        qemu.hear();
        assertThat(qemu.hear()).isEqualTo("{\"execute\":\"ringbuf-read\",\"id\":3,\"arguments\":{\"device\":\"console\"}}");
        qemu.say("{\"return\": \"text\", \"id\": 3}\r\n{\"return\": {\"status\": \"running\"}, \"id\": 2}\r\n");

        assertThat(first.get().path("status").textValue()).isEqualTo("running");
        assertThat(second.get().textValue()).isEqualTo("text");
    }

    @Test
    void tellsARefusalFromALoss() throws Exception {
        Qmp qmp = open();

        CompletableFuture<JsonNode> refused = qmp.execute("device_del", LONG);
        qemu.hear();
        qemu.say("{\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"Device 'x' not found\"}, \"id\": 2}\r\n");
        assertThatThrownBy(refused::get).hasCause(QmpException.refused("Device 'x' not found")).cause()
                .satisfies(e -> assertThat(((QmpException) e).answered()).isTrue());

        CompletableFuture<JsonNode> lost = qmp.execute("quit", LONG);
        qemu.close();
        assertThatThrownBy(lost::get).cause().isInstanceOfSatisfying(QmpException.class, e -> assertThat(e.answered()).isFalse());
    }

    @Test
    void passesEventsOnEvenBetweenACommandAndItsAnswer() throws Exception {
        Qmp qmp = open();

        CompletableFuture<JsonNode> answer = qmp.execute("system_powerdown", LONG);
        qemu.say("{\"event\": \"POWERDOWN\", \"timestamp\": {\"seconds\": 1, \"microseconds\": 2}}\r\n"
                + "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true}}\r\n{\"return\": {}, \"id\": 2}\r\n");

        answer.get();
        assertThat(events).containsExactly("POWERDOWN {}", "SHUTDOWN {\"guest\":true}");
    }

    @Test
    void failsWhatWaitsWhenTheConnectionEnds() throws Exception {
        Qmp qmp = open();
        List<CompletableFuture<JsonNode>> answers = IntStream.range(0, 5).mapToObj(i -> qmp.execute("stop", LONG)).toList();

        qmp.close();

        assertThat(answers).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(qmp.execute("stop", LONG)).isCompletedExceptionally();
        assertThat(closed.get()).isEqualTo("closed by us");
    }

    @Test
    void doesNotWaitForeverForAGreeting() {
        assertThatThrownBy(() -> connect(SHORT).get()).isInstanceOf(ExecutionException.class);
        assertThat(closed.orTimeout(30, SECONDS).join()).isEqualTo("closed by us");
    }

    @Test
    void givesUpAnAnswerThatIsTooLateAndTakesItForNothingLater() throws Exception {
        Qmp qmp = open();

        assertThatThrownBy(() -> qmp.execute("query-status", SHORT).get()).hasMessageContaining("was not answered within PT0.05S");

        qemu.hear();
        qemu.say("{\"return\": {}, \"id\": 2}\r\n");
        CompletableFuture<JsonNode> next = qmp.execute("query-name", LONG);
        qemu.say("{\"return\": {}, \"id\": 3}\r\n");
        assertThat(next.get()).isNotNull();
    }

    @Test
    void neverBlocksOnAQemuThatHasStoppedReading() throws Exception {
        Qmp qmp = open();

        List<CompletableFuture<JsonNode>> answers = IntStream.range(0, 100).mapToObj(i -> qmp.execute("stop", LONG)).toList();

        assertThat(answers.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(36);
    }

    @ParameterizedTest
    @ValueSource(strings = { "hello", "[]", "7", "null", "{}", "{\"return\": {}}", "{\"return\": {}, \"id\": \"2\"}", "{\"return\": {}, \"id\": 99}",
            "{\"event\": 7}", "{\"id\": 2}", "{\"QMP\": {}}", "{\"a\":" })
    void closesAConnectionOverWhichGarbageComes(String garbage) throws Exception {
        Qmp qmp = open();

        qemu.say(garbage + "\r\n");

        assertThat(closed.get()).isNotEqualTo("closed by us").isNotEqualTo("QEMU closed the connection");
        assertThat(qmp.execute("query-status", LONG)).isCompletedExceptionally();
    }

    @Test
    void closesAConnectionOverWhichAnEndlessLineComes() throws Exception {
        open();

        assertThatThrownBy(() -> {
            while (true) {
                qemu.say("x".repeat(1 << 16));
            }
        }).isInstanceOf(IOException.class);

        assertThat(closed.get()).contains("a line of more than 1048576 bytes");
    }

    @Test
    void closesAConnectionOverWhichAnAbyssComes() throws Exception {
        open();

        qemu.say("[".repeat(100_000) + "\r\n");

        assertThat(closed.get()).contains("nesting depth");
    }

    @Test
    void closesAConnectionWhoseListenerFails() throws Exception {
        CompletableFuture<String> reason = new CompletableFuture<>();
        CompletableFuture<Qmp> opening = Qmp.open(qemu.client(), "qmp-test", new QmpListener() {

            @Override
            public void event(String name, JsonNode data) {
                throw new IllegalStateException("oops");
            }

            @Override
            public void closed(String text) {
                reason.complete(text);
            }
        }, LONG);
        qemu.negotiate();
        opening.get();

        qemu.say("{\"event\": \"RESUME\"}\r\n");

        assertThat(reason.get()).contains("oops");
    }
}
