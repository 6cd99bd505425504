package org.kumiki.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.api.facade.Facade;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardContextSelect;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The one endpoint of all cloud services. A request is routed by its signature's scope to a fa&ccedil;ade, which gets it untouched.
 *
 * <pre>
 * arrives ──▶ body in memory? ──▶ fa&ccedil;ade there? ──▶ served ──▶ finished
 *                │     ▲              │     ▲
 *                ▼     │              ▼     │
 *            it is coming         it is being replaced         (waiting, without a thread)
 * </pre>
 */
@Component(service = { Servlet.class, Gateway.class }, configurationPid = Gateway.PID)
@Designate(ocd = Settings.Config.class)
@HttpWhiteboardServletName("kumiki-gateway")
@HttpWhiteboardServletPattern("/*")
@HttpWhiteboardServletAsyncSupported
@HttpWhiteboardContextSelect(CloudContext.SELECT)
@HttpWhiteboardTarget(CloudContext.TARGET)
public class Gateway extends HttpServlet {

    static final String PID = "org.kumiki.gateway";

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private final transient WallClock clock = new WallClock();
    private final transient ParkingLot lot = new ParkingLot(clock);
    private final transient Hangups hangups = new Hangups();
    private final transient Facades facades = new Facades();
    private final transient Counters counters = new Counters();
    private transient volatile Settings settings;
    private transient volatile Directory directory;

    @Activate
    public Gateway(Settings.Config config) {
        this(Settings.of(config));
    }

    Gateway(Settings settings) {
        this.settings = settings;
        look();
    }

    @Modified
    void modified(Settings.Config config) {
        settings = Settings.of(config);
        look();
    }

    @Deactivate
    void stop() {
        lot.close();
        clock.stop();
        hangups.close();
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = "(" + Facade.SERVICE + "=*)")
    void addFacade(Servlet servlet, Map<String, Object> properties) {
        String facade = String.valueOf(properties.get(Facade.SERVICE));
        int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer rank ? rank : 0;
        facades.add(new Member(facade, servlet, ranking, serviceId(properties)), versions(properties));
        look();
        LOG.info("Service {} is there", facade);
        lot.release(facade);
    }

