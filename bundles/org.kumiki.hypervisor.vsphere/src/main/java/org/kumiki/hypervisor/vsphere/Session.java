package org.kumiki.hypervisor.vsphere;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A login at a server, which is renewed when the server has forgotten it, and what is done by it: calls, tasks, and reading the inventory.
 * Thread-safe; calls block.
 */
final class Session {

    /** Reads a password when it is needed, so that a new one counts at the next login. */
    @FunctionalInterface
    interface Password {

        String read() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Ref SERVICE = new Ref("ServiceInstance", "ServiceInstance");
    private static final Set<String> READS = Set.of("FindChild", "RetrievePropertiesEx");
    private static final int OBJECTS_AT_A_TIME = 500;
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 1000;

    private final Vim vim;
    private final String user;
    private final Password password;
    private final Duration patience;
    private final Object login = new Object();
    private volatile Content content;

    /** @param patience for the answer to one call, and for a task */
    Session(Vim vim, String user, Password password, Duration patience) {
        this.vim = vim;
        this.user = user;
        this.password = password;
        this.patience = patience;
    }

    Vim vim() {
        return vim;
    }

    /** What the server is; logs in, if that has not been done. */
    Content content() throws IOException, InterruptedException {
        Content known = content;
        return known == null ? renew(null) : known;
    }

    /** What was read before the session ended is still true: it is the same server. */
    private Content renew(Content old) throws IOException, InterruptedException {
        synchronized (login) {
            if (content != old) {
                return content; // another thread was here first
            }
            vim.forgetCookie();
            Content now = Content.of(vim.call(SERVICE, "RetrieveServiceContent", patience).child("returnval")
                    .orElseThrow(() -> new IOException(vim.url() + " does not say what it is")));
            vim.call(now.sessionManager(), "Login", patience, Element.text("userName", user), Element.text("password", password.read()));
            LOG.info("logged in at {} as {}: {}", vim.url(), user, now.product());
            content = now;
            return now;
        }
    }

