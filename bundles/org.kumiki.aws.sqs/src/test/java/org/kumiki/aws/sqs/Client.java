package org.kumiki.aws.sqs;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.kumiki.aws.signature.Signer;
import org.kumiki.aws.wire.Json;
import org.kumiki.testing.TwoAccounts;

/** A client of SQS that does no more than it must, in JSON or with queries. */
final class Client {

    /** What came back. */
    record Answer(int status, String text, HttpResponse<String> response) {

        Map<String, Object> json() {
            return text.isEmpty() ? Map.of() : Json.parseObject(text);
        }

        String get(String member) {
            return String.valueOf(json().get(member));
        }

        /** The structures in a list. */
        @SuppressWarnings("unchecked") // keys are strings by construction
        List<Map<String, Object>> list(String member) {
            return (List<Map<String, Object>>) json().getOrDefault(member, List.of());
        }

        @SuppressWarnings("unchecked") // keys are strings by construction
        Map<String, Object> map(String member) {
            return (Map<String, Object>) json().getOrDefault(member, Map.of());
        }

        /** The code of an error as it was in queries; empty for success. */
        String code() {
            return response.headers().firstValue("x-amzn-query-error").map(error -> error.split(";")[0]).orElse("");
        }

        /** What is in an element of XML. */
        String element(String name) {
            int start = text.indexOf("<" + name + ">");
            return start < 0 ? null : text.substring(start + name.length() + 2, text.indexOf("</" + name + ">", start));
        }
    }

    private static final String JSON = "application/x-amz-json-1.0";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;
    private final Signer signer;

    Client(URI endpoint, String key, Clock clock) {
        this.endpoint = endpoint;
        this.signer = new Signer(key, TwoAccounts.SECRET, "us-east-1", "sqs", clock);
    }

    /** @param members names and values in turn */
    Answer json(String operation, Object... members) {
        return asynchronously(operation, members).join();
    }

    CompletableFuture<Answer> asynchronously(String operation, Object... members) {
        return http.sendAsync(jsonRequest(operation, members), BodyHandlers.ofString()).thenApply(answer -> new Answer(answer.statusCode(), answer.body(), answer));
    }

    Answer form(String path, String form) throws IOException, InterruptedException {
        return send(request(path, Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), form));
    }

    Answer raw(Map<String, String> headers, String body) throws IOException, InterruptedException {
        return send(request("/", headers, body));
    }

    /** Asks and does not wait for the answer. */
    Socket ask(String operation, Object... members) throws IOException {
        HttpRequest request = jsonRequest(operation, members);
        String body = Json.write(map(members));
        StringBuilder head = new StringBuilder("POST / HTTP/1.1\r\nHost: " + endpoint.getAuthority() + "\r\nContent-Length: " + body.length() + "\r\n");
        request.headers().map().forEach((name, values) -> head.append(name).append(": ").append(values.get(0)).append("\r\n"));
        Socket socket = new Socket(endpoint.getHost(), endpoint.getPort());
        socket.getOutputStream().write((head + "\r\n" + body).getBytes(StandardCharsets.UTF_8));
        return socket;
    }

    private HttpRequest jsonRequest(String operation, Object... members) {
        return request("/", Map.of("Content-Type", JSON, "X-Amz-Target", "AmazonSQS." + operation), Json.write(map(members)));
    }

    private static Map<String, Object> map(Object... members) {
        Map<String, Object> input = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            input.put((String) members[i], members[i + 1]);
        }
        return input;
    }

    private HttpRequest request(String path, Map<String, String> headers, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        URI uri = URI.create(endpoint + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofByteArray(body));
        signer.sign("POST", uri, headers, body).forEach((name, value) -> {
            if (!name.equals("host")) { // the client sets it
                request.setHeader(name, value);
            }
        });
        return request.build();
    }

    Answer send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.body(), response);
    }
}
