package org.kumiki.console;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

import org.apache.felix.webconsole.servlet.AbstractServlet;
import org.apache.felix.webconsole.servlet.ServletConstants;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * A page of the console: a static template that fetches its data as JSON, so nothing that a client or a guest named is ever written into
 * HTML. A refusal is {@code {"error": "…"}} with a status that says who must act.
 */
abstract class JsonPage extends AbstractServlet {

    private static final Logger LOG = LoggerFactory.getLogger(JsonPage.class);

    private final transient ContentPolicy policy = ContentPolicy.ofConsole();
    private final String label;
    private final String template;

    /** Why something was not done. */
    record Failure(String error) {
    }

    /** What a request is answered with; null stands for nothing new. */
    interface Answer {
        Object get();
    }

    /** A request that a page itself refuses. */
    static class Refusal extends RuntimeException {

        private final int status;

        Refusal(int status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }

    /** @param template the path of the page among the resources */
    JsonPage(String label, String template) {
        this.label = label;
        this.template = Resources.text(template);
    }

    /**
     * What there is at a path below the console, such as {@code kumiki-datacenter.json}; null for nothing new.
     *
     * @throws Refusal if there is nothing
     */
    abstract Object read(String path, HttpServletRequest request, HttpServletResponse response);

    /** What a failure of somebody else's means to whoever asked; none if it is a defect. */
    Optional<Refusal> refusal(RuntimeException failure) {
        return failure instanceof IllegalArgumentException
                ? Optional.of(new Refusal(HttpServletResponse.SC_BAD_REQUEST, failure.getMessage())) : Optional.empty();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        String path = request.getPathInfo().substring(1);
        if (path.endsWith(".json")) {
            answer(request, response, () -> read(path, request, response));
        } else if (path.startsWith(label + "/")) {
            super.doGet(request, response);
            if (getResource(request.getPathInfo()) == null) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND); // or else the console shows this page under any name
            }
        } else {
            String root = (String) request.getAttribute(ServletConstants.ATTR_APP_ROOT);
            response.setHeader("Content-Security-Policy", policy.allowing(Map.of("appRoot", root, "head.label", label)));
        }
    }

    @Override
    public void renderContent(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.getWriter().write(template);
    }

    /** Names the state that is answered with, and says whether whoever asks has it already. */
    static boolean has(String state, HttpServletRequest request, HttpServletResponse response) {
        String tag = "\"" + state + "\"";
        response.setHeader("ETag", tag);
        return tag.equals(request.getHeader("If-None-Match"));
    }

    static String required(HttpServletRequest request, String name) {
        String value = request.getParameter(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("the parameter " + name + " is missing");
        }
        return value;
    }

    final void answer(HttpServletRequest request, HttpServletResponse response, Answer answer) throws IOException {
        int status = HttpServletResponse.SC_OK;
        Object body;
        try {
            body = answer.get();
        } catch (Refusal e) {
            status = e.status;
            body = new Failure(e.getMessage());
        } catch (RuntimeException e) {
            Refusal refusal = refusal(e).orElseGet(() -> defect(request, e));
            status = refusal.status;
            body = new Failure(refusal.getMessage());
        }
        response.setStatus(body == null ? HttpServletResponse.SC_NOT_MODIFIED : status);
        if (body != null) {
            response.setContentType("application/json"); // tells the console, too, that this is the whole response
            response.setCharacterEncoding("UTF-8");
            response.getWriter().write(Json.write(body));
        }
    }

    private static Refusal defect(HttpServletRequest request, RuntimeException e) {
        LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
        return new Refusal(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "This failed. The log says why.");
    }
}
