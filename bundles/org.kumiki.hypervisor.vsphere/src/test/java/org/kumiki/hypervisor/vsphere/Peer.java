package org.kumiki.hypervisor.vsphere;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/** A server that says what it is told to, however wrong: for what VMware's simulator does not do. */
final class Peer implements AutoCloseable {

    private static final String CONTENT = "<returnval><rootFolder type='Folder'>root</rootFolder><propertyCollector type='PropertyCollector'>pc"
            + "</propertyCollector><viewManager type='ViewManager'>views</viewManager><about><fullName>a peer</fullName><version>8.0.1</version>"
            + "<apiType>VirtualCenter</apiType></about><sessionManager type='SessionManager'>sessions</sessionManager></returnval>";

    static final int LONGEST = 1 << 20;

    /** It hangs up instead. */
    static final Answer NONE = new Answer(0, "", Map.of());

    /** @param status of HTTP */
    record Answer(int status, String body, Map<String, String> headers) {
    }

    private final HttpServer server;
    private final Map<String, Iterator<Answer>> answers = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Element> requests = new CopyOnWriteArrayList<>();
    private final List<String> cookies = new CopyOnWriteArrayList<>();

    Peer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/sdk", this::answer);
        server.start();
        says("RetrieveServiceContent", ok("RetrieveServiceContent", CONTENT));
        says("Login", new Answer(200, envelope("<LoginResponse/>"), Map.of("Set-Cookie", "vmware_soap_session=\"one\"; Path=/; HttpOnly")),
                new Answer(200, envelope("<LoginResponse/>"), Map.of("Set-Cookie", "vmware_soap_session=\"two\"; Path=/; HttpOnly")));
    }

    Session session() {
        return new Session(new Vim(HttpClient.newHttpClient(), URI.create("http://localhost:" + server.getAddress().getPort() + "/sdk"), LONGEST),
                "me",
                () -> "secret", Duration.ofSeconds(60));
    }

    /** What it answers to a method, one after the other; the last one forever. */
    Peer says(String method, Answer... all) {
        Answer last = all[all.length - 1];
        answers.put(method, Stream.concat(Stream.of(all), Stream.generate(() -> last)).iterator());
        return this;
    }

    static Answer ok(String method, String inside) {
        return new Answer(200, envelope("<" + method + "Response xmlns='urn:vim25'>" + inside + "</" + method + "Response>"), Map.of());
    }

    static Answer fault(String type, String message) {
        return new Answer(500, envelope("<soap:Fault><faultcode>ServerFaultCode</faultcode><faultstring>" + message + "</faultstring><detail><" + type
                + "Fault xsi:type='" + type + "'/></detail></soap:Fault>"), Map.of());
    }

    static Answer raw(String body) {
        return new Answer(200, body, Map.of());
    }

    static String envelope(String inside) {
        return "<?xml version='1.0'?><soap:Envelope xmlns:soap='http://schemas.xmlsoap.org/soap/envelope/' xmlns:xsi='" + Element.XSI
                + "'><soap:Body>" + inside
                + "</soap:Body></soap:Envelope>";
    }

    /** The methods that were called, in their order. */
    List<String> calls() {
        return calls;
    }

    List<Element> requests() {
        return requests;
    }

    /** What each call had as its cookie. */
    List<String> cookies() {
        return cookies;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Element request = Element.read(new ByteArrayInputStream(exchange.getRequestBody().readAllBytes())).child("Body").orElseThrow().children()
                    .get(0);
            calls.add(request.name());
            requests.add(request);
            cookies.add(String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")));
            Iterator<Answer> known = answers.get(request.name());
            Answer answer = known == null ? fault("MethodNotFound", "nobody has said what to answer to " + request.name()) : known.next();
            if (answer == NONE) {
                return;
            }
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            byte[] bytes = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
