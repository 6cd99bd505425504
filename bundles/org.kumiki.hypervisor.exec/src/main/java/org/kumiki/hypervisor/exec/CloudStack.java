package org.kumiki.hypervisor.exec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;

/**
 * Speaks with an Orchestrator extension of CloudStack: {@code <executable> <action> <payload file> <seconds>}, JSON in, JSON out, and an exit code
 * that says whether it has succeeded.
 */
final class CloudStack implements Dialect {

    private final Settings settings;
    private final Scripts scripts;

    CloudStack(Settings settings, Scripts scripts) {
        this.settings = settings;
        this.scripts = scripts;
    }

    @Override
    public List<Path> required() {
        return List.of(settings.path());
    }

    /** CloudStack creates a guest and has it running by {@code create} alone; {@code start} is for one that was stopped. */
    @Override
    public GuestRecord start(GuestRecord guest, GuestSpec spec) throws IOException {
        if (guest.isMade()) {
            ask(guest, "start", settings.toAct(), false);
            return guest.started(guest.handle());
        }
        GuestRecord prepared = settings.prepare() ? guest.with(ask(guest, "prepare", settings.toAct(), true).details()) : guest;
        ask(prepared, "create", settings.toAct(), true);
        return prepared.started(prepared.id().value());
    }

    @Override
    public void stop(GuestRecord guest, boolean force) throws IOException {
        ask(guest, "stop", settings.toStop(), false);
    }

    @Override
    public void reboot(GuestRecord guest) throws IOException {
        ask(guest, "reboot", settings.toAct(), false);
    }

    @Override
    public void delete(GuestRecord guest) throws IOException {
        ask(guest, "delete", settings.toAct(), false);
    }

    @Override
    public Power status(GuestRecord guest) throws IOException {
        Reply reply = reply(guest, LOOK, settings.toAsk(), false);
        return reply.succeeded() ? reply.power() : Power.UNKNOWN;
    }

    /** CloudStack itself knows a console's address alone ({@code getconsole}); its text takes an action of the extension's own. */
    @Override
    public String console(GuestRecord guest) throws IOException {
        return ask(guest, settings.consoleAction(), settings.toAsk(), false).message().orElse("");
    }

    private Reply ask(GuestRecord guest, String action, Duration patience, boolean deploy) throws IOException {
        Reply reply = reply(guest, action, patience, deploy);
        if (!reply.succeeded()) {
            throw new HypervisorException(reply.isUnsupported() ? Reason.UNSUPPORTED : Reason.UNAVAILABLE,
                    settings.name() + "'s " + action + " of " + guest.id() + " failed: " + reply.complaint());
        }
        return reply;
    }

    private Reply reply(GuestRecord guest, String action, Duration patience, boolean deploy) throws IOException {
        byte[] payload = Payload.of(guest, settings.details().read(), deploy).toString().getBytes(UTF_8);
        return Reply.of(scripts.run(new Call(settings.name(), guest.id(), settings.path(), action,
                List.of(action, Call.PAYLOAD, Long.toString(patience.toSeconds())), payload, false, ".json", patience)));
    }
}
