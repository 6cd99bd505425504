package org.kumiki.aws;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import org.kumiki.aws.signature.Credential;
import org.kumiki.aws.signature.Hashes;
import org.kumiki.aws.signature.KeyStore;
import org.kumiki.aws.signature.SignatureException;
import org.kumiki.aws.signature.SignedRequest;
import org.kumiki.aws.signature.Verifier;
import org.kumiki.aws.wire.AwsException;
import org.kumiki.aws.wire.Form;
import org.kumiki.aws.wire.Operation;
import org.kumiki.aws.wire.Service;
import org.kumiki.aws.wire.Structure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Serves the query protocols, and JSON where the service speaks it: reads a request, verifies its signature, lets an action answer, and writes the answer.
 * <p>
 * Every request gets an answer in AWS's own shape, whatever is wrong with it; what it would be wrong to tell a client is
 * logged under the request's id instead. Nothing of a request is acted upon before its signature is verified, and nothing
 * that its signature does not cover ever is. An answer leaves in one write, from a thread of the container: a slow client
 * never holds up whoever completed the action.
 */
public abstract class AwsServlet extends HttpServlet {

    private static final Pattern VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Set<String> NOT_THE_OPERATIONS = Set.of("Action", "Version",
            "AWSAccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "Timestamp", "Expires",
            "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature");

    private final transient Logger log = LoggerFactory.getLogger(getClass());
    private final transient Service service;
    private final transient Actions actions;
    private final transient Verifier verifier;
    private final transient Limits limits;
    private final transient Semaphore room;

    protected AwsServlet(Actions actions, KeyStore keys, Clock clock, Limits limits) {
        this.service = actions.service();
        this.actions = actions;
        this.verifier = new Verifier(keys, clock);
        this.limits = limits;
        this.room = new Semaphore(limits.inFlight());
    }

    /**
     * Called with every request that could be understood, right before its action.
     *
     * @throws AwsException to refuse it
     */
    protected void admit(Call call) {
    }

    /** Says what a failure of the layers below is to a client. Whatever is no {@link AwsException} after this becomes an InternalError. */
    protected Throwable translate(Throwable failure) {
        return failure;
    }

    /**
     * Says what older clients say in other words in those of the model.
     *
     * @param fields of a query, without those that are no parameters of the operation
     * @param path   that the client sent it to
     */
    protected List<Form.Field> modern(Operation operation, List<Form.Field> fields, String path) {
        return fields;
    }

    /** Names the type of an error for clients that speak JSON. */
    protected String type(AwsException error) {
        return error.code();
    }

