package org.kumiki.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.felix.webconsole.servlet.ServletConstants;
import org.apache.felix.webconsole.servlet.User;
import org.kumiki.api.command.Command;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The page Datacenter.
 *
 * <ul>
 * <li>{@code GET kumiki-datacenter} the page
 * <li>{@code GET kumiki-datacenter.json} the {@link Overview}; parameters: {@link Query}. Answers 304 to who has it already.
 * <li>{@code GET kumiki-datacenter/instance.json?id=i-…} an {@link InstanceDetail}
 * <li>{@code GET kumiki-datacenter/console.json?id=i-…} what the instance wrote to its console, as {@link Output}
 * <li>{@code GET kumiki-datacenter/decision.json?number=…} a {@link Why}
 * <li>{@code GET kumiki-datacenter/technologies.svg} what {@code kumiki bench technologies} has measured last, if it ever has
 * <li>{@code POST kumiki-datacenter/instance}, {@code id}, {@code action}: start, stop, kill, reboot, terminate, cancel (a move)
 * <li>{@code POST kumiki-datacenter/policy}, {@code id}, {@code action}: shadow, canary, promote, rollback, retire; see {@link PolicyForm}
 * <li>{@code POST kumiki-datacenter/host}, {@code id}, {@code action}: drain, accept, off, on, remove
 * </ul>
 *
 * The page stays when the engine goes: it says so, and waits.
 */
@Component(service = Servlet.class, property = {
        ServletConstants.PLUGIN_LABEL + "=" + DatacenterPage.LABEL,
        ServletConstants.PLUGIN_TITLE + "=%datacenter.title",
        ServletConstants.PLUGIN_CATEGORY + "=Kumiki",
        ServletConstants.PLUGIN_CSS_REFERENCES + "=/" + DatacenterPage.LABEL + "/res/frame.css" })
public class DatacenterPage extends JsonPage {

    static final String LABEL = "kumiki-datacenter";

    /** Where Felix puts the console, and this page in it. */
    static final String ADDRESS = "/system/console/" + LABEL;

    private static final Logger LOG = LoggerFactory.getLogger(DatacenterPage.class);
    private static final String WANTED = "an operator wants it";
    private static final long LONGEST_FIGURE = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Datacenter datacenter;

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Identity identity;

    /** What an instance wrote to its console, without the control sequences. */
    record Output(String id, long at, String text) {
    }

    /** What was done; {@code rehearse} for a promotion that is not decided yet. */
    record Done(String action, String id) {
    }

    /** What was asked goes on. */
    private static final class Unanswered extends Refusal {

        private static final long serialVersionUID = 1L;

        Unanswered() {
            super(HttpServletResponse.SC_GATEWAY_TIMEOUT, "There was no answer within " + PATIENCE.toSeconds() + " seconds.");
        }
    }

    /** Where the bench leaves its figure. */
    private final transient Path measured;

    @Activate
    public DatacenterPage(BundleContext context) {
        this(ConsoleLogin.dataDirectory(context));
    }

