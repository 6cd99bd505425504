package org.kumiki.hypervisor.qemu;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

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
 *  hand over stopped, keeps everything      receives the rest
 *            has given up its disks         has everything         ── until here the source can go on
 *  finish    –                              is told to run, runs
 * </pre>
 *
 * The destination never begins to run by itself: else a channel that breaks at the very end would leave a guest that runs twice.
 * Only one thread works on it. Interrupting the thread leaves both processes as they are.
 */
final class Transfer {

    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);
    private static final Duration BETWEEN_REPORTS = Duration.ofMillis(100);
    private static final Duration TO_RESUME = Duration.ofSeconds(30);
    private static final Duration TO_GO_ON = Duration.ofMillis(500);
    private static final Duration TO_CANCEL = Duration.ofSeconds(30);
    /** Without a byte for so long, the channel is dead, whatever TCP hopes for; and while the guest stands still, it waits no longer than so. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
    private static final Duration LONGEST_STANDSTILL_IN_SILENCE = Duration.ofSeconds(5);
    /** Less than a monitor is given to answer, and more than a busy machine takes. */
    private static final Duration LONGEST_DEAFNESS = Duration.ofSeconds(10);
    /** As long as QEMU accepts: the guest may stand still until everything is sent. */
    private static final long ANY_DOWNTIME_MILLIS = 2_000_000;
    private static final long ANY_BANDWIDTH = 1L << 40;
    /** A guest that could not be sent. */
    private static final Set<String> STANDING_STILL = Set.of("paused", "finish-migrate", "postmigrate");
    private static final String BROKEN_AT_SWITCHOVER = "the channel broke while the guest stood still";
    private static final String BROKEN_POSTCOPY = "IO failure for postcopy";

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
    private boolean toldToGoOn;
    private boolean toldToRun;

    /** @param guest as it is to be at the destination */
    Transfer(QemuHost from, QemuHost to, GuestSpec guest, MigrationOrder order, MigrationControl control) {
        this.from = from;
        this.to = to;
        this.guest = guest;
        this.order = order;
        this.control = control;
        this.id = order.instance();
        this.channel = new Channel(from, to, id, order.allows(Feature.LIVE_MIGRATION_POSTCOPY));
    }

    MigrationOutcome run() throws IOException, InterruptedException {
        Optional<Monitor> source = from.monitor(id);
        Optional<Monitor> destination = to.monitor(id);
        if (source.isEmpty()) {
            if (!from.has(id) && !to.has(id)) {
                throw new HypervisorException(HypervisorException.Reason.NOT_FOUND,
                        "neither " + from.id() + " nor " + to.id() + " has a guest " + id);
            }
            return destination.isPresent() && hasEverything(destination.get()) ? settle(destination.get(), end(Phase.COMPLETED), Duration.ZERO)
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

    /** With post-copy a guest runs before all of it is there. One that waits for memory which never comes keeps its QEMU from answering. */
    private boolean hasEverything(Monitor destination) throws IOException, InterruptedException {
        try {
            return destination.ask("query-migrate").path("status").asText().equals("completed");
        } catch (QmpException e) {
            if (!e.answered() && to.complains(id, BROKEN_POSTCOPY)) {
                return false;
            }
            throw e;
        }
    }

    private MigrationOutcome begin(Monitor source, Optional<Monitor> leftover) throws IOException, InterruptedException {
        if (leftover.isPresent()) {
            to.destroy(id);
        }
        if (!goesOn(source)) {
            return new Stayed(end(Phase.FAILED), "the guest is " + source.status() + " and cannot move");
        }
        if (leadsNowhere(to.address()) && !from.loopback().equals(to.loopback())) {
            return new Stayed(end(Phase.FAILED), to.id() + " is known by its loopback address " + to.address() + ", at which " + from.id()
                    + " does not reach it; give it an 'address' in its configuration");
        }
        try {
            long process = to.receive(waiting(), from);
            channel.prepare(source); // while the destination's QEMU starts
            apply(source, control.report(progress(Phase.SETUP, source.ask("query-migrate"))));
            if (givenUp.isPresent()) {
                return stayed(givenUp.get());
            }
            boolean safe = isSafeWhileItRuns(source);
            Monitor destination = to.monitor(id, process);
            if (!safe) {
                source.ask("stop");
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

    /**
     * Whether QEMU knows of every write of the guest. By hardware it does. By binary translation a processor whose thread is put aside in the
     * middle of a write may finish it when the page has been sent; on a busy machine guests have crashed over that some moves later.
     */
    private boolean isSafeWhileItRuns(Monitor source) throws InterruptedException {
        return from.settings().translatedLive() || source.ask("query-kvm").path("enabled").asBoolean();
    }

    /** From another machine. A name that we do not know may be known there. */
    private static boolean leadsNowhere(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The ports at which the guest is reached are bound at its source until it has left. */
    private GuestSpec waiting() {
        if (!(guest.link() instanceof NetworkLink.User user)) {
            return guest;
        }
        return guest.with(user.with(List.of()));
    }

    /** Reports, and does what it is told, until it is over. */
    private MigrationOutcome follow(Monitor source, Monitor destination) throws IOException, InterruptedException {
        while (true) {
            JsonNode state = state(source);
            String status = state.path("status").asText();
            switch (status) {
                case "setup", "active", "wait-unplug" -> direct(source, progress(Phase.PRECOPY, state));
                case "pre-switchover", "device" -> {
                    if (status.equals("pre-switchover") && !toldToGoOn) {
                        handOver(source, state);
                    } else if (isSilent(progress(Phase.SWITCHOVER, state), LONGEST_STANDSTILL_IN_SILENCE)) {
                        apply(source, new MigrationDirective.Cancel(BROKEN_AT_SWITCHOVER));
                    }
                }
                case "cancelling" -> {
                    // it ends within moments
                }
                case "postcopy-active", "postcopy-recover" -> {
                    MigrationProgress now = progress(Phase.POSTCOPY, state);
                    // Who has sent everything does not notice that nobody is there any more.
                    if (isSilent(now, LONGEST_STANDSTILL_IN_SILENCE) && !to.isAlive(id)) {
                        return lost();
                    }
                    run(destination);
                    direct(source, now);
                }
                case "postcopy-paused" -> {
                    if (!to.isAlive(id)) {
                        return lost();
                    }
                    channel.recover(source, destination);
                }
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

    private JsonNode state(Monitor source) throws InterruptedException {
        CompletableFuture<JsonNode> answer = source.tell("query-migrate", Monitor.arguments());
        return isBrokenOff(source, answer) ? source.ask("query-migrate") : Monitor.await(answer);
    }

    /**
     * While QEMU sends the rest it answers nobody, and at times before that, and a channel through which nothing goes would hold it for as long as TCP
     * hopes. Until the guest is on both ends its source can go on without the channel: then the channel is broken if there is no answer. To what is
     * asked next, it has all its time to answer.
     */
    private boolean isBrokenOff(Monitor source, CompletableFuture<JsonNode> answer) throws InterruptedException {
        boolean isWhole = toldToGoOn || !(applied instanceof MigrationDirective.SwitchToPostcopy);
        if (!isWhole || Monitor.isAnswered(answer, toldToGoOn ? LONGEST_STANDSTILL_IN_SILENCE : LONGEST_DEAFNESS)) {
            return false;
        }
        givenUp = givenUp.or(() -> Optional.of(toldToGoOn ? BROKEN_AT_SWITCHOVER
                : "nothing could be sent, and QEMU did not answer for " + LONGEST_DEAFNESS.toSeconds() + " s"));
        source.breakMigration();
        return true;
    }

    private void direct(Monitor source, MigrationProgress progress) throws InterruptedException {
        if (isSilent(progress, LONGEST_SILENCE) && progress.phase() == Phase.PRECOPY) {
            apply(source, new MigrationDirective.Cancel("nothing could be sent for " + LONGEST_SILENCE.toSeconds() + " s"));
        } else {
            apply(source, control.report(progress));
        }
    }

    private boolean isSilent(MigrationProgress progress, Duration patience) {
        long now = System.nanoTime();
        if (progress.sentBytes() != sentBefore) {
            sentBefore = progress.sentBytes();
            lastSent = now;
        }
        return now - lastSent > patience.toNanos();
    }

    /** The guest stands still, and everything but the rest is there. The last moment at which its source can simply go on. */
    private void handOver(Monitor source, JsonNode state) throws InterruptedException {
        apply(source, control.report(progress(Phase.SWITCHOVER, state)));
        if (givenUp.isEmpty()) {
            lastSent = System.nanoTime();
            toldToGoOn = true; // which QEMU does in its own time, and says the same until then
            goOnFromSwitchover(source);
        }
    }

    /** It may have been told already, by a word of somebody who was broken off. It may do so before it answers, and be held by that. */
    private void goOnFromSwitchover(Monitor source) throws InterruptedException {
        CompletableFuture<JsonNode> answer = source.tell("migrate-continue", Monitor.arguments().put("state", "pre-switchover"));
        if (isBrokenOff(source, answer)) {
            return; // what became of it is seen by the next look
        }
        try {
            Monitor.await(answer);
        } catch (QmpException e) {
            if (!e.answered() || source.ask("query-migrate").path("status").asText().equals("pre-switchover")) {
                throw e;
            }
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

    /**
     * QEMU slows a guest down step by step by itself; its steps are made so that it takes as many per cent as it is told. The bound for the channel
     * holds for post-copy, too; what the guest waits for at the destination is sent at once in any case.
     */
    private static void parameters(Monitor source, long bytesPerSecond, long downtimeMillis, double throttle) throws InterruptedException {
        int percent = Math.max(1, Math.min(99, (int) Math.round(throttle * 100)));
        source.ask("migrate-set-parameters", Monitor.arguments().put("max-bandwidth", bytesPerSecond == 0 ? ANY_BANDWIDTH : bytesPerSecond)
                .put("max-postcopy-bandwidth", bytesPerSecond) // which calls no bound 0 as we do
                .put("downtime-limit", Math.min(ANY_DOWNTIME_MILLIS, downtimeMillis)).put("cpu-throttle-initial", 1).put("cpu-throttle-increment", 99)
                .put("max-cpu-throttle", percent).put("throttle-trigger-threshold", 1));
    }

    /** It may run already, by a word of somebody who was broken off. */
    private void run(Monitor destination) throws InterruptedException {
        if (!toldToRun) {
            destination.ask("cont");
            toldToRun = true;
        }
    }

    /** The destination has everything, and runs from now on; unless it cannot, then the source goes on. */
    private MigrationOutcome finish(Monitor source, Monitor destination, MigrationProgress end) throws IOException, InterruptedException {
        try {
            run(destination);
        } catch (QmpException e) {
            if (!e.answered()) {
                return to.isAlive(id) ? unknown(destination) : lost();
            }
            return goOn(source, e.getMessage());
        }
        if (!destination.resumes(TO_RESUME)) {
            return to.isAlive(id) ? unknown(destination) : lost();
        }
        return settle(destination, end, Monitor.between(source, destination));
    }

    private MigrationOutcome unknown(Monitor destination) throws InterruptedException {
        throw new HypervisorException(Reason.UNAVAILABLE, id + " does not run at " + to.id() + " yet, which is " + destination.status());
    }

    /** The destination was never able to run it, and what the source has is up to date. */
    private MigrationOutcome goOn(Monitor source, String reason) throws IOException, InterruptedException {
        to.destroy(id);
        source.ask("cont");
        return stayed(reason);
    }

    /** The guest is the destination's now. */
    private MigrationOutcome settle(Monitor destination, MigrationProgress end, Duration downtime) throws IOException, InterruptedException {
        run(destination);
        if (guest.link() instanceof NetworkLink.Tap) {
            destination.announce();
        }
        from.handOver(id, to);
        if (guest.link() instanceof NetworkLink.User) {
            to.relink(id, guest.link());
        }
        return moved(end, downtime);
    }

    private static MigrationOutcome moved(MigrationProgress end, Duration downtime) {
        return new Moved(end, downtime);
    }

    /** The destination had the guest, or a part of it, and its process ended. What the source still has is older than what is on the disks. */
    private MigrationOutcome lost() throws IOException, InterruptedException {
        from.stop(id, true);
        return stayed("the destination's QEMU ended when it had the guest already; the guest has to be started again");
    }

    /** Leaves the guest at the source, and running there. */
    private MigrationOutcome giveUp(Monitor source, Optional<Monitor> destination, String reason) throws IOException, InterruptedException {
        if (toldToRun && destination.filter(Monitor::hasRun).isPresent()) {
            to.destroy(id);
            return lost();
        }
        String status = outgoing(source);
        if (status.startsWith("postcopy") && !to.isAlive(id)) {
            return lost();
        } else if (status.startsWith("postcopy")) {
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
        to.destroy(id);
        goesOn(source);
        return stayed(reason);
    }

    /** QEMU itself lets a guest go on that it could not send, but not at every point. Only once its destination is gone. */
    private static boolean goesOn(Monitor source) throws InterruptedException {
        if (STANDING_STILL.contains(source.status()) && !source.resumes(TO_GO_ON)) {
            source.ask("cont");
        }
        return source.status().equals("running");
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
        return String.format(Locale.ROOT, "%s from %s to %s after %d ms", id, from.id(), to.id(), elapsed().toMillis());
    }
}