    /** Says how this service calls a signature that is not right. */
    protected AwsException refusal(SignatureException e) {
        return switch (e.reason()) {
            case MISSING -> new AwsException(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
            case AMBIGUOUS, MALFORMED -> new AwsException(400, "IncompleteSignature", e.getMessage());
            case UNKNOWN_KEY -> new AwsException(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
            case MISMATCH -> new AwsException(403, "SignatureDoesNotMatch", e.getMessage());
            case EXPIRED -> new AwsException(400, "RequestExpired", e.getMessage());
        };
    }

    /** Names a request; one that came through a gateway may have a name already. */
    protected String requestId(HttpServletRequest request) {
        return UUID.randomUUID().toString();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String requestId = requestId(request);
        Dialect dialect = Dialect.of(service, request.getContentType());
        if (!room.tryAcquire()) {
            write(response, error(dialect, new AwsException(503, "RequestLimitExceeded", "Request limit exceeded."), requestId), requestId);
            return;
        }
        boolean later = false;
        try {
            Work work = work(request, dialect, requestId);
            if (work.answer.isDone() || !request.isAsyncSupported()) {
                deliver(response, work, dialect, requestId);
            } else {
                answerLater(request.startAsync(), response, work, dialect, requestId);
                later = true;
            }
        } finally {
            if (!later) {
                room.release();
            }
        }
    }

    /** What is under way for a client. */
    private static final class Work {

        /** Null if it did not come so far. */
        private final Call call;
        private final CompletableFuture<Structure.Builder> answer;
        private Structure output;

        Work(Call call, CompletableFuture<Structure.Builder> answer) {
            this.call = call;
            this.answer = answer;
        }

        /** Of an answer that is there; it is built once. */
        synchronized Structure output() {
            if (output == null) {
                output = answer.join().build();
            }
            return output;
        }
    }

    private record Answer(int status, String contentType, byte[] body, String error) {
    }

    /** Never fails: a failure is an answer, too. */
    private Work work(HttpServletRequest request, Dialect dialect, String requestId) {
        try {
            return perform(request, dialect, requestId);
        } catch (IOException | RuntimeException e) {
            return new Work(null, CompletableFuture.failedFuture(e));
        }
    }

    private Work perform(HttpServletRequest request, Dialect dialect, String requestId) throws IOException {
        byte[] body = body(request);
        Form form = dialect == Dialect.QUERY && isForm(request, body) ? Form.parse(body) : Form.EMPTY;
        Credential credential = authenticate(request, body, form);
        Form parameters = Form.parse(request.getQueryString()).and(form);
        String version = parameters.get("Version").orElse(service.version());
        if (!VERSION.matcher(version).matches()) {
            throw AwsException.refuse("NoSuchVersion", "The requested version is not valid.");
        }
        String name = dialect == Dialect.JSON ? target(request) : parameters.get("Action").orElseThrow(
                () -> AwsException.refuse("MissingAction", "The request must contain the parameter Action."));
        Operation operation = operation(name);
        List<Form.Field> fields = parameters.fields().stream().filter(field -> !NOT_THE_OPERATIONS.contains(field.name())).toList();
        Structure input = dialect.input(operation, modern(operation, fields, request.getRequestURI()), body);
        Call call = new Call(operation, input, version, credential, endpoint(request), request.getRemoteAddr(), requestId);
        admit(call);
        return new Work(call, actions.find(name).orElseThrow(() -> unsupported(name)).apply(call).toCompletableFuture());
    }

    /** The operation, from a header like {@code AmazonSQS.SendMessage}. */
    private String target(HttpServletRequest request) {
        String target = request.getHeader("X-Amz-Target");
        String prefix = service.target().orElseThrow() + ".";
        if (target == null || !target.startsWith(prefix)) {
            throw AwsException.refuse("UnknownOperationException", "The header X-Amz-Target must name an operation as " + prefix + "Operation.");
        }
        return target.substring(prefix.length());
    }

    /** Writes down what has become of some work; on the thread that sends it, so that nobody else is held up. */
    private Answer answer(Work work, Dialect dialect, String requestId) {
        try {
            Structure output = work.output();
            return new Answer(200, dialect.contentType, dialect.answer(service, work.call.operation(), work.call.version(), requestId, output), null);
        } catch (RuntimeException e) {
            return failed(e, dialect, requestId);
        }
    }

    private byte[] body(HttpServletRequest request) throws IOException {
        if (!request.getMethod().equals("POST") && !request.getMethod().equals("GET")) {
            throw new AwsException(405, "MethodNotAllowed", "The method must be POST or GET.");
        }
        if (request.getContentLengthLong() <= limits.bodyBytes()) {
            byte[] body = request.getInputStream().readNBytes(limits.bodyBytes() + 1);
            if (body.length <= limits.bodyBytes()) {
                return body;
            }
        }
        throw new AwsException(413, "RequestEntityTooLarge", "The request is longer than " + limits.bodyBytes() + " bytes.");
    }

    /** A body that is none would go unread although it was signed, or worse, although it was not. */
    private static boolean isForm(HttpServletRequest request, byte[] body) {
        if (body.length == 0) {
            return false;
        }
        String type = request.getContentType();
        if (type == null || type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            return true;
        }
        throw new AwsException(415, "UnsupportedMediaType", "The body must be of the type application/x-www-form-urlencoded.");
    }

    private Credential authenticate(HttpServletRequest request, byte[] body, Form form) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                    .addAll(Collections.list(request.getHeaders(name)));
        }
        Credential credential = verifier.verify(new SignedRequest(request.getMethod(), request.getRequestURI(), request.getQueryString(),
                headers, Hashes.sha256Hex(body), form));
        if (!credential.service().isEmpty() && !credential.service().equals(service.signingName())) {
            throw new SignatureException(SignatureException.Reason.MISMATCH,
                    "Credential should be scoped to correct service: '" + service.signingName() + "'.");
        }
        return credential;
    }

