package org.kumiki.testing;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;

import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** A client of a service with Amazon's query protocol that does no more than it must: signs a form, and reads what comes back. */
public final class QueryClient {

    /** Signs a request: {@code Signer.sign} of the façades' library. */
    @FunctionalInterface
    public interface Signing {

        /** @return all headers to send, with {@code host} among them */
        Map<String, String> sign(String method, URI uri, Map<String, String> headers, byte[] body);
    }

    /** What came back. */
    public record Answer(int status, Document xml) {

        /** The text of every element of that name, in order. */
        public List<String> all(String element) {
            NodeList nodes = xml.getElementsByTagName(element);
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < nodes.getLength(); i++) {
                texts.add(nodes.item(i).getTextContent());
            }
            return texts;
        }

        /** The text of the first element of that name. */
        public String one(String element) {
            return all(element).get(0);
        }

        /** The code of the error, or OK. */
        public String code() {
            return status == 200 ? "OK" : one("Code");
        }
    }

    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;
    private final String version;
    private final Signing signing;

    /** @param version of the service's interface */
    public QueryClient(URI endpoint, String version, Signing signing) {
        this.endpoint = endpoint;
        this.version = version;
        this.signing = signing;
    }

    /** @param parameters names and values in turn */
    public Answer call(String action, String... parameters) {
        return call(version, action, List.of(parameters));
    }

    /** As a client that speaks a certain version of the interface. */
    public Answer call(String spoken, String action, List<String> parameters) {
        StringBuilder form = new StringBuilder("Version=").append(spoken).append("&Action=").append(action);
        for (int i = 0; i < parameters.size(); i += 2) {
            form.append('&').append(parameters.get(i)).append('=').append(URLEncoder.encode(parameters.get(i + 1), StandardCharsets.UTF_8));
        }
        return post(form.toString());
    }

    private Answer post(String form) {
        byte[] body = form.getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint).POST(BodyPublishers.ofByteArray(body));
        signing.sign("POST", endpoint, Map.of("Content-Type", FORM), body).forEach((name, value) -> {
            if (!name.equals("host")) { // the client sets it
                request.setHeader(name, value);
            }
        });
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(response.body()));
            return new Answer(response.statusCode(), xml);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
