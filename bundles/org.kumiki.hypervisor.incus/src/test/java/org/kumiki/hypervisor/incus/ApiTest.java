package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;

/** With a peer that says what it was told to, however wrong that is. */
@Timeout(120)
class ApiTest {

    private static final String OPERATION = "/1.0/operations/10baa7ed-f65f-4d4c-91e5-cfba1e355251";

    @TempDir
    Path temp;

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ServerSocketChannel peer;
    private Endpoint endpoint;
    private Api api;

    @BeforeEach
    void begin() throws IOException {
        Path socket = temp.resolve("socket");
        peer = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "peer");
        thread.setDaemon(true);
        thread.start();
        endpoint = new Endpoint.Socket(socket);
        api = api(Duration.ofSeconds(60));
    }

    private Api api(Duration toAsk) throws IOException {
        return new Api(new Wire(endpoint), new Settings("boxes", endpoint, "mine", "shelf", Optional.empty(), "{name}", true, 8, 0.5, 512,
                Duration.ofSeconds(60), toAsk, Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofHours(1)));
    }

    @AfterEach
    void end() throws IOException {
        api.close();
        peer.close();
    }

    /** An answer for each connection. One that is not known gets none. */
    private void serve() {
        while (true) {
            try {
                SocketChannel client = peer.accept();
                BufferedReader in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), ISO_8859_1));
                String question = question(in);
                if (question.equals("OPTIONS *")) { // as each connection begins
                    client.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8)));
                    question = question(in);
                }
                asked.add(question);
                String answer = answers.get(question);
                if (answer != null) {
                    client.write(ByteBuffer.wrap((answer.startsWith("HTTP/") ? answer
                            : "HTTP/1.1 200 OK\r\nContent-Length: " + answer.getBytes(UTF_8).length + "\r\nConnection: close\r\n\r\n" + answer)
                                    .getBytes(UTF_8)));
                    client.close();
                }
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static String question(BufferedReader in) throws IOException {
        String question = in.readLine().replace(" HTTP/1.1", "");
        while (!in.readLine().isEmpty()) {
            continue; // headers
        }
        return question;
    }

    private static String sync(String metadata) {
        return "{\"type\": \"sync\", \"metadata\": " + metadata + "}";
    }

    private static String async(String operation) {
        return "{\"type\": \"async\", \"operation\": \"" + operation + "\"}";
    }

    private static String failing(int status, String error) {
        String body = "{\"type\": \"error\", \"error_code\": " + status + ", \"error\": \"" + error + "\"}";
        return "HTTP/1.1 " + status + " Bad\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n" + body;
    }

    @Test
    void asksInItsProject() throws Exception {
        answers.put("GET /1.0/images?recursion=1&project=mine", sync("[1]"));

        assertThat(api.get("/1.0/images?recursion=1").path(0).asInt()).isEqualTo(1);
    }

    @Test
    void whatIsNotThereIsEmpty() throws Exception {
        answers.put("GET /1.0/instances/web?project=mine", failing(404, "Instance not found"));

        assertThat(api.find("/1.0/instances/web")).isEmpty();
    }

    @Test
    void anOrderEndsWithItsOperation() throws Exception {
        answers.put("DELETE /1.0/instances/web?project=mine", async(OPERATION));
        answers.put("GET " + OPERATION + "/wait?timeout=60&project=mine", sync("{\"status_code\": 200, \"metadata\": {}}"));

        api.delete("/1.0/instances/web");

        assertThat(asked).hasSize(2);
    }

    @Test
    void anOperationThatFailsSaysWhyAndWhoMustAct() {
        answers.put("DELETE /1.0/instances/web?project=mine", async(OPERATION));
        answers.put("GET " + OPERATION + "/wait?timeout=60&project=mine",
                sync("{\"status_code\": 400, \"err\": \"write: no space left on device\\nroot\"}"));

        assertThatThrownBy(() -> api.delete("/1.0/instances/web")).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.EXHAUSTED)).hasMessageEndingWith("says: write: no space left on device root");
    }

    @Test
    void anOperationThatTakesTooLongIsNotWaitedFor() {
        answers.put("DELETE /1.0/instances/web?project=mine", async(OPERATION));
        answers.put("GET " + OPERATION + "/wait?timeout=60&project=mine", sync("{\"status_code\": 103, \"description\": \"Deleting instance\"}"));

        assertThatThrownBy(() -> api.delete("/1.0/instances/web")).isInstanceOfSatisfying(HypervisorException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE)).hasMessageContaining("has not done it within 60 s: Deleting instance");
    }

    @Test
    void anOperationOfAnotherNameIsNotAskedFor() {
        answers.put("DELETE /1.0/instances/web?project=mine", async("/1.0/../../etc/passwd"));

        assertThatThrownBy(() -> api.delete("/1.0/instances/web")).isInstanceOf(IOException.class).hasMessageContaining("an operation that is none");
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatIsNoAnswerOfSuchAServerIsNone() {
        answers.put("GET /1.0?project=mine", "<html>");
        answers.put("GET /1.0/a?project=mine", "[]");
        answers.put("GET /1.0/b?project=mine", "HTTP/1.1 302 Found\r\nLocation: http://other/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThatThrownBy(() -> api.get("/1.0")).isInstanceOf(IOException.class).hasMessageContaining("something else");
        assertThatThrownBy(() -> api.get("/1.0/a")).isInstanceOf(IOException.class).hasMessageContaining("something else");
        assertThatThrownBy(() -> api.get("/1.0/b")).isInstanceOf(IOException.class).hasMessageContaining("something else");
    }

    @Test
    void aServerThatSaysNothingIsNotWaitedFor() throws IOException {
        try (Api impatient = api(Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> impatient.get("/1.0")).isInstanceOf(IOException.class).hasMessageContaining("has not answered within 1 s");
        }
    }

    @Test
    void aServerThatForbidsItIsToldOf() {
        answers.put("GET /1.0/instances?project=mine", failing(403, "not authorized"));

        assertThatThrownBy(() -> api.get("/1.0/instances")).isInstanceOf(HypervisorException.class).hasMessageContaining("lxc config trust add");
    }
}