    private static URI endpoint(HttpServletRequest request) {
        try {
            return new URI(request.getScheme(), request.getHeader("Host"), null, null, null);
        } catch (URISyntaxException e) {
            throw AwsException.refuse("InvalidRequest", "The Host header is not valid.");
        }
    }

    private Operation operation(String name) {
        return service.operation(name).orElseThrow(() -> service.knows(name)
                ? unsupported(name)
                : AwsException.refuse("InvalidAction", "The action is not valid for this web service."));
    }

    private static AwsException unsupported(String action) {
        return AwsException.refuse("UnsupportedOperation", "The operation " + action + " is not supported here.");
    }

    private Answer failed(Throwable failure, Dialect dialect, String requestId) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Throwable translated = cause instanceof AwsException || cause instanceof SignatureException ? cause : translate(cause);
        AwsException error;
        if (translated instanceof AwsException known) {
            error = known;
        } else if (translated instanceof SignatureException signature) {
            error = refusal(signature);
        } else {
            log.error("request {} failed", requestId, translated);
            error = new AwsException(500, "InternalError", "An internal error has occurred");
        }
        return error(dialect, error, requestId);
    }

    private Answer error(Dialect dialect, AwsException error, String requestId) {
        log.debug("request {}: {} {}", requestId, error.status(), error.code());
        String code = dialect == Dialect.JSON ? error.code() + ";" + (error.status() < 500 ? "Sender" : "Receiver") : null;
        return new Answer(error.status(), dialect.contentType, dialect.error(service, error, type(error), requestId), code);
    }

    private void answerLater(AsyncContext async, HttpServletResponse response, Work work, Dialect dialect, String requestId) {
        AtomicBoolean answered = new AtomicBoolean();
        async.setTimeout(limits.answerTime().toMillis());
        async.addListener(new AsyncListener() {
            @Override
            public void onComplete(AsyncEvent event) {
                room.release();
            }

            @Override
            public void onTimeout(AsyncEvent event) throws IOException {
                if (answered.compareAndSet(false, true)) {
                    log.warn("request {} was not answered within {}", requestId, limits.answerTime());
                    AwsException late = new AwsException(503, "Unavailable", "The server is overloaded and can't handle the request.");
                    write(response, error(dialect, late, requestId), requestId);
                    async.complete();
                }
            }

            @Override
            public void onError(AsyncEvent event) {
                answered.set(true); // the connection is gone, and the container completes the request
                work.answer.cancel(false);
            }

            @Override
            public void onStartAsync(AsyncEvent event) {
                // this servlet starts once
            }
        });
        work.answer.whenComplete((output, failure) -> {
            if (answered.compareAndSet(false, true)) {
                start(async, response, work, dialect, requestId);
            } else {
                takeBack(work, requestId);
            }
        });
    }

    private void start(AsyncContext async, HttpServletResponse response, Work work, Dialect dialect, String requestId) {
        try {
            async.start(() -> {
                try {
                    deliver(response, work, dialect, requestId);
                } finally {
                    async.complete();
                }
            });
        } catch (IllegalStateException e) {
            log.debug("request {}: the container has given it up", requestId, e);
            takeBack(work, requestId);
        }
    }

    private void deliver(HttpServletResponse response, Work work, Dialect dialect, String requestId) {
        try {
            write(response, answer(work, dialect, requestId), requestId);
        } catch (IOException e) {
            log.debug("request {}: the client is gone", requestId, e);
            takeBack(work, requestId);
        }
    }

    /** Nobody has got the answer, if there was one. */
    private void takeBack(Work work, String requestId) {
        if (!work.answer.isCompletedExceptionally()) {
            try {
                actions.takeBack(work.call.operation().name()).accept(work.call, work.output());
            } catch (RuntimeException e) {
                log.warn("request {}: its answer could not be taken back", requestId, e);
            }
        }
    }

    private static void write(HttpServletResponse response, Answer answer, String requestId) throws IOException {
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        response.setHeader("x-amzn-RequestId", requestId);
        response.setHeader("Cache-Control", "no-cache, no-store");
        if (answer.error() != null) {
            response.setHeader("x-amzn-query-error", answer.error());
        }
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
    }
}