    private DatacenterPage(Path data) {
        super(LABEL, "/page/datacenter.html");
        this.measured = data.resolve("technologies.svg");
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        if (!request.getPathInfo().equals("/" + LABEL + "/technologies.svg")) {
            super.doGet(request, response);
        } else if (Files.isRegularFile(measured) && Files.size(measured) <= LONGEST_FIGURE) {
            response.setContentType("image/svg+xml");
            response.setHeader("Content-Security-Policy", "default-src 'none'"); // it is a picture, whoever wrote it
            response.getOutputStream().write(Files.readAllBytes(measured));
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        answer(request, response, () -> change(request));
    }

    @Override
    Object read(String path, HttpServletRequest request, HttpServletResponse response) {
        return switch (path) {
            case LABEL + ".json" -> overview(request, response);
            case LABEL + "/instance.json" -> InstanceDetail.of(instance(request), datacenter().inventory(), datacenter().plans());
            case LABEL + "/console.json" -> output(request);
            case LABEL + "/decision.json" -> decision(request);
            default -> throw new Refusal(HttpServletResponse.SC_NOT_FOUND, "There is no " + path + ".");
        };
    }

    /** Null stands for nothing new. */
    private Overview overview(HttpServletRequest request, HttpServletResponse response) {
        Datacenter source = datacenter();
        // An engine that was replaced may count its states from the beginning.
        int shown = Objects.hash(System.identityHashCode(source), source.plugIns(), source.plans(), source.rehearsals(), source.history().last(),
                progress(source), request.getQueryString());
        String state = source.inventory().version() + "-" + Integer.toHexString(shown);
        return has(state, request, response) ? null : Overview.of(source, Query.read(request::getParameter), Instant.now());
    }

    /** Reports on moves are in no version. */
    private static List<List<MigrationProgress>> progress(Datacenter source) {
        return source.inventory().migrations().stream().filter(Migration::isMoving).map(move -> source.progress(move.instance()))
                .map(reports -> reports.subList(Math.max(0, reports.size() - 1), reports.size())).toList();
    }

    private Instance instance(HttpServletRequest request) {
        InstanceId id = new InstanceId(required(request, "id"));
        return datacenter().inventory().instances().find(id)
                .orElseThrow(() -> new Refusal(HttpServletResponse.SC_NOT_FOUND, "There is no instance " + id + " any more."));
    }

    private Output output(HttpServletRequest request) {
        ConsoleOutput output = await(datacenter().console(caller(), instance(request).id()));
        return new Output(output.instance().value(), output.at().toEpochMilli(), PlainText.of(output.text()));
    }

    private Why decision(HttpServletRequest request) {
        Inventory inventory = datacenter().inventory();
        long number = Long.parseLong(required(request, "number"));
        Decision decision = inventory.decisions().find(number)
                .orElseThrow(() -> new Refusal(HttpServletResponse.SC_NOT_FOUND, "Decision " + number + " is not kept any more."));
        return Why.of(decision, inventory.view().hosts());
    }

    private Done change(HttpServletRequest request) {
        if (!(request.getAttribute(User.USER_ATTRIBUTE) instanceof User user) || !user.authorize(Operator.ROLE)) {
            throw new Refusal(HttpServletResponse.SC_FORBIDDEN, "Only an operator may change the datacenter.");
        }
        if (request.getHeader("X-Requested-With") == null) { // a form, on whatever site, cannot set it
            throw new Refusal(HttpServletResponse.SC_FORBIDDEN, "A change needs the header X-Requested-With.");
        }
        String id = required(request, "id");
        String action = required(request, "action");
        Command<?> command = switch (request.getPathInfo()) {
            case "/" + LABEL + "/instance" -> onInstance(action, List.of(new InstanceId(id)));
            case "/" + LABEL + "/host" -> onHost(action, new HostId(id));
            case "/" + LABEL + "/policy" -> PolicyForm.read(action, id, request::getParameter);
            default -> throw new Refusal(HttpServletResponse.SC_NOT_FOUND, "There is nothing to change here.");
        };
        LOG.info("console: {} {}", action, id);
        try {
            await(datacenter().submit(caller(), command));
        } catch (Unanswered e) {
            if (!(command instanceof PolicyCommand.Promote)) {
                throw e;
            }
            return new Done("rehearse", id); // that may take minutes, and goes on
        }
        return new Done(action, id);
    }

    private static Command<?> onInstance(String action, List<InstanceId> instances) {
        return switch (action) {
            case "start" -> new InstanceCommand.Start(instances);
            case "stop" -> new InstanceCommand.Stop(instances, false);
            case "kill" -> new InstanceCommand.Stop(instances, true);
            case "reboot" -> new InstanceCommand.Reboot(instances);
            case "terminate" -> new InstanceCommand.Terminate(instances);
            case "cancel" -> new MigrationCommand.Cancel(instances.get(0));
            default -> throw new IllegalArgumentException("\"" + action + "\" is nothing that an instance can be asked");
        };
    }

    private static Command<?> onHost(String action, HostId host) {
        return switch (action) {
            case "drain" -> new HostCommand.Accept(host, false);
            case "accept" -> new HostCommand.Accept(host, true);
            case "off" -> new HostCommand.Power(host, false, WANTED);
            case "on" -> new HostCommand.Power(host, true, WANTED);
            case "remove" -> new HostCommand.Remove(host);
            default -> throw new IllegalArgumentException("\"" + action + "\" is nothing that a host can be asked");
        };
    }

    private Datacenter datacenter() {
        Datacenter present = datacenter;
        if (present == null) {
            throw new Refusal(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "The engine is not there.");
        }
        return present;
    }

    private Caller caller() {
        Identity present = identity;
        if (present == null) {
            throw new Refusal(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "Nobody is there who knows the accounts.");
        }
        return new Caller(present.root().id(), true, "console " + ConsoleLogin.USER);
    }

    /** The console calls servlets without asynchronous support, so one of its threads waits; it has some to spare. */
    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new Unanswered();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refusal(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "The console is being stopped.");
        }
    }

    @Override
    Optional<Refusal> refusal(RuntimeException failure) {
        return failure instanceof DatacenterException refused ? Optional.of(new Refusal(status(refused.reason()), refused.getMessage()))
                : super.refusal(failure);
    }

    private static int status(DatacenterException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> HttpServletResponse.SC_NOT_FOUND;
            case INVALID -> HttpServletResponse.SC_BAD_REQUEST;
            case DENIED -> HttpServletResponse.SC_FORBIDDEN;
            case UNSUPPORTED -> HttpServletResponse.SC_NOT_IMPLEMENTED;
            case UNAVAILABLE -> HttpServletResponse.SC_SERVICE_UNAVAILABLE;
            case DUPLICATE, WRONG_STATE, IN_USE, TOKEN_REUSED, NO_CAPACITY, LIMIT -> HttpServletResponse.SC_CONFLICT;
        };
    }
}
