package org.kumiki.aws.simpledb;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.xml.parsers.DocumentBuilderFactory;

import org.kumiki.aws.signature.Signer;
import org.kumiki.aws.wire.Form;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** A client of SimpleDB that does no more than it must. */
final class Client {

    /** How a request is signed, and where its parameters are. */
    enum Style {
        FORM_V4, FORM_V2, QUERY_V2
    }

    /** What came back. */
    record Answer(int status, Document xml) {

        List<Element> elements(String name) {
            NodeList nodes = xml.getElementsByTagName(name);
            List<Element> elements = new ArrayList<>();
            for (int i = 0; i < nodes.getLength(); i++) {
                elements.add((Element) nodes.item(i));
            }
            return elements;
        }

        /** The text of every element of that name, in order. */
        List<String> all(String element) {
            return elements(element).stream().map(Element::getTextContent).toList();
        }

        String one(String element) {
            return all(element).get(0);
        }

        /** The names of the items. */
        List<String> items() {
            return elements("Item").stream().map(item -> item.getElementsByTagName("Name").item(0).getTextContent()).toList();
        }

        /** {@code name=value} of each attribute. */
        List<String> attributes() {
            return elements("Attribute").stream().map(each -> each.getElementsByTagName("Name").item(0).getTextContent() + "="
                    + each.getElementsByTagName("Value").item(0).getTextContent()).toList();
        }

        /** The code of the error, or OK. */
        String code() {
            return status == 200 ? "OK" : one("Code");
        }

        String message() {
            return one("Message");
        }
    }

    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;
    private final Signer signer;
    private final Style style;

    Client(URI endpoint, String key, String secret, Style style) {
        this.endpoint = endpoint;
        this.signer = new Signer(key, secret, "us-east-1", "sdb", Clock.systemUTC());
        this.style = style;
    }

    /** @param parameters names and values in turn */
    Answer call(String action, String... parameters) {
        List<Form.Field> fields = new ArrayList<>(List.of(new Form.Field("Version", "2009-04-15"), new Form.Field("Action", action)));
        for (int i = 0; i < parameters.length; i += 2) {
            fields.add(new Form.Field(parameters[i], parameters[i + 1]));
        }
        return ask(fields);
    }

    Answer ask(List<Form.Field> fields) {
        try {
            HttpResponse<byte[]> response = http.send(request(fields), BodyHandlers.ofByteArray());
            Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(response.body()));
            return new Answer(response.statusCode(), xml);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private HttpRequest request(List<Form.Field> fields) {
        if (style == Style.FORM_V4) {
            byte[] body = encode(fields).getBytes(StandardCharsets.US_ASCII);
            HttpRequest.Builder request = HttpRequest.newBuilder(endpoint).POST(BodyPublishers.ofByteArray(body));
            signer.sign("POST", endpoint, Map.of("Content-Type", FORM), body).forEach((name, value) -> {
                if (!name.equals("host")) { // the client sets it
                    request.setHeader(name, value);
                }
            });
            return request.build();
        }
        String method = style == Style.FORM_V2 ? "POST" : "GET";
        String signed = signer.signParameters(method, endpoint, "HmacSHA256", Form.of(fields));
        if (style == Style.FORM_V2) {
            return HttpRequest.newBuilder(endpoint).header("Content-Type", FORM).POST(BodyPublishers.ofString(signed)).build();
        }
        return HttpRequest.newBuilder(URI.create(endpoint + "?" + signed)).GET().build();
    }

    private static String encode(List<Form.Field> fields) {
        return fields.stream().map(field -> field.name() + "=" + URLEncoder.encode(field.value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
