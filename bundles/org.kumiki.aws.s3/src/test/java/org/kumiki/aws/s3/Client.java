package org.kumiki.aws.s3;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

import org.kumiki.aws.signature.Hashes;
import org.kumiki.aws.signature.ObjectSigner;
import org.kumiki.aws.signature.ObjectSigner.Signed;

/** A client of S3 that does no more than it must. */
final class Client {

    /** What came back. */
    record Answer(int status, byte[] body, HttpResponse<byte[]> response) {

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Element xml() {
            return XmlReader.read(body);
        }

        /** The code of an error; empty for success. */
        String code() {
            return status < 300 ? "" : xml().require("Code");
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;
    private final ObjectSigner signer;

    Client(URI endpoint, String keyId) {
        this.endpoint = endpoint;
        this.signer = new ObjectSigner(keyId, TestCloud.SECRET, Clock.systemUTC());
    }

    Answer call(String method, String path, Map<String, String> headers, byte[] body) throws Exception {
        Signed signed = sign(method, path, headers, Hashes.sha256Hex(body));
        return send(method, path, signed.headers(), body);
    }

    Answer call(String method, String path) throws Exception {
        return call(method, path, Map.of(), new byte[0]);
    }

    Answer call(String method, String path, String body) throws Exception {
        return call(method, path, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    Signed sign(String method, String path, Map<String, String> headers, String payload) {
        return signer.sign(method, uri(path), headers, payload);
    }

    /** Sends it as it is. */
    Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .method(method, body.length == 0 && !method.equals("PUT") && !method.equals("POST") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        headers.forEach((name, value) -> {
            if (!name.equals("host")) {
                request.header(name, value);
            }
        });
        HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), response.body(), response);
    }

    private URI uri(String path) {
        return URI.create(endpoint + path);
    }
}