    /** Ends the session. A server that cannot be told forgets it after a while by itself. */
    void close() {
        Content known = content;
        if (known != null) {
            try {
                vim.call(known.sessionManager(), "Logout", Duration.ofSeconds(5));
            } catch (IOException e) {
                LOG.debug("{} is not told that the session ends", vim.url(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    Element call(Ref object, String method, Element... arguments) throws IOException, InterruptedException {
        return call(patience, object, method, arguments);
    }

    /** Calls a method; once more if the session had ended. */
    Element call(Duration atMost, Ref object, String method, Element... arguments) throws IOException, InterruptedException {
        Content before = content();
        try {
            return answer(atMost, object, method, arguments);
        } catch (VimFault e) {
            if (!e.is("NotAuthenticated")) {
                throw e;
            }
            renew(before);
            return answer(atMost, object, method, arguments);
        }
    }

    /** A server may hang up at the moment at which it is asked; what only reads is asked again then. */
    private Element answer(Duration atMost, Ref object, String method, Element... arguments) throws IOException, InterruptedException {
        try {
            return vim.call(object, method, atMost, arguments);
        } catch (VimFault | HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!READS.contains(method)) {
                throw e;
            }
            LOG.debug("{} has hung up and is asked {} again", vim.url(), method, e);
            return vim.call(object, method, atMost, arguments);
        }
    }

    /** Calls a method that answers one thing. */
    Optional<Element> ask(Ref object, String method, Element... arguments) throws IOException, InterruptedException {
        return call(object, method, arguments).child("returnval");
    }

    /** Begins a task and waits for its end. */
    Element run(Ref object, String method, Element... arguments) throws IOException, InterruptedException {
        return await(begin(object, method, arguments), method, patience, percent -> true);
    }

    Ref begin(Ref object, String method, Element... arguments) throws IOException, InterruptedException {
        return ask(object, method, arguments).map(Element::ref).orElseThrow(() -> new IOException(vim.url() + " answers " + method
                + " with no task"));
    }

    /**
     * Waits for the end of a task.
     *
     * @param goOn is told how far it is, every now and then; a task that is not to go on is cancelled
     * @return its result; an element without text and children if it has none
     * @throws VimFault    if it fails, {@code RequestCanceled} if it was cancelled
     * @throws IOException also if it has not ended in time; it may do so later
     */
    Element await(Ref task, String method, Duration atMost, IntPredicate goOn) throws IOException, InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        boolean cancelled = false;
        while (true) {
            Element info = get(task, "info").get("info").orElseThrow(() -> new IOException(vim.url() + " does not say how its task " + method
                    + " is"));
            switch (info.textAt("state")) {
                case "success" -> {
                    return info.child("result").orElse(Element.of("result"));
                }
                case "error" -> throw VimFault.of(method, info.child("error").orElse(Element.of("error")));
                default -> { } // it is under way
            }
            if (!cancelled && !goOn.test(percent(info))) {
                call(task, "CancelTask");
                cancelled = true;
            }
            if (System.nanoTime() > end) {
                throw new IOException(vim.url() + " has not ended its task " + method + " after " + atMost.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    private static int percent(Element info) {
        String text = info.textAt("progress");
        return text.matches("\\d{1,3}") ? Math.min(100, Integer.parseInt(text)) : 0;
    }

    /** Properties of one object. */
    Managed get(Ref object, String... paths) throws IOException, InterruptedException {
        Element what = Element.of("specSet", properties(object.type(), paths), Element.of("objectSet", Element.ref("obj", object)));
        return retrieve(what).stream().filter(found -> found.ref().equals(object)).findFirst()
                .orElseThrow(() -> new VimFault("RetrievePropertiesEx", "ManagedObjectNotFound", "there is no " + object.type() + " " + object));
    }

    /** Properties of several objects of one type. */
    List<Managed> get(String type, List<Ref> objects, String... paths) throws IOException, InterruptedException {
        if (objects.isEmpty()) {
            return List.of();
        }
        List<Element> parts = new ArrayList<>();
        parts.add(properties(type, paths));
        objects.forEach(object -> parts.add(Element.of("objectSet", Element.ref("obj", object))));
        return retrieve(Element.of("specSet", parts));
    }

    /** Properties of all objects of one type that are somewhere in a container. */
    List<Managed> all(Ref container, String type, String... paths) throws IOException, InterruptedException {
        Ref view = view(container, type);
        try {
            return retrieve(Element.of("specSet", properties(type, paths), in(view)));
        } finally {
            call(view, "DestroyView");
        }
    }

    /** A list of all objects of one type, which the server keeps until it is destroyed or the session ends. */
    Ref view(Ref container, String type) throws IOException, InterruptedException {
        return ask(content().viewManager(), "CreateContainerView", Element.ref("container", container), Element.text("type", type),
                Element.text("recursive", true)).map(Element::ref).orElseThrow(() -> new IOException(vim.url() + " makes no view"));
    }

    /** What is in a view, as an object of a filter. */
    static Element in(Ref view) {
        return Element.of("objectSet", Element.ref("obj", view), Element.text("skip", true),
                Element.of("selectSet", Element.text("name", "view"), Element.text("type", "ContainerView"), Element.text("path", "view"),
                        Element.text("skip", false)).as("TraversalSpec"));
    }

    static Element properties(String type, String... paths) {
        List<Element> parts = new ArrayList<>();
        parts.add(Element.text("type", type));
        for (String path : paths) {
            parts.add(Element.text("pathSet", path));
        }
        return Element.of("propSet", parts);
    }

    private List<Managed> retrieve(Element what) throws IOException, InterruptedException {
        List<Managed> found = new ArrayList<>();
        Ref collector = content().propertyCollector();
        Optional<Element> page = ask(collector, "RetrievePropertiesEx", what,
                Element.of("options", Element.text("maxObjects", OBJECTS_AT_A_TIME)));
        while (page.isPresent()) {
            page.get().all("objects").map(Session::managed).forEach(found::add);
            String token = page.get().textAt("token");
            page = token.isEmpty() ? Optional.empty() : ask(collector, "ContinueRetrievePropertiesEx", Element.text("token", token));
        }
        return found;
    }

    private static Managed managed(Element object) {
        Map<String, Element> properties = new HashMap<>();
        object.all("propSet").forEach(property -> property.child("val").ifPresent(value -> properties.put(property.textAt("name"), value)));
        return new Managed(object.child("obj").map(Element::ref).orElse(new Ref("", "")), properties);
    }
}
