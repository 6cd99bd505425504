package org.kumiki.hypervisor.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.node.Node;

/**
 * Speaks with a virtualization driver of OpenNebula: a directory with a script for each action, which run on the node of the guest. A script gets
 * words as arguments (after its own ones always the guest's number and the host's name) and XML to read, and says by its exit code whether it has
 * succeeded.
 */
final class OpenNebula implements Dialect {

    private static final String DEPLOYMENT = "deployment.0";
    private static final int NO_SUCH_SCRIPT = 42;
    /** The number of the host, which probes name a database of theirs after. */
    private static final String HOST = "0";

    private final Settings settings;
    private final Scripts scripts;
    private final Records records;
    private final String host;

    OpenNebula(Settings settings, Scripts scripts, Records records) {
        this.settings = settings;
        this.scripts = scripts;
        this.records = records;
        this.host = scripts.node().name();
    }

    @Override
    public List<Path> required() {
        return List.of(script("deploy"), script("cancel"), settings.probe().isEmpty() ? script("poll") : Path.of(settings.probe()));
    }

    /** OpenNebula deploys a guest that was stopped as it does a new one. Beside the deployment file a driver finds what it may want to look up. */
    @Override
    public GuestRecord start(GuestRecord guest, GuestSpec spec) throws IOException {
        Path directory = records.directory(guest.id());
        scripts.node().write(directory.resolve("vm.xml"), bytes(GuestXml.machine(guest, spec, host)));
        scripts.node().write(directory.resolve("ds.xml"), bytes(GuestXml.datastore()));
        String file = settings.deployment() == Config.Deployment.LIBVIRT ? GuestXml.domain(guest, spec, settings.domainType())
                : GuestXml.machine(guest, spec, host);
        Node.Finished answer = ask(guest, "deploy", List.of(directory.resolve(DEPLOYMENT).toString(), host), file, settings.toAct());
        return guest.started(States.handle(answer.output()).orElseThrow(() -> new HypervisorException(Reason.UNAVAILABLE,
                settings.name() + " deployed " + guest.id() + ", and does not say by which name it is known: " + Words.of(answer.output()))));
    }

    @Override
    public void stop(GuestRecord guest, boolean force) throws IOException {
        if (force || !settings.can(Feature.GRACEFUL_STOP) || !shutsDown(guest)) {
            act(guest, "cancel", settings.toAct());
        }
    }

    /** What does not shut down is cut off; why it did not is in the log. */
    private boolean shutsDown(GuestRecord guest) throws IOException {
        try {
            act(guest, "shutdown", settings.toStop());
            return true;
        } catch (HypervisorException e) {
            if (e.reason() != Reason.UNAVAILABLE) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public void reboot(GuestRecord guest) throws IOException {
        act(guest, "reboot", settings.toAct());
    }

    /** A guest that does not run is nowhere but in its record: OpenNebula's drivers keep nothing. */
    @Override
    public void delete(GuestRecord guest) {
        // nothing to ask for
    }

    @Override
    public Power status(GuestRecord guest) throws IOException {
        if (settings.probe().isEmpty()) {
            Node.Finished answer = run(guest, script("poll"), LOOK, List.of(handle(guest), host), GuestXml.message(guest, handle(guest), host),
                    settings.toAsk());
            return answer.succeeded() ? States.polled(answer.output()) : Power.UNKNOWN;
        }
        Node.Finished answer = scripts.run(new Call(settings.name(), guest.id(), Path.of(settings.probe()), LOOK, List.of(HOST, host),
                bytes(GuestXml.probe()), true, ".xml", settings.toAsk()));
        return answer.succeeded() ? States.probed(answer.output(), guest.number()) : Power.UNKNOWN;
    }

    @Override
    public String console(GuestRecord guest) {
        throw new HypervisorException(Reason.UNSUPPORTED, "OpenNebula's drivers do not tell what a guest wrote to its console");
    }

    private void act(GuestRecord guest, String action, Duration patience) throws IOException {
        ask(guest, action, List.of(handle(guest), host), GuestXml.message(guest, handle(guest), host), patience);
    }

    private Node.Finished ask(GuestRecord guest, String action, List<String> arguments, String input, Duration patience) throws IOException {
        Path script = script(action);
        if (!scripts.node().list(settings.path()).contains(action)) {
            throw new HypervisorException(Reason.UNSUPPORTED, settings.name() + " has no script to " + action + " a guest: " + script);
        }
        Node.Finished answer = run(guest, script, action, arguments, input, patience);
        if (!answer.succeeded()) {
            String complaint = States.complaint(answer);
            boolean unsupported = answer.exitCode() == NO_SUCH_SCRIPT || complaint.toLowerCase(Locale.ROOT).contains("not supported");
            throw new HypervisorException(unsupported ? Reason.UNSUPPORTED : Reason.UNAVAILABLE,
                    settings.name() + "'s " + action + " of " + guest.id() + " failed: " + complaint);
        }
        return answer;
    }

    private Node.Finished run(GuestRecord guest, Path script, String action, List<String> own, String input, Duration patience) throws IOException {
        List<String> arguments = new ArrayList<>(own);
        arguments.add(Long.toString(guest.number()));
        arguments.add(host);
        return scripts.run(new Call(settings.name(), guest.id(), script, action, arguments, bytes(input), true, ".xml", patience));
    }

    private Path script(String action) {
        return settings.path().resolve(action);
    }

    private static String handle(GuestRecord guest) {
        return guest.handle().isEmpty() ? GuestXml.name(guest) : guest.handle();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
