package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.GuestTurns;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.BootSource;
import org.kumiki.hypervisor.incus.Server.Member;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests on one server. All that is known of them is what the server says: a container with our mark is a guest, by whichever driver it was made.
 * What is done to one guest is done one thing after another; different guests do not wait for each other. Thread-safe.
 */
final class Guests {

    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);
    private static final String INSTANCES = "/1.0/instances";
    /** One of the files that a server keeps beside a container, where the container itself does not see it. */
    private static final String CONSOLE = "/metadata/templates?path=kumiki-console.tpl";
    /** For so long a guest is asked once; one whose system is not up yet does not hear it. */
    private static final Duration TO_HEAR = Duration.ofSeconds(5);
    private static final Duration TO_SETTLE = Duration.ofSeconds(20);
    private static final long PAUSE_MILLIS = 100;
    /** A guest that restarts by itself is off for a moment. */
    private static final long TO_COME_BACK_MILLIS = 1_000;

    /** Told of what nobody asked for. */
    interface Listener {

        void stopped(HostId host, InstanceId guest, String reason);
    }

    /** Where a guest was seen, and how. */
    private record Seen(HostId host, GuestState state) {
    }

    private final Server server;
    private final Api api;
    private final Settings settings;
    private final Images images;
    private final Listener listener;
    private final GuestTurns turns = new GuestTurns();
    private final ReentrantLock making = new ReentrantLock();
    private final Map<InstanceId, Seen> seen = new ConcurrentHashMap<>();

    Guests(Server server, Listener listener) {
        this.server = server;
        this.api = server.api();
        this.settings = server.settings();
        this.images = new Images(api, server.architecture());
        this.listener = listener;
    }

    /** From now on it is told when this guest ends. What was seen later counts. */
    void adopt(HostId host, InstanceId guest, GuestState state) {
        seen.putIfAbsent(guest, new Seen(host, state));
    }

    void start(Member member, GuestSpec guest) {
        BootSource.Kernel boot = Containers.check(guest, settings);
        turns.alone(guest.id(), () -> {
            Optional<JsonNode> there = api.find(path(guest.id()));
            if (there.isPresent()) {
                startAgain(member, guest, there.get());
            } else {
                startNew(member, guest, boot);
            }
            seen.put(guest.id(), new Seen(member.host(), GuestState.RUNNING));
            return null;
        });
    }

    private void startNew(Member member, GuestSpec guest, BootSource.Kernel boot) throws IOException, InterruptedException {
        Optional<Links.Bridge> bridge = server.bridge();
        try {
            images.use(boot.initrd(), fingerprint -> make(member, Containers.creation(guest, settings, bridge, fingerprint)));
            switchOn(guest.id());
        } catch (IOException | InterruptedException | RuntimeException e) {
            undo(guest.id(), e);
            throw e;
        }
    }

    /** One after the other: of containers that are made at the same moment, LXD 5.0 gives some users that it does not have, and they do not start. */
    private void make(Member member, ObjectNode container) throws IOException, InterruptedException {
        making.lockInterruptibly();
        try {
            api.order("POST", INSTANCES + member.target("?"), container);
        } finally {
            making.unlock();
        }
    }

    private void startAgain(Member member, GuestSpec guest, JsonNode there) throws IOException, InterruptedException {
        if (!isOurs(guest.id(), there)) {
            throw new HypervisorException(Reason.CONFLICT, api + " has an instance " + guest.id() + " of somebody else");
        }
        if (!member.has(there)) {
            throw new HypervisorException(Reason.CONFLICT, guest.id() + " is on another member of the cluster");
        }
        if (Containers.state(there) == GuestState.STOPPED) {
            api.order("PUT", path(guest.id()), Containers.changed(there, Containers.description(guest, settings, server.bridge())));
            switchOn(guest.id());
        }
    }

    /** If this does not succeed either, it is still found, so that it can be destroyed. */
    private void undo(InstanceId guest, Exception reason) {
        try {
            remove(guest);
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reason.addSuppressed(e);
        }
    }

    void stop(Member member, InstanceId guest, boolean force) {
        turns.alone(guest, () -> {
            JsonNode there = existing(member, guest);
            seen.put(guest, new Seen(member.host(), GuestState.STOPPED));
            if (Containers.state(there) != GuestState.STOPPED && (force || !follows(guest, "stop"))) {
                cutOff(guest);
            }
            return null;
        });
    }

    /** Asks a guest, again and again, until it has followed. */
    private boolean follows(InstanceId guest, String action) throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.patience().toNanos();
        for (long left = settings.patience().toSeconds(); left > 0; left = TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime())) {
            try {
                api.order("PUT", path(guest) + "/state", action(action).put("timeout", Math.min(left, TO_HEAR.toSeconds())));
                return true;
            } catch (ApiException e) {
                LOG.debug("{} did not {}", guest, action, e);
                if (isOff(guest)) {
                    return action.equals("stop");
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
        LOG.info("{} did not {} within {}, and is cut off", guest, action, settings.patience());
        return false;
    }

    private void cutOff(InstanceId guest) throws IOException, InterruptedException {
        try {
            api.order("PUT", path(guest) + "/state", action("stop").put("force", true));
        } catch (ApiException e) {
            if (!isOff(guest)) { // it may have ended just before
                throw e;
            }
        }
    }

    private boolean isOff(InstanceId guest) throws IOException, InterruptedException {
        return api.find(path(guest)).map(there -> Containers.state(there) == GuestState.STOPPED).orElse(true);
    }

    void reboot(Member member, InstanceId guest) {
        turns.alone(guest, () -> {
            existingRunning(member, guest);
            if (!follows(guest, "restart")) {
                cutOff(guest);
                switchOn(guest);
            }
            return null;
        });
    }

    void destroy(Member member, InstanceId guest) {
        turns.alone(guest, () -> {
            Optional<JsonNode> there = find(member, guest);
            if (there.isPresent()) {
                seen.put(guest, new Seen(member.host(), GuestState.STOPPED));
                remove(guest);
            }
            seen.remove(guest);
            turns.forget(guest);
            return null;
        });
        if (settings.keepImages().isZero()) {
            sweep();
        }
    }

    /** A container that is on its way, because somebody was interrupted or died, has to arrive before it can go. */
    private void remove(InstanceId guest) throws IOException, InterruptedException {
        long end = System.nanoTime() + TO_SETTLE.toNanos();
        for (Optional<JsonNode> there = api.find(path(guest)); there.filter(each -> isOurs(guest, each)).isPresent(); there = api.find(path(guest))) {
            try {
                if (Containers.state(there.get()) != GuestState.STOPPED) {
                    cutOff(guest);
                }
                api.delete(path(guest));
            } catch (ApiException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    ConsoleOutput console(Member member, InstanceId guest) {
        return turns.alone(guest, () -> {
            JsonNode there = existing(member, guest);
            ConsoleTail kept = new ConsoleTail(api.file(path(guest) + CONSOLE).orElse(new byte[0]));
            byte[] shown = api.file(path(guest) + "/console").orElse(new byte[0]);
            if (Containers.state(there) == GuestState.STOPPED) {
                return new ConsoleOutput(guest, Instant.now(), kept.closedBy(shown).text());
            }
            ConsoleTail whole = kept.then(shown);
            if (shown.length > 0) { // a server shows what a running guest has written once
                api.write(path(guest) + CONSOLE, whole.bytes());
            }
            return new ConsoleOutput(guest, Instant.now(), whole.text());
        });
    }

    void relink(Member member, InstanceId guest, NetworkLink link) {
        turns.alone(guest, () -> {
            JsonNode there = existingRunning(member, guest);
            Links.check(link, settings.network(), settings.endpoint().isHere());
            Optional<Links.Bridge> bridge = server.bridge();
            if (link instanceof NetworkLink.User user && bridge.isPresent()) {
                ObjectNode changed = Containers.relinked(there, user, bridge.get());
                if (!changed.get("devices").equals(there.get("devices"))) {
                    api.order("PUT", path(guest), changed);
                }
            }
            return null;
        });
    }

    /** The processor time of each guest that runs. */
    Map<InstanceId, Duration> cpuTimes() throws IOException, InterruptedException {
        Map<InstanceId, Duration> times = new HashMap<>();
        for (JsonNode instance : api.get(INSTANCES + "?recursion=2")) {
            Optional<InstanceId> guest = Containers.guest(instance);
            if (guest.isPresent() && Containers.state(instance) == GuestState.RUNNING) {
                times.put(guest.get(), Duration.ofNanos(Math.max(0, instance.path("state").path("cpu").path("usage").asLong())));
            }
        }
        return times;
    }

    /** Looks after all guests at once. */
    void lookAfter() throws IOException, InterruptedException {
        for (JsonNode instance : api.get(INSTANCES + "?recursion=1")) {
            Optional<InstanceId> guest = Containers.guest(instance);
            if (guest.isPresent() && Containers.state(instance) == GuestState.STOPPED) {
                look(guest.get());
            }
        }
    }

    /** Whether a guest has ended, though nobody asked for it; then it is told, once. One that is no more has been taken away by somebody. */
    void look(InstanceId guest) {
        if (isExpectedToRun(guest)) {
            turns.alone(guest, () -> {
                if (isExpectedToRun(guest) && isOff(guest)) {
                    TimeUnit.MILLISECONDS.sleep(TO_COME_BACK_MILLIS);
                    Optional<JsonNode> there = api.find(path(guest));
                    if (there.isEmpty()) {
                        seen.remove(guest);
                    } else if (Containers.state(there.get()) == GuestState.STOPPED) {
                        HostId host = seen.get(guest).host();
                        seen.put(guest, new Seen(host, GuestState.STOPPED));
                        listener.stopped(host, guest, "the guest shut down");
                    }
                }
                return null;
            });
        }
    }

    private boolean isExpectedToRun(InstanceId guest) {
        Seen last = seen.get(guest);
        return last != null && last.state() == GuestState.RUNNING;
    }

    /** Gives up images that nobody uses. It may be tried again later. */
    void sweep() {
        try {
            images.sweep(settings.keepImages());
        } catch (IOException | RuntimeException e) {
            LOG.info("{} keeps images that nobody uses: {}", api, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode existingRunning(Member member, InstanceId guest) throws IOException, InterruptedException {
        JsonNode there = existing(member, guest);
        if (Containers.state(there) == GuestState.STOPPED) {
            throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
        }
        return there;
    }

    private JsonNode existing(Member member, InstanceId guest) throws IOException, InterruptedException {
        return find(member, guest).orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " on "
                + member.host()));
    }

    private Optional<JsonNode> find(Member member, InstanceId guest) throws IOException, InterruptedException {
        return api.find(path(guest)).filter(there -> isOurs(guest, there) && member.has(there));
    }

    private static boolean isOurs(InstanceId guest, JsonNode there) {
        return Containers.guest(there).filter(guest::equals).isPresent();
    }

    /** Of what LXC did not like, the server itself says no more than that there was something. */
    private void switchOn(InstanceId guest) throws IOException, InterruptedException {
        try {
            api.order("PUT", path(guest) + "/state", action("start"));
        } catch (ApiException e) {
            Optional<String> complaint = api.file(path(guest) + "/logs/lxc.log").flatMap(log -> Containers.complaint(new String(log, UTF_8)));
            if (complaint.isPresent()) {
                throw new HypervisorException(e.reason(), e.getMessage() + " (" + complaint.get() + ")", e);
            }
            throw e;
        }
    }

    private static ObjectNode action(String action) {
        return JsonNodeFactory.instance.objectNode().put("action", action);
    }

    private static String path(InstanceId guest) {
        return INSTANCES + "/" + guest.value();
    }
}
