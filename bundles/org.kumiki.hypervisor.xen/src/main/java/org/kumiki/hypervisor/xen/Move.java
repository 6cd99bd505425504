package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationOutcome.Moved;
import org.kumiki.api.migration.MigrationOutcome.Stayed;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.InstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One guest on its way from one host to another, by the pre-copy of xl, over a channel of TLS straight from dom0 to dom0. Nothing is remembered outside
 * the hosts: a sender that runs is a move under way, and where the guest's domain is when there is none, the guest has stayed or come to. So whoever begins
 * where another one was broken off goes on.
 * <p>
 * xl decides itself when the guest stands still; of what a strategy says only that it gives up has an effect. Interrupting the thread leaves the move
 * as it is.
 */
final class Move {

    private static final Logger LOG = LoggerFactory.getLogger(Move.class);
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(1);
    private static final Duration TO_SETTLE = Duration.ofSeconds(20);

    private final XenHost from;
    private final XenHost to;
    private final GuestSpec guest;
    private final MigrationOrder order;
    private final MigrationControl control;
    private final InstanceId id;
    private final Sender sender;
    private final Receiver receiver;
    private final long began = System.nanoTime();
    private long standsStillSince;
    private OptionalLong carrier = OptionalLong.empty();
    private long sent;

    /** @param guest as it is to be at the destination */
    Move(XenHost from, XenHost to, GuestSpec guest, MigrationOrder order, MigrationControl control) {
        this.from = from;
        this.to = to;
        this.guest = guest;
        this.order = order;
        this.control = control;
        this.id = order.instance();
        this.sender = new Sender(from.node(), from.files(id));
        this.receiver = new Receiver(to.node(), to.files(id));
    }

    MigrationOutcome run() throws IOException, InterruptedException {
        if (sender.process().find().isPresent()) {
            LOG.info("the move of {} to {} is under way already and goes on", id, to.id());
            return follow();
        }
        if (to.runs(id)) {
            return arrived();
        }
        if (!from.has(id)) {
            throw new HypervisorException(Reason.NOT_FOUND, "neither " + from.id() + " nor " + to.id() + " has a guest " + id + " that runs");
        }
        if (!from.runs(id)) {
            throw new HypervisorException(Reason.CONFLICT, id + " does not run on " + from.id());
        }
        GuestType type = GuestCheck.type(guest, from.abilities(), from.settings());
        GuestCheck.type(guest, to.abilities(), to.settings());
        GuestCheck.movable(guest);
        if (control.report(progress(Phase.SETUP)) instanceof MigrationDirective.Cancel cancel) {
            return stayed(cancel.reason());
        }
        try {
            begin(type);
        } catch (IOException | HypervisorException e) {
            if (Thread.currentThread().isInterrupted() || sender.process().find().isPresent()) {
                throw e;
            }
            return stayed(e.getMessage());
        }
        return follow();
    }

    private void begin(GuestType type) throws IOException, InterruptedException {
        Places places = from.places(guest);
        String config = DomainConfig.of(guest, type, new Bridges(to.node()).replace(guest.link()), ShownDisks.plain(guest, places), to.settings());
        to.expect(id, config, places);
        Certificate source = Certificate.make();
        Certificate destination = Certificate.make();
        int port = receiver.begin(destination, source, to.settings().migrationPort());
        sender.begin(config, source, destination, to.node().address(), port);
    }

    /** Reports until the sender has ended, and sees then where the guest is. */
    private MigrationOutcome follow() throws IOException, InterruptedException {
        Optional<String> givenUp = Optional.empty();
        for (OptionalLong process = sender.process().find(); process.isPresent(); process = sender.process().find()) {
            count(process.getAsLong());
            MigrationDirective directive = control.report(progress(phase()));
            if (directive instanceof MigrationDirective.Cancel cancel && standsStillSince == 0 && givenUp.isEmpty()) {
                givenUp = Optional.of(cancel.reason());
                sender.breakOff();
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_REPORTS.toMillis());
        }
        long end = System.nanoTime() + TO_SETTLE.toNanos();
        do {
            if (to.runs(id)) {
                return arrived();
            }
            if (from.runs(id)) {
                return stayed(givenUp.orElse(complaint()));
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_REPORTS.toMillis());
        } while (System.nanoTime() < end);
        return stayed("it runs on neither host any more, and has to be started again; " + complaint());
    }

    private void count(long process) throws IOException {
        if (carrier.isEmpty()) {
            carrier = sender.carrier(process);
        }
        if (carrier.isPresent()) {
            sent = Math.max(sent, sender.sentBytes(carrier.getAsLong()));
        }
    }

    private Phase phase() throws IOException {
        if (standsStillSince == 0 && sender.hasSentAll()) {
            standsStillSince = System.nanoTime();
        }
        return standsStillSince == 0 ? Phase.PRECOPY : Phase.SWITCHOVER;
    }

    private String complaint() throws IOException {
        return (sender.log() + receiver.log()).lines().filter(line -> line.contains("error:") || line.contains(" E ")).findFirst()
                .orElse("xl does not say why");
    }

    private MigrationOutcome arrived() throws IOException {
        Duration downtime = standsStillSince == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - standsStillSince);
        if (from.has(id)) {
            to.welcome(id, from.farewell(id));
            sender.forget();
        }
        receiver.forget();
        return new Moved(progress(Phase.COMPLETED), downtime);
    }

    private MigrationOutcome stayed(String reason) throws IOException {
        to.destroy(id);
        sender.forget();
        return new Stayed(progress(Phase.FAILED), reason);
    }

    private MigrationProgress progress(Phase phase) {
        long elapsed = System.nanoTime() - began;
        long rest = phase == Phase.COMPLETED ? 0 : Math.max(0, (order.memoryMiB() << 20) - sent);
        return new MigrationProgress(phase, Duration.ofNanos(elapsed), 0, sent, rest, 0, sent / Math.max(1e-3, elapsed / 1e9), 0);
    }
}
