package org.kumiki.aws.s3;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.facade.Facade;
import org.kumiki.api.identity.Identity;
import org.kumiki.aws.signature.ObjectVerifier;
import org.kumiki.aws.wire.Form;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Amazon's S3 in front of a store of blobs. Bytes flow through the thread of the request, as the store's calls block.
 * <p>
 * Every request gets an answer in S3's own shape, whatever is wrong with it; what it would be wrong to tell a client is logged under the request's id
 * instead. Nothing of a request is acted upon before it is known who makes it and that he may.
 */
@Facade(facade = "s3")
@Component(service = Servlet.class, configurationPid = S3.PID)
@Designate(ocd = Config.class)
public class S3 extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(S3.class);
    private static final int MAX_REST = 1024 * 1024;
    static final String PID = "org.kumiki.aws.s3";
    static final String REQUEST_ID = "x-amz-request-id";

    /** What does an operation. */
    private interface Handler {
        void handle(Exchange exchange) throws IOException;
    }

    private final transient BlobStore store;
    private final transient Authenticator authenticator;
    private final transient Map<Operation, Handler> handlers;
    private final transient Website website;

    @Activate
    public S3(@Reference BlobStore store, @Reference Identity identity, @Reference Quotas quotas, @Reference Notifier notifier, BundleContext context,
            Config config) {
        this(store, identity, Clock.systemUTC(), property(context, "kumiki.region", "us-east-1"),
                Path.of(property(context, "kumiki.data", "data")).resolve("s3-key"),
                new House(quotas, notifier, new Days(Duration.ofSeconds(config.lifecycleDaySeconds()))));
    }

    S3(BlobStore store, Identity identity, Clock clock, String region, Path keyFile, House house) {
        this.store = store;
        this.authenticator = new Authenticator(identity, clock);
        MasterKey key = new MasterKey(keyFile);
        Objects objects = new Objects(store, identity, key, clock, house);
        this.website = new Website(store, objects);
        this.handlers = handlers(new Buckets(store, identity, clock, region), new BucketSettings(store, identity, house.notifier()), objects,
                new ObjectSettings(store, identity, clock, house.notifier()), new Uploads(store, identity, key, objects, house), new Listings(store, identity),
                new PostForm(authenticator, objects, key, clock));
    }

    private static Map<Operation, Handler> handlers(Buckets buckets, BucketSettings settings, Objects objects, ObjectSettings objectSettings,
            Uploads uploads, Listings listings, PostForm form) {
        Map<Operation, Handler> handlers = new EnumMap<>(Operation.class);
        handlers.put(Operation.LIST_BUCKETS, buckets::list);
        handlers.put(Operation.CREATE_BUCKET, buckets::create);
        handlers.put(Operation.DELETE_BUCKET, buckets::delete);
        handlers.put(Operation.HEAD_BUCKET, buckets::head);
        handlers.put(Operation.GET_LOCATION, buckets::location);
        handlers.put(Operation.LIST_OBJECTS, listings::first);
        handlers.put(Operation.LIST_OBJECTS_2, listings::second);
        handlers.put(Operation.LIST_VERSIONS, listings::versions);
        handlers.put(Operation.LIST_UPLOADS, uploads::list);
        handlers.put(Operation.DELETE_OBJECTS, objects::deleteSeveral);
        handlers.put(Operation.POST_OBJECT, form::post);
        handlers.put(Operation.PREFLIGHT, Cors::preflight);
        handlers.put(Operation.GET_SETTING, settings::get);
        handlers.put(Operation.PUT_SETTING, settings::put);
        handlers.put(Operation.DELETE_SETTING, settings::delete);
        handlers.put(Operation.GET_POLICY_STATUS, settings::policyStatus);
        handlers.put(Operation.LIST_CONFIGURATIONS, settings::configurations);
        handlers.put(Operation.GET_BUCKET_ACL, settings::getAcl);
        handlers.put(Operation.PUT_BUCKET_ACL, settings::putAcl);
        handlers.put(Operation.PUT_OBJECT, objects::put);
        handlers.put(Operation.COPY_OBJECT, objects::copy);
        handlers.put(Operation.GET_OBJECT, objects::get);
        handlers.put(Operation.HEAD_OBJECT, objects::get);
        handlers.put(Operation.DELETE_OBJECT, objects::delete);
        handlers.put(Operation.GET_ATTRIBUTES, objects::attributes);
        handlers.put(Operation.GET_ACL, objectSettings::getAcl);
        handlers.put(Operation.PUT_ACL, objectSettings::putAcl);
        handlers.put(Operation.GET_TAGGING, objectSettings::getTags);
        handlers.put(Operation.PUT_TAGGING, objectSettings::putTags);
        handlers.put(Operation.DELETE_TAGGING, objectSettings::deleteTags);
        handlers.put(Operation.GET_RETENTION, objectSettings::getRetention);
        handlers.put(Operation.PUT_RETENTION, objectSettings::putRetention);
        handlers.put(Operation.GET_LEGAL_HOLD, objectSettings::getHold);
        handlers.put(Operation.PUT_LEGAL_HOLD, objectSettings::putHold);
        handlers.put(Operation.CREATE_UPLOAD, uploads::create);
        handlers.put(Operation.UPLOAD_PART, uploads::put);
        handlers.put(Operation.COPY_PART, uploads::copy);
        handlers.put(Operation.LIST_PARTS, uploads::parts);
        handlers.put(Operation.COMPLETE_UPLOAD, uploads::complete);
        handlers.put(Operation.ABORT_UPLOAD, uploads::abort);
        return handlers;
    }

    private static String property(BundleContext context, String name, String otherwise) {
        return Optional.ofNullable(context.getProperty(name)).orElse(otherwise);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String id = request.getAttribute(Facade.REQUEST_ID) instanceof String named ? named : UUID.randomUUID().toString();
        response.setHeader(REQUEST_ID, id);
        response.setHeader("x-amz-id-2", id);
        try {
            perform(request, response);
        } catch (IOException | RuntimeException e) {
            fail(request, response, id, e);
        }
    }

    private void perform(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Target target = Target.of(request.getRequestURI(), request.getHeader("Host"));
        Form query = Form.parse(request.getQueryString());
        if (target.website()) {
            website.get(new Exchange(request, response, target, query, Operation.GET_OBJECT, Caller.ANYBODY, store));
            return;
        }
        Operation operation = Operation.of(request.getMethod(), target, query, request.getHeader("x-amz-copy-source") != null);
        boolean signedElsewhere = operation == Operation.POST_OBJECT || operation == Operation.PREFLIGHT;
        Caller caller = signedElsewhere ? Caller.ANYBODY : authenticator.authenticate(request, target);
        Exchange exchange = new Exchange(request, response, target, query, operation, caller, store);
        if (operation != Operation.LIST_BUCKETS && operation != Operation.PREFLIGHT && operation != Operation.CREATE_BUCKET) {
            Cors.tell(exchange, exchange.bucket());
        }
        handlers.get(operation).handle(exchange);
    }

    private static void fail(HttpServletRequest request, HttpServletResponse response, String id, Exception failure) throws IOException {
        Optional<S3Exception> known = Refusals.of(failure, ObjectVerifier.isPresigned(query(request)));
        if (known.isEmpty()) {
            LOG.error("request {} failed", id, failure);
        }
        if (response.isCommitted()) {
            throw new IOException("the answer to the request " + id + " broke off", failure); // so that the connection ends, and the client knows
        }
        S3Exception refusal = known.orElse(new S3Exception(500, "InternalError", "We encountered an internal error. Please try again."));
        LOG.debug("request {}: {} {}", id, refusal.status(), refusal.code());
        response.resetBuffer();
        for (String name : new String[] { "ETag", "Last-Modified", "Content-Range", "Content-Encoding", "Cache-Control", "Accept-Ranges",
                "x-amz-expiration" }) {
            response.setHeader(name, null);
        }
        refusal.headers().forEach(response::setHeader);
        byte[] document = document(refusal, request.getRequestURI(), id);
        response.setStatus(refusal.status());
        response.setContentType("application/xml");
        response.setContentLength(document.length);
        takeRest(request, response);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(document);
        }
    }

    /** A client that is still sending may not hear an answer: what is short is taken in, and after what is not the connection ends. */
    private static void takeRest(HttpServletRequest request, HttpServletResponse response) {
        boolean body = request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
        try {
            boolean asks = request.getHeader("Expect") != null; // it sends nothing before it hears something
            if (body && (asks || request.getInputStream().readNBytes(MAX_REST).length == MAX_REST)) {
                response.setHeader("Connection", "close");
            }
        } catch (IOException e) {
            response.setHeader("Connection", "close");
        }
    }

    private static byte[] document(S3Exception refusal, String resource, String id) {
        Xml xml = Xml.plain("Error").put("Code", refusal.code()).put("Message", refusal.getMessage());
        refusal.details().forEach(xml::put);
        return xml.put("Resource", resource).put("RequestId", id).put("HostId", id).close().done();
    }

    private static Form query(HttpServletRequest request) {
        try {
            return Form.parse(request.getQueryString());
        } catch (RuntimeException e) {
            return Form.EMPTY; // what is wrong with it has been found before
        }
    }
}
