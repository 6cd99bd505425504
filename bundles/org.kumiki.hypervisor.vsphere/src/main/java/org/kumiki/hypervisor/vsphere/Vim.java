package org.kumiki.hypervisor.vsphere;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Speaks the vSphere API with one server: SOAP over HTTP, one request a call. The session is a cookie, which is kept here. Thread-safe; calls block,
 * and end early when their thread is interrupted.
 */
final class Vim {

    private static final String NAMESPACE = "urn:vim25";
    /** The oldest version that all servers of today speak; nothing newer is needed. */
    private static final String VERSION = "urn:vim25/6.0";
    private static final String COOKIE = "vmware_soap_session";
    private static final int LONGEST_ANSWER = 64 << 20;

    private final HttpClient http;
    private final URI url;
    private final int longest;
    private volatile Optional<String> cookie = Optional.empty();

    Vim(HttpClient http, URI url) {
        this(http, url, LONGEST_ANSWER);
    }

    /** @param longest how many bytes of an answer are read at most */
    Vim(HttpClient http, URI url, int longest) {
        this.http = http;
        this.url = url;
        this.longest = longest;
    }

    URI url() {
        return url;
    }

    /** {@code NAME=VALUE} of the session, for other services of the same server. */
    Optional<String> cookie() {
        return cookie;
    }

    /** What comes next is asked by nobody. */
    void forgetCookie() {
        cookie = Optional.empty();
    }

    HttpClient http() {
        return http;
    }

    /**
     * Calls a method of an object.
     *
     * @return what the server answers: elements {@code returnval}, in most cases one
     * @throws VimFault    if the server refuses
     * @throws IOException if there is no answer, or none that makes sense
     */
    Element call(Ref object, String method, Duration patience, Element... arguments) throws IOException, InterruptedException {
        List<Element> all = new ArrayList<>();
        all.add(Element.ref("_this", object));
        all.addAll(List.of(arguments));
        HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(patience).header("Content-Type", "text/xml; charset=utf-8")
                .header("SOAPAction", '"' + VERSION + '"')
                .POST(HttpRequest.BodyPublishers.ofString(Element.of(method, all).envelope(NAMESPACE), UTF_8));
        cookie.ifPresent(session -> request.header("Cookie", session));
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200 && response.statusCode() != 500) {
                throw new IOException(url + " answers " + method + " with HTTP status " + response.statusCode());
            }
            byte[] bytes = body.readNBytes(longest + 1);
            if (bytes.length > longest) {
                throw new IOException(url + " answers " + method + " with more than " + longest + " bytes");
            }
            response.headers().allValues("Set-Cookie").forEach(this::remember);
            return answer(method, Element.read(new ByteArrayInputStream(bytes)));
        }
    }

    private void remember(String header) {
        String pair = header.split(";", 2)[0].strip();
        if (pair.startsWith(COOKIE + "=")) {
            cookie = Optional.of(pair);
        }
    }

    private Element answer(String method, Element envelope) throws IOException {
        Element answer = envelope.child("Body").flatMap(body -> body.children().stream().findFirst())
                .orElseThrow(() -> new IOException(url + " answers " + method + " with no SOAP message"));
        if (!answer.name().equals("Fault")) {
            return answer;
        }
        String type = answer.child("detail").flatMap(detail -> detail.children().stream().findFirst())
                .map(fault -> fault.kind().isEmpty() ? fault.name().replaceAll("Fault$", "") : fault.kind()).orElse("");
        throw new VimFault(method, type, answer.textAt("faultstring"));
    }
}
