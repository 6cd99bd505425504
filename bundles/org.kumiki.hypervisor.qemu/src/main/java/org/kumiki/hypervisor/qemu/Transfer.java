package org.kumiki.hypervisor.qemu;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.hypervisor.qemu.qmp.QmpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One guest on its way from one QEMU to another. Nothing is remembered outside the two processes: how far it is, is read from them, so that
 * whoever begins where another one was broken off goes on, or clears up and begins anew.
 *
 * <pre>
 *            source                         destination
 *  begin     running                        waits for the channel
 *  copy      running, sends                 receives
 *  hand over stopped, keeps everything      receives the rest      ── until here the source can go on
 *  finish    has given up its disks         runs
 * </pre>
 *
 * Only one thread works on it. Interrupting the thread leaves both processes as they are.
 */
final class Transfer {

    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);
    private static final Duration BETWEEN_REPORTS = Duration.ofMillis(100);
    private static final Duration TO_RESUME = Duration.ofSeconds(30);
    private static final Duration TO_CANCEL = Duration.ofSeconds(30);
    /** Without a byte for so long, the channel is dead, whatever TCP hopes for. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
    /** As long as QEMU accepts: the guest may stand still until everything is sent. */
    private static final long ANY_DOWNTIME_MILLIS = 2_000_000;
    private static final long ANY_BANDWIDTH = 1L << 40;

    private final QemuHost from;
    private final QemuHost to;
    private final GuestSpec guest;
    private final MigrationOrder order;
    private final MigrationControl control;
    private final InstanceId id;
    private final Channel channel;

    private long began = System.nanoTime();
    private MigrationDirective applied;
    private Optional<String> givenUp = Optional.empty();
    private long sentBefore = -1;
    private long lastSent = System.nanoTime();

    /** @param guest as it is to be at the destination */
    Transfer(QemuHost from, QemuHost to, GuestSpec guest, MigrationOrder order, MigrationControl control) {
        this.from = from;
        this.to = to;
        this.guest = guest;
        this.order = order;
        this.control = control;
        this.id = order.instance();
        this.channel = new Channel(from, to, id);
    }

    MigrationOutcome run() throws IOException, InterruptedException {
        Optional<Monitor> source = from.monitor(id);
        Optional<Monitor> destination = to.monitor(id);
        if (source.isEmpty()) {
            return destination.isPresent() && destination.get().status().equals("running") ? moved(end(Phase.COMPLETED), Duration.ZERO)
                    : stayed("its QEMU ended at the source");
        }
        String status = outgoing(source.get());
        return switch (status) {
            case "none", "cancelled", "failed" -> begin(source.get(), destination);
            case "completed" -> destination.isPresent() ? finish(source.get(), destination.get(), end(Phase.COMPLETED)) : lost();
            default -> {
                LOG.info("the move of {} to {} is under way already ({}) and goes on", id, to.id(), status);
                yield destination.isPresent() ? follow(source.get(), destination.get())
                        : giveUp(source.get(), destination, "the destination's QEMU ended");
            }
        };
    }

    /** How the guest's leaving goes. A QEMU that it once came to says of that, too, that it is completed; one that it has left stands still. */
    private static String outgoing(Monitor source) throws InterruptedException {
        String status = source.ask("query-migrate").path("status").asText("none");
        return status.equals("completed") && !source.status().equals("postmigrate") ? "none" : status;
    }

    private MigrationOutcome begin(Monitor source, Optional<Monitor> leftover) throws IOException, InterruptedException {
        if (leftover.isPresent()) {
            to.destroy(id);
        }
        if (!source.status().equals("running")) {
            return new Stayed(end(Phase.FAILED), "the guest is " + source.status() + " and cannot move");
        }
        try {
            Monitor destination = to.receive(waiting(), from);
            channel.prepare(source, destination, order.allows(Feature.LIVE_MIGRATION_POSTCOPY));
            apply(source, control.report(progress(Phase.SETUP, source.ask("query-migrate"))));
            if (givenUp.isPresent()) {
                return stayed(givenUp.get());
            }
            channel.begin(source, destination);
            return follow(source, destination);
        } catch (IOException | QmpException | HypervisorException e) {
            if (Thread.currentThread().isInterrupted() || from.monitor(id).filter(monitor -> monitor == source).isEmpty()) {
                throw e; // it is not known what the source does
            }
            return giveUp(source, to.monitor(id), e.getMessage());
        }
    }

    /** The ports at which the guest is reached are bound at its source until it has left. */
    private GuestSpec waiting() {
        if (!(guest.link() instanceof NetworkLink.User user)) {
            return guest;
        }
        NetworkLink closed = new NetworkLink.User(user.mac(), user.guestCidr(), user.guestAddress(), List.of(), user.outbound(), user.metadataSocket());
        return new GuestSpec(id, guest.name(), guest.resources(), guest.boot(), guest.root(), guest.disks(), closed);
    }

    /** Reports, and does what it is told, until it is over. */
    private MigrationOutcome follow(Monitor source, Monitor destination) throws IOException, InterruptedException {
        while (true) {
            JsonNode state = source.ask("query-migrate");
            String status = state.path("status").asText();
            switch (status) {
                case "setup", "active", "wait-unplug" -> direct(source, progress(Phase.PRECOPY, state));
                case "pre-switchover" -> handOver(source, state);
                case "device", "cancelling" -> {
                    // it decides itself within moments
                }
                case "postcopy-active", "postcopy-recover" -> direct(source, progress(Phase.POSTCOPY, state));
                case "postcopy-paused" -> channel.recover(source, destination);
                case "completed" -> {
                    return finish(source, destination, progress(Phase.COMPLETED, state));
                }
                default -> {
                    return giveUp(source, Optional.of(destination), givenUp.orElseGet(() -> state.path("error-desc").asText("QEMU says " + status)));
                }
            }
            source.awaitMigration(BETWEEN_REPORTS);
        }
    }

    private void direct(Monitor source, MigrationProgress progress) throws InterruptedException {
        long now = System.nanoTime();
        if (progress.sentBytes() != sentBefore) {
            sentBefore = progress.sentBytes();
            lastSent = now;
        }
        if (progress.phase() == Phase.PRECOPY && now - lastSent > LONGEST_SILENCE.toNanos()) {
            apply(source, new MigrationDirective.Cancel("nothing could be sent for " + LONGEST_SILENCE.toSeconds() + " s"));
        } else {
            apply(source, control.report(progress));
        }
    }

    /** The guest stands still, and everything but the rest is there. The last moment at which its source can simply go on. */
    private void handOver(Monitor source, JsonNode state) throws InterruptedException {
        apply(source, control.report(progress(Phase.SWITCHOVER, state)));
        if (givenUp.isEmpty()) {
            source.ask("migrate-continue", Monitor.arguments().put("state", "pre-switchover"));
        }
    }

    private void apply(Monitor source, MigrationDirective directive) throws InterruptedException {
        if (directive.equals(applied) || givenUp.isPresent()) {
            return;
        }
        if (directive instanceof MigrationDirective.Continue go) {
            parameters(source, go.bytesPerSecond(), go.downtimeLimit().toMillis(), go.throttle());
        } else if (directive instanceof MigrationDirective.StopAndCopy) {
            parameters(source, 0, ANY_DOWNTIME_MILLIS, 0);
        } else if (directive instanceof MigrationDirective.SwitchToPostcopy) {
            if (!source.ask("query-migrate").path("status").asText("none").equals("active")) {
                return; // not before there is something to switch; the next report asks again
            }
            source.ask("migrate-start-postcopy");
        } else if (directive instanceof MigrationDirective.Cancel cancel) {
            givenUp = Optional.of(cancel.reason());
            source.ask("migrate_cancel");
        }
        applied = directive;
    }

    /** QEMU slows a guest down step by step by itself; its steps are made so that it takes as many per cent as it is told. */
    private static void parameters(Monitor source, long bytesPerSecond, long downtimeMillis, double throttle) throws InterruptedException {
        int percent = Math.max(1, Math.min(99, (int) Math.round(throttle * 100)));
        source.ask("migrate-set-parameters", Monitor.arguments().put("max-bandwidth", bytesPerSecond == 0 ? ANY_BANDWIDTH : bytesPerSecond)
                .put("downtime-limit", Math.min(ANY_DOWNTIME_MILLIS, downtimeMillis)).put("cpu-throttle-initial", 1)
                .put("cpu-throttle-increment", 99).put("max-cpu-throttle", percent).put("throttle-trigger-threshold", 1));
    }

    /** The guest is the destination's now. */
    private MigrationOutcome finish(Monitor source, Monitor destination, MigrationProgress end) throws IOException, InterruptedException {
        if (!destination.resumes(TO_RESUME)) {
            if (!to.isAlive(id)) {
                return lost();
            }
            throw new HypervisorException(Reason.UNAVAILABLE, id + " does not run at " + to.id() + " yet, which is " + destination.status());
        }
        Duration downtime = Monitor.between(source, destination);
        from.handOver(id, to);
        if (guest.link() instanceof NetworkLink.User) {
            to.relink(id, guest.link());
        }
        return moved(end, downtime);
    }

    private static MigrationOutcome moved(MigrationProgress end, Duration downtime) {
        return new Moved(end, downtime);
    }

    /** The destination had the guest, and its process ended. What the source still has is older than what is on the disks. */
    private MigrationOutcome lost() throws IOException, InterruptedException {
        from.stop(id, true);
        return stayed("the destination's QEMU ended when it had the guest already; the guest has to be started again");
    }

    /** Leaves the guest at the source, and running there. */
    private MigrationOutcome giveUp(Monitor source, Optional<Monitor> destination, String reason) throws IOException, InterruptedException {
        String status = outgoing(source);
        if (status.startsWith("postcopy")) {
            throw new HypervisorException(Reason.UNAVAILABLE, id + " has its memory on two hosts and one of them does not answer: " + reason);
        }
        long end = System.nanoTime() + TO_CANCEL.toNanos();
        while (!status.equals("none") && !status.equals("cancelled") && !status.equals("failed")) {
            if (status.equals("completed") && destination.isPresent()) {
                return finish(source, destination.get(), end(Phase.COMPLETED)); // it was quicker
            }
            if (System.nanoTime() > end) {
                throw new HypervisorException(Reason.UNAVAILABLE, id + " cannot be kept at " + from.id() + ": its migration is " + status);
            }
            source.ask("migrate_cancel");
            source.awaitMigration(BETWEEN_REPORTS);
            status = outgoing(source);
        }
        if (!source.resumes(Duration.ofSeconds(1)) && source.status().equals("paused")) {
            source.ask("cont");
        }
        return stayed(reason);
    }

    private MigrationOutcome stayed(String reason) throws IOException, InterruptedException {
        to.destroy(id);
        from.forgetKey(id);
        return new Stayed(end(Phase.FAILED), reason);
    }

    private MigrationProgress end(Phase phase) {
        return new MigrationProgress(phase, elapsed(), 0, 0, 0, 0, 0, 0);
    }

    private MigrationProgress progress(Phase phase, JsonNode state) {
        JsonNode ram = state.path("ram");
        long pageSize = ram.path("page-size").asLong(4096);
        // The first pass is counted when it begins.
        int round = Math.max(0, ram.path("dirty-sync-count").asInt() - 1);
        return new MigrationProgress(phase, elapsed(), round, ram.path("transferred").asLong(), ram.path("remaining").asLong(order.memoryMiB() << 20),
                (double) ram.path("dirty-pages-rate").asLong() * pageSize, ram.path("mbps").asDouble() * 1e6 / 8,
                state.path("cpu-throttle-percentage").asDouble() / 100);
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s from %s to %s after %d ms", id, from.id(), to.id(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
    }
}
