package org.kumiki.hypervisor.qemu.qmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One connection to a QEMU's control socket. Thread-safe.
 * <p>
 * A guest may have taken its QEMU over, so nothing that arrives is believed further than its shape: a line that is too long, not JSON, too
 * deep, or an answer to nothing ends the connection, and the listener is told why.
 */
public final class Qmp implements AutoCloseable {

    /** The longest answer that we ask for is a console of 64 KiB in Base64. */
    private static final int LONGEST_LINE = 1 << 20;
    private static final String OUT_OF_BAND = "oob";
    /** So few that they always fit into the socket's buffer: a QEMU that has stopped reading never blocks a writer. */
    private static final int MOST_WAITING = 64;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).maxStringLength(LONGEST_LINE).build())
            .build());

    private final ByteChannel channel;
    private final QmpListener listener;
    private final LineReader lines;
    private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    /** Completed by the greeting, with what this QEMU's protocol is capable of. */
    private final CompletableFuture<JsonNode> ready = new CompletableFuture<>();
    private final Object writing = new Object();
    private long lastId;
    private volatile String closed;

    private Qmp(ByteChannel channel, QmpListener listener) {
        this.channel = channel;
        this.listener = listener;
        this.lines = new LineReader(channel, LONGEST_LINE);
    }

    /**
     * Talks QMP over a channel, which from now on belongs to the connection.
     *
     * @param name     of the thread that reads
     * @param deadline for the greeting and the negotiation
     * @return completes when commands can be given; if it fails, the channel is closed
     */
    public static CompletableFuture<Qmp> open(ByteChannel channel, String name, QmpListener listener, Duration deadline) {
        Qmp qmp = new Qmp(channel, listener);
        Thread reader = new Thread(null, qmp::read, name, 256 << 10);
        reader.setDaemon(true);
        reader.start();
        return qmp.ready
                .thenCompose(offers -> qmp.execute("qmp_capabilities", agreement(offers), deadline))
                .thenApply(agreed -> qmp)
                .orTimeout(deadline.toMillis(), MILLISECONDS)
                .exceptionallyCompose(failure -> {
                    qmp.close();
                    return CompletableFuture.failedFuture(failure instanceof TimeoutException
                            ? QmpException.lost("there was no greeting within " + deadline)
                            : failure);
                });
    }

    private static ObjectNode agreement(JsonNode offers) {
        ObjectNode arguments = arguments();
        for (JsonNode offer : offers) {
            if (offer.asText().equals(OUT_OF_BAND)) {
                arguments.putArray("enable").add(OUT_OF_BAND);
            }
        }
        return arguments;
    }

    public static ObjectNode arguments() {
        return JSON.createObjectNode();
    }

    public CompletableFuture<JsonNode> execute(String command, Duration deadline) {
        return execute(command, arguments(), deadline);
    }

    /**
     * Gives a command.
     *
     * @return what QEMU answers; fails with a {@link QmpException}
     */
    public CompletableFuture<JsonNode> execute(String command, ObjectNode arguments, Duration deadline) {
        return give("execute", command, arguments, deadline);
    }

    /** Gives a command that overtakes all others, also one that QEMU cannot get on with. Few commands can be given so, and not by every QEMU. */
    public CompletableFuture<JsonNode> executeOutOfBand(String command, ObjectNode arguments, Duration deadline) {
        return give("exec-oob", command, arguments, deadline);
    }

    private CompletableFuture<JsonNode> give(String verb, String command, ObjectNode arguments, Duration deadline) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        synchronized (writing) {
            if (waiting.size() >= MOST_WAITING) {
                return CompletableFuture.failedFuture(QmpException.lost(MOST_WAITING + " commands are waiting for their answers already"));
            }
            long id = ++lastId;
            waiting.put(id, answer);
            if (closed == null) {
                send(JSON.createObjectNode().put(verb, command).put("id", id).set("arguments", arguments));
            }
            if (closed != null) { // before, or because, we wrote
                waiting.remove(id);
                return CompletableFuture.failedFuture(QmpException.lost(closed));
            }
        }
        return answer.orTimeout(deadline.toMillis(), MILLISECONDS).exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                failure instanceof TimeoutException ? QmpException.lost(command + " was not answered within " + deadline) : failure));
    }

    private void send(JsonNode message) {
        ByteBuffer bytes = ByteBuffer.wrap((message + "\n").getBytes(UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            end("cannot write: " + e);
        }
    }

    private void read() {
        try {
            Optional<String> line = lines.next();
            while (line.isPresent() && closed == null) {
                if (!line.get().isEmpty()) {
                    receive(JSON.readTree(line.get()));
                }
                line = lines.next();
            }
            end("QEMU closed the connection");
        } catch (JsonProcessingException e) {
            end("not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            end(e.toString());
        } catch (RuntimeException e) {
            end("the listener failed: " + e);
        }
    }

    private void receive(JsonNode message) throws IOException {
        if (message.has("QMP")) {
            if (!ready.complete(message.get("QMP").path("capabilities"))) {
                throw new IOException("a second greeting");
            }
        } else if (message.path("event").isTextual()) {
            listener.event(message.get("event").textValue(), message.has("data") ? message.get("data") : arguments());
        } else if (message.path("id").isIntegralNumber() && (message.has("return") || message.has("error"))) {
            answer(message.get("id").longValue(), message);
        } else {
            throw new IOException("neither an event nor an answer");
        }
    }

    private void answer(long id, JsonNode message) throws IOException {
        CompletableFuture<JsonNode> asked = waiting.remove(id);
        if (asked == null) {
            throw new IOException("an answer to nothing");
        }
        if (message.has("return")) {
            asked.complete(message.get("return"));
        } else {
            asked.completeExceptionally(QmpException.refused(message.get("error").path("desc").asText("no reason given")));
        }
    }

    private void end(String reason) {
        synchronized (writing) {
            if (closed != null) {
                return;
            }
            closed = reason;
        }
        try {
            channel.close();
        } catch (IOException e) {
            reason += "; and it cannot be closed: " + e;
        }
        QmpException lost = QmpException.lost(reason);
        ready.completeExceptionally(lost);
        waiting.values().forEach(answer -> answer.completeExceptionally(lost));
        waiting.clear();
        listener.closed(reason);
    }

    /** Ends the connection; commands that have not been answered fail. */
    @Override
    public void close() {
        end("closed by us");
    }
}
