package org.kumiki.console;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.apache.felix.webconsole.servlet.ServletConstants;
import org.apache.felix.webconsole.servlet.User;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.twin.Twin;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;
import org.kumiki.api.twin.WhatIfRun;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The page Twin: what would come of the datacenter, if something were different; and how far what was foreseen could be trusted.
 *
 * <ul>
 * <li>{@code GET kumiki-twin} the page
 * <li>{@code GET kumiki-twin.json} how far the latest question is, and its answer, as {@link State}
 * <li>{@code GET kumiki-twin/forecasts.json} what was foreseen of starts, stops and moves, and what happened, as {@link Foresight}
 * <li>{@code POST kumiki-twin/ask}; see {@link WhatIfForm}
 * <li>{@code POST kumiki-twin/cancel}
 * </ul>
 */
@Component(service = Servlet.class, property = {
        ServletConstants.PLUGIN_LABEL + "=" + TwinPage.LABEL,
        ServletConstants.PLUGIN_TITLE + "=%twin.title",
        ServletConstants.PLUGIN_CATEGORY + "=Kumiki",
        ServletConstants.PLUGIN_CSS_REFERENCES + "=/" + TwinPage.LABEL + "/res/frame.css" })
public class TwinPage extends JsonPage {

    static final String LABEL = "kumiki-twin";

    private static final Logger LOG = LoggerFactory.getLogger(TwinPage.class);

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Datacenter datacenter;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Twin twin;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Identity identity;

    private transient volatile WhatIfRun latest;

    /**
     * What the page shows.
     *
     * @param policies that are present
     * @param types    in which instances are sold, by name
     * @param running  whether a question is being answered
     * @param done     how far it is, from 0 to 1
     * @param failure  why there is no answer, or null
     * @param answer   or null
     */
    record State(long now, boolean present, List<String> policies, List<String> types, boolean running, double done, String failure,
            Comparison answer) {
    }

    @Activate
    public TwinPage() {
        super(LABEL, "/page/twin.html");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, () -> change(request));
    }

    @Override
    Object read(String path, HttpServletRequest request, HttpServletResponse response) {
        if (path.equals(LABEL + "/forecasts.json")) {
            return forecasts(request, response);
        } else if (!path.equals(LABEL + ".json")) {
            throw new Refusal(HttpServletResponse.SC_NOT_FOUND, "There is no " + path + ".");
        }
        return state();
    }

    private State state() {
        Datacenter source = datacenter;
        List<String> policies = source == null ? List.of()
                : source.plugIns().stream().filter(plugIn -> plugIn.kind().equals("policy")).map(PlugIn::name).distinct().sorted().toList();
        List<String> types = source == null ? List.of() : source.inventory().instanceTypes().stream().map(InstanceType::name).toList();
        WhatIfRun run = latest;
        if (run == null) {
            return new State(Instant.now().toEpochMilli(), twin != null, policies, types, false, 0, null, null);
        }
        CompletableFuture<WhatIfReport> report = run.report().toCompletableFuture();
        String failure = report.isCompletedExceptionally() ? report.handle((value, thrown) -> message(thrown)).join() : null;
        return new State(Instant.now().toEpochMilli(), twin != null, policies, types, !report.isDone(), run.done(), failure,
                report.isDone() && failure == null ? Comparison.of(report.join()) : null);
    }

    private Foresight forecasts(HttpServletRequest request, HttpServletResponse response) {
        Datacenter source = datacenter;
        Identity accounts = identity;
        if (source == null || accounts == null) {
            throw new Refusal(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "The engine is not there.");
        }
        List<Foreseen> all = source.forecasts(new Caller(accounts.root().id(), true, "console " + ConsoleLogin.USER));
        return has(Integer.toHexString(all.hashCode()), request, response) ? null : Foresight.of(all, source.inventory());
    }

    private static String message(Throwable thrown) {
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private State change(HttpServletRequest request) {
        if (!(request.getAttribute(User.USER_ATTRIBUTE) instanceof User user) || !user.authorize(Operator.ROLE)) {
            throw new Refusal(HttpServletResponse.SC_FORBIDDEN, "Only an operator may ask the twin.");
        }
        if (request.getHeader("X-Requested-With") == null) { // a form, on whatever site, cannot set it
            throw new Refusal(HttpServletResponse.SC_FORBIDDEN, "A question needs the header X-Requested-With.");
        }
        switch (request.getPathInfo()) {
            case "/" + LABEL + "/ask" -> ask(WhatIfForm.read(request::getParameter));
            case "/" + LABEL + "/cancel" -> {
                WhatIfRun run = latest;
                if (run != null) {
                    run.cancel();
                }
            }
            default -> throw new Refusal(HttpServletResponse.SC_NOT_FOUND, "There is nothing to change here.");
        }
        return state();
    }

    private void ask(WhatIf question) {
        Twin present = twin;
        if (present == null) {
            throw new Refusal(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "The twin is not there.");
        }
        LOG.info("console: what if {}", question);
        try {
            latest = present.ask(question);
        } catch (IllegalStateException e) {
            throw new Refusal(HttpServletResponse.SC_CONFLICT, e.getMessage());
        }
    }
}
