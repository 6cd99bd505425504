package org.kumiki.aws.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.aws.wire.Form;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** One request and its answer. */
final class Exchange {

    private static final int MAX_DOCUMENT = 2 * 1024 * 1024;

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Target target;
    private final Form query;
    private final Operation operation;
    private final Caller caller;
    private final BlobStore store;
    private final Map<String, String> headers = new HashMap<>();
    private Bucket bucket;

    Exchange(HttpServletRequest request, HttpServletResponse response, Target target, Form query, Operation operation, Caller caller,
            BlobStore store) {
        this.request = request;
        this.response = response;
        this.target = target;
        this.query = query;
        this.operation = operation;
        this.caller = caller;
        this.store = store;
        for (String name : Collections.list(request.getHeaderNames())) {
            List<String> values = new ArrayList<>(Collections.list(request.getHeaders(name)));
            headers.merge(name.toLowerCase(Locale.ROOT), String.join(",", values), (one, other) -> one);
        }
    }

    /** The same request as the form that is its body has it: its fields stand for headers. */
    Exchange asForm(Caller signer, String name, Map<String, String> fields) {
        Exchange form = new Exchange(request, response, new Target(target.bucket(), name, target.resource(), false), query, operation, signer, store);
        form.headers.clear();
        form.headers.putAll(fields);
        Optional.ofNullable(fields.get("acl")).ifPresent(acl -> form.headers.put("x-amz-acl", acl));
        return form;
    }

    /** Under which it is known in the log, and to its client. */
    String id() {
        return response.getHeader(S3.REQUEST_ID);
    }

    String method() {
        return request.getMethod();
    }

    Target target() {
        return target;
    }

    String key() {
        return target.key();
    }

    Operation operation() {
        return operation;
    }

    Caller caller() {
        return caller;
    }

    /** @throws S3Exception if nobody signed the request */
    String account() {
        return caller.account().orElseThrow(S3Exception::denied).id().value();
    }

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    /** As it is now; the same for all that asks. What has no owner is somebody else's than S3's. */
    Bucket bucket() {
        if (bucket == null) {
            bucket = store.bucket(target.bucket()).filter(found -> found.attributes().containsKey("owner")).orElseThrow(() -> S3Exception.noSuchBucket(target.bucket()));
            if (header("x-amz-expected-bucket-owner").filter(owner -> !owner.equals(bucket.attributes().get("owner"))).isPresent()) {
                throw S3Exception.denied();
            }
        }
        return bucket;
    }

    Optional<String> param(String name) {
        return query.get(name);
    }

    Form query() {
        return query;
    }

    /** @return the number, or the other where there is none */
    int number(String name, int otherwise, int most) {
        try {
            int number = param(name).filter(text -> !text.isEmpty()).map(Integer::parseInt).orElse(otherwise);
            if (number >= 0) {
                return Math.min(number, most);
            }
        } catch (NumberFormatException e) {
            // as any other text that is no number
        }
        throw S3Exception.invalid("Argument " + name + " must be an integer between 0 and 2147483647").with("ArgumentName", name)
                .with("ArgumentValue", param(name).orElse(""));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** All of them, by name in lower case. */
    Map<String, String> headers() {
        return headers;
    }

    /** What is sent. */
    Body body() throws IOException {
        return body(headers);
    }

    private Body body(Map<String, String> said) throws IOException {
        if (!operation.takesBody()) {
            throw new IllegalStateException(operation + " has no body");
        }
        return Body.of(new RequestBody(request), request.getContentLengthLong(), said, caller.chunks());
    }

    /**
     * What is sent to be kept: its length must be known beforehand.
     *
     * @param otherwise what checksum to find where the client says nothing of one
     */
    Body content(Optional<Algorithm> otherwise) throws IOException {
        Map<String, String> said = new HashMap<>(headers);
        if (otherwise.isPresent() && ChecksumClaim.of(headers).isEmpty()) {
            said.put("x-amz-sdk-checksum-algorithm", otherwise.get().name());
        }
        Body body = body(said);
        if (request.getContentLengthLong() < 0 && request.getHeader("Transfer-Encoding") == null) {
            throw new S3Exception(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
        }
        return body;
    }

    /** The document that is sent. */
    Element document() throws IOException {
        return XmlReader.read(bytes(MAX_DOCUMENT));
    }

    /** The document that is sent, where checksums in headers are of something else. */
    Element documentAlone() throws IOException {
        Map<String, String> others = new HashMap<>(headers);
        others.keySet().removeIf(name -> name.startsWith("x-amz-checksum-"));
        return XmlReader.read(body(others).whole(MAX_DOCUMENT));
    }

    byte[] bytes(int limit) throws IOException {
        return body().whole(limit);
    }

    void set(String name, String value) {
        response.setHeader(name, value);
    }

    void answer(int status) {
        response.setStatus(status);
        if (status != 204 && status != 304) {
            response.setContentLength(0);
        }
    }

    void answer(Xml document) throws IOException {
        answer(document.close().done());
    }

    void answer(byte[] document) throws IOException {
        answer(200, "application/xml", document);
    }

    void answer(int status, String type, byte[] content) throws IOException {
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(content.length);
        response.getOutputStream().write(content);
    }
}
