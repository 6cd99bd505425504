package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.PathRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;

/**
 * The REST API that LXD and Incus have in common: what is asked is answered by a tree, what is ordered becomes an operation whose end is waited
 * for. Everything happens in one project. Thread-safe.
 */
final class Api implements AutoCloseable {

    /** At the end of a path: in all projects, whose names must not be there then. */
    static final String EVERYWHERE = "all-projects=true";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BYTES = "application/octet-stream";
    private static final Pattern OPERATION = Pattern.compile("/1\\.0/operations/[0-9a-fA-F-]{8,64}");
    private static final int FIRST_ERROR = 400;
    private static final int CANCELLED = 401;
    private static final int SUCCESS = 200;
    /** More orders at a time are not carried out sooner, and each of them later: a server may have to make root file systems of all. */
    private static final int MOST_ORDERS = 8;

    private final Wire wire;
    private final String project;
    private final Duration toAsk;
    private final Duration toAct;
    private final Semaphore orders = new Semaphore(MOST_ORDERS, true);

    Api(Wire wire, Settings settings) {
        this.wire = wire;
        this.project = settings.project();
        this.toAsk = settings.toAsk();
        this.toAct = settings.toAct();
    }

    /** The answer to a question. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return metadata(send(wire.request("GET", inProject(path)), toAsk));
    }

    /** The answer to a question about something that may not be there. */
    Optional<JsonNode> find(String path) throws IOException, InterruptedException {
        try {
            return Optional.of(get(path));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A file, as it is; empty if there is none, or if there is nothing in it, which these servers do not tell apart from an error. */
    Optional<byte[]> file(String path) throws IOException, InterruptedException {
        Wire.Answer answer = wire.exchange(wire.request("GET", inProject(path)), toAsk);
        return answer.status() == SUCCESS ? Optional.of(answer.body()) : Optional.empty();
    }

    /** Writes a small file. */
    void write(String path, byte[] content) throws IOException, InterruptedException {
        send(wire.request("POST", inProject(path)).body(new BytesRequestContent(BYTES, content)), toAsk);
    }

    /** Gives an order and waits until it is carried out; answers what came of it. */
    JsonNode order(String method, String path, JsonNode body) throws IOException, InterruptedException {
        return order(method, path, body, toAct);
    }

    JsonNode order(String method, String path, JsonNode body, Duration limit) throws IOException, InterruptedException {
        Request request = wire.request(method, inProject(path)).body(new BytesRequestContent("application/json", JSON.writeValueAsBytes(body)));
        return carryOut(request, limit);
    }

    void delete(String path) throws IOException, InterruptedException {
        carryOut(wire.request("DELETE", inProject(path)), toAct);
    }

    /** Limits count from when it is this order's turn. A server may do all of it before it answers, so it may take as long. */
    private JsonNode carryOut(Request request, Duration limit) throws IOException, InterruptedException {
        orders.acquire();
        try {
            return finish(send(request, limit), limit);
        } finally {
            orders.release();
        }
    }

    /** Sends a file that may be large and waits until the server has taken it in. */
    JsonNode upload(String path, Path file) throws IOException, InterruptedException {
        return finish(send(wire.request("POST", inProject(path)).body(new PathRequestContent(BYTES, file)), toAct), toAct);
    }

    /** Opens a web socket. */
    CompletableFuture<?> listen(String path, FrameHandler handler) throws IOException {
        return wire.listen(inProject(path), handler);
    }

    private JsonNode send(Request request, Duration limit) throws IOException, InterruptedException {
        Wire.Answer answer = wire.exchange(request, limit);
        JsonNode tree = tree(answer);
        if (answer.status() >= FIRST_ERROR || tree.path("type").asText().equals("error")) {
            throw new ApiException(wire.toString(), tree.path("error_code").asInt(answer.status()),
                    tree.path("error").asText("error " + answer.status()));
        }
        return tree;
    }

    private JsonNode tree(Wire.Answer answer) throws IOException {
        try {
            JsonNode tree = JSON.readTree(answer.body());
            if (tree != null && tree.isObject()) {
                return tree;
            }
        } catch (JsonProcessingException e) {
            throw new IOException(wire + " answers something else than LXD and Incus do (" + answer.status() + ")", e);
        }
        throw new IOException(wire + " answers something else than LXD and Incus do (" + answer.status() + ")");
    }

    private static JsonNode metadata(JsonNode answer) {
        return answer.path("metadata");
    }

    /** Waits for an operation, if it became one. */
    private JsonNode finish(JsonNode answer, Duration limit) throws IOException, InterruptedException {
        if (!answer.path("type").asText().equals("async")) {
            return metadata(answer);
        }
        String operation = answer.path("operation").asText();
        if (!OPERATION.matcher(operation).matches()) {
            throw new IOException(wire + " names an operation that is none");
        }
        Request wait = wire.request("GET", inProject(operation + "/wait?timeout=" + limit.toSeconds()));
        JsonNode end = metadata(send(wait, limit.plus(toAsk)));
        int code = end.path("status_code").asInt();
        if (code == SUCCESS) {
            return metadata(end);
        }
        if (code >= FIRST_ERROR) {
            throw new ApiException(wire.toString(), code == CANCELLED ? FIRST_ERROR : code, end.path("err").asText("it was cancelled"));
        }
        throw new HypervisorException(Reason.UNAVAILABLE, wire + " has not done it within " + limit.toSeconds() + " s: " + describe(end));
    }

    private static String describe(JsonNode operation) {
        return operation.path("description").asText("an operation").replaceAll("\\p{Cc}+", " ");
    }

    private String inProject(String path) {
        return path.endsWith(EVERYWHERE) ? path : path + (path.contains("?") ? "&" : "?") + "project=" + word(project);
    }

    /** As it may be written into a path or a query. */
    static String word(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    @Override
    public String toString() {
        return wire.toString();
    }
}