    /** Returns when the last request has left it, so that it is not taken down in the middle of one. */
    void removeFacade(Servlet servlet, Map<String, Object> properties) {
        String facade = String.valueOf(properties.get(Facade.SERVICE));
        Member member = facades.remove(facade, serviceId(properties));
        if (member != null) {
            int left = member.visitors.close(settings.drain());
            if (left > 0) {
                LOG.warn("Service {} goes with {} requests unanswered after {}", facade, left, settings.drain());
            }
            member.destroy();
            LOG.info("Service {} is gone", facade);
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Exchange exchange = (Exchange) request.getAttribute(Exchange.ATTRIBUTE);
        if (exchange != null) {
            advance(exchange, request, response);
            return;
        }
        exchange = new Exchange(client(request), request.getRequestURI());
        request.setAttribute(Exchange.ATTRIBUTE, exchange);
        request.setAttribute(Facade.REQUEST_ID, exchange.id);
        identify(exchange, response);
        if (counters.underWay.incrementAndGet() > settings.requests()) {
            refuse(exchange, AwsError.tooMany(), request, response);
        } else {
            advance(exchange, request, response);
        }
    }

    String statistics() {
        return counters + "; " + lot.taken() + " waiting";
    }

    /** Takes a request as far as it goes; where it has to wait, it comes back here. */
    private void advance(Exchange exchange, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (exchange.member != null) {
            serve(exchange, request, response);
            return;
        }
        Settings now = settings;
        Hints hints = hints(exchange, request);
        if (!hints.scoped() && exchange.body == null && Parameters.areIn(request.getContentType())) {
            if (!takeBody(exchange, now.wholeBody(), request, response)) {
                return;
            }
            hints = hints(exchange, request);
        }
        exchange.action = hints.action();
        Route route = directory.route(hints);
        if (route instanceof Route.Refused refused) {
            exchange.facade = refused.service();
            refuse(exchange, refused.error(), request, response);
            return;
        }
        exchange.facade = ((Route.To) route).facade();
        long limit = now.bodyLimit(exchange.facade);
        if (WholeBody.length(request) > limit || exchange.body != null && exchange.body.length > limit) {
            refuse(exchange, AwsError.bodyTooLarge(limit), request, response);
            return;
        }
        if (limit <= now.wholeBody() && exchange.body == null && !takeBody(exchange, limit, request, response)) {
            return;
        }
        exchange.action = hints(exchange, request).action();
        exchange.member = facades.enter(exchange.facade);
        if (exchange.member == null) {
            park(exchange, request, response);
        } else {
            serve(exchange, request, response);
        }
    }

    private static Hints hints(Exchange exchange, HttpServletRequest request) {
        String query = request.getQueryString();
        String form = exchange.body != null && Parameters.areIn(request.getContentType()) ? new String(exchange.body, ISO_8859_1) : null;
        String action = Parameters.find(query, "Action");
        String version = Parameters.find(query, "Version");
        return new Hints(request.getHeader("Authorization"), Parameters.find(query, "X-Amz-Credential"),
                action != null ? action : Parameters.find(form, "Action"), version != null ? version : Parameters.find(form, "Version"),
                request.getRequestURI(), request.getHeader("Host"),
                Parameters.find(query, "SignatureVersion") == null ? Parameters.find(query, "AWSAccessKeyId") : null);
    }

    /** Answers whether the body is in memory now; if not, the request comes back when it is, or is refused. */
    private boolean takeBody(Exchange exchange, long limit, HttpServletRequest request, HttpServletResponse response) throws IOException {
        long length = WholeBody.length(request);
        if (length > limit) {
            refuse(exchange, AwsError.bodyTooLarge(limit), request, response);
            return false;
        }
        exchange.reserved = length < 0 ? limit : length;
        if (counters.bodyBytes.addAndGet(exchange.reserved) > settings.wholeBodies()) {
            refuse(exchange, AwsError.tooMany(), request, response);
            return false;
        }
        try {
            exchange.body = WholeBody.atOnce(request);
        } catch (BodyException e) {
            refuse(exchange, e.error(), request, response);
            return false;
        }
        if (exchange.body == null) {
            awaitBody(exchange, limit, request, response);
        }
        return exchange.body != null;
    }

    private void awaitBody(Exchange exchange, long limit, HttpServletRequest request, HttpServletResponse response) throws IOException {
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(0);
        Runnable[] timeout = { () -> { } };
        WholeBody body = new WholeBody(request.getInputStream(), limit, whole -> {
            timeout[0].run();
            exchange.body = whole;
            context.dispatch();
        }, error -> {
            timeout[0].run();
            refuseLater(exchange, error, context, request, response);
        });
        timeout[0] = clock.after(settings.bodyTime(), () -> body.refuse(AwsError.bodyTooSlow()));
        request.getInputStream().setReadListener(body);
    }

    private void park(Exchange exchange, HttpServletRequest request, HttpServletResponse response) {
        AsyncContext context = request.startAsync(request, response);
        context.setTimeout(0);
        counters.waited.increment();
        ParkingLot.Waiting waiting = new ParkingLot.Waiting() {

            @Override
            public void goOn() {
                context.dispatch();
            }

            @Override
            public void giveUp() {
                refuseLater(exchange, AwsError.absent(exchange.facade), context, request, response);
            }
        };
        if (!lot.park(exchange.facade, waiting, settings.parked(), settings.patience())) {
            waiting.giveUp();
        } else if (facades.isPresent(exchange.facade)) {
            lot.release(exchange.facade); // it came while this request was on its way to the lot
        }
    }

    private void serve(Exchange exchange, HttpServletRequest request, HttpServletResponse response) {
        FacadeRequest seen = new FacadeRequest(request, response, exchange, settings.bodyLimit(exchange.facade),
                whenComplete(exchange, request, response));
        try {
            exchange.member.service(seen, response);
        } catch (Throwable failure) { // a façade is a plug-in: whatever it throws stays here
            answerFailure(exchange, failure, request, response);
            if (seen.asynchronous()) {
                request.getAsyncContext().complete();
            }
        }
        if (!seen.asynchronous()) {
            finish(exchange, request, response);
        } else if (exchange.body != null) {
            exchange.whenFinished(hangups.watch(request));
        }
    }

    private AsyncListener whenComplete(Exchange exchange, HttpServletRequest request, HttpServletResponse response) {
        return new AsyncListener() {

            @Override
            public void onComplete(AsyncEvent event) {
                finish(exchange, request, response);
            }

            @Override
            public void onTimeout(AsyncEvent event) {
                LOG.debug("Service {} let the request {} time out", exchange.facade, exchange.id);
            }

            @Override
            public void onError(AsyncEvent event) {
                if (event.getThrowable() instanceof EOFException) {
                    LOG.debug("The client of the request {} is gone", exchange.id, event.getThrowable());
                } else {
                    LOG.warn("Service {} failed in the request {}", exchange.facade, exchange.id, event.getThrowable());
                }
            }

            @Override
            public void onStartAsync(AsyncEvent event) {
                // the request that starts anew adds its own listener
            }
        };
    }

    private void answerFailure(Exchange exchange, Throwable failure, HttpServletRequest request, HttpServletResponse response) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyException refused) {
                answer(exchange, refused.error(), request, response);
                return;
            }
        }
        LOG.error("Service {} failed in the request {}", exchange.facade, exchange.id, failure);
        answer(exchange, AwsError.internal(), request, response);
    }

    private void refuse(Exchange exchange, AwsError error, HttpServletRequest request, HttpServletResponse response) {
        answer(exchange, error, request, response);
        finish(exchange, request, response);
    }

    private void refuseLater(Exchange exchange, AwsError error, AsyncContext context, HttpServletRequest request,
            HttpServletResponse response) {
        context.start(() -> {
            refuse(exchange, error, request, response);
            context.complete();
        });
    }

    private void answer(Exchange exchange, AwsError error, HttpServletRequest request, HttpServletResponse response) {
        if (response.isCommitted()) {
            return; // too late for any other answer: the connection ends, and so the client knows
        }
        AwsError.Shape shape = AwsError.Shape.of(exchange.facade, request.getContentType());
        byte[] body = error.render(shape, exchange.id).getBytes(UTF_8);
        response.reset();
        identify(exchange, response);
        response.setStatus(error.status());
        response.setContentType(shape.contentType);
        response.setContentLength(body.length);
        if (error.passing()) {
            response.setHeader("Retry-After", "1");
        }
        if (shape == AwsError.Shape.JSON) {
            response.setHeader("x-amzn-ErrorType", error.code());
        }
        try {
            response.getOutputStream().write(body);
        } catch (IOException e) {
            LOG.debug("The client of the request {} is gone", exchange.id, e);
        }
    }

    private void finish(Exchange exchange, HttpServletRequest request, HttpServletResponse response) {
        if (exchange.finish()) {
            if (exchange.member != null) {
                exchange.member.visitors.leave();
            }
            counters.underWay.decrementAndGet();
            counters.bodyBytes.addAndGet(-exchange.reserved);
            counters.count(response.getStatus());
            AccessLog.write(exchange, request, response);
        }
    }

    private static void identify(Exchange exchange, HttpServletResponse response) {
        response.setHeader("x-amzn-RequestId", exchange.id);
        response.setHeader("x-amz-request-id", exchange.id);
    }

    /** The address at the other end, or the one that a proxy of ours names; a client's own word for it counts nothing. */
    private String client(HttpServletRequest request) {
        String peer = request.getRemoteAddr();
        String forwarded = settings.proxies().contains(peer) ? request.getHeader("X-Forwarded-For") : null;
        return forwarded == null ? peer : forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
    }

    private synchronized void look() {
        Map<String, List<String>> versions = new HashMap<>();
        settings.expected().forEach(facade -> versions.put(facade, List.of()));
        versions.putAll(facades.known());
        directory = new Directory(versions, settings.paths(), settings.otherwise());
    }

    private static long serviceId(Map<String, Object> properties) {
        return (Long) properties.get(Constants.SERVICE_ID);
    }

    private static List<String> versions(Map<String, Object> properties) {
        Object versions = properties.get(Facade.VERSIONS);
        return versions instanceof String[] several ? Arrays.asList(several) : versions instanceof String one ? List.of(one) : List.of();
    }
}
