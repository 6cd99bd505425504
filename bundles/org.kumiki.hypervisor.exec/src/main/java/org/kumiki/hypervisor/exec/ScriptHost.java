package org.kumiki.hypervisor.exec;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.GuestTurns;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.NodeHost;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.node.Node;
import org.kumiki.hypervisor.exec.Dialect.Power;
import org.kumiki.hypervisor.exec.GuestRecord.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests that one technology's scripts have on one node. What is known of them is in {@link Records}, and how they are is asked of the scripts;
 * so it does not matter which driver started them. What it does to one guest it does one thing after another; different guests do not wait for
 * each other. Thread-safe.
 */
final class ScriptHost implements NodeHost {

    private static final Logger LOG = LoggerFactory.getLogger(ScriptHost.class);
    private static final int LONGEST_CONSOLE = 64 << 10;
    private static final long BETWEEN_LOOKS_MILLIS = 200;

    private final HostId id;
    private final Settings settings;
    private final Resources capacity;
    private final Dialect dialect;
    private final Records records;
    private final Scripts scripts;
    private final GuestListener listener;
    private final GuestTurns turns = new GuestTurns();
    private final Map<InstanceId, GuestState> seen = new ConcurrentHashMap<>();

    private ScriptHost(Node node, Settings settings, Resources capacity, RunLog log, GuestListener listener) {
        this.id = settings.host(node);
        this.settings = settings;
        this.capacity = capacity;
        this.records = new Records(node, settings.name());
        this.scripts = new Scripts(node, records.payloads(), settings.environment(), log);
        this.dialect = settings.kind() == Config.Kind.CLOUDSTACK ? new CloudStack(settings, scripts) : new OpenNebula(settings, scripts, records);
        this.listener = listener;
    }

    /** Looks whether a node has the scripts, and whether they may be run. */
    static ScriptHost on(Node node, Settings settings, RunLog log, GuestListener listener) throws IOException {
        ScriptHost host = new ScriptHost(node, settings, Capacity.of(node, settings.capacity()), log, listener);
        host.checkScripts();
        host.records.sweep(settings.toStop().compareTo(settings.toAct()) > 0 ? settings.toStop() : settings.toAct());
        return host;
    }

    private void checkScripts() {
        dialect.required().forEach(scripts::check);
    }

    /** Those that are remembered here. */
    List<InstanceId> guests() throws IOException {
        return records.all();
    }

    /** @throws IOException also if nobody can say how a guest is: then it is better to say nothing of the host */
    @Override
    public HostReport report() throws IOException {
        checkScripts();
        Map<InstanceId, GuestState> states = new TreeMap<>();
        for (InstanceId guest : records.all()) {
            look(guest).ifPresent(state -> states.put(guest, state));
        }
        return new HostReport(id, capacity, Map.of("scripts", settings.path().toString(), "node", scripts.node().name()), states);
    }

    /** How a guest is; whoever waits for news is told if it has stopped by itself. */
    private Optional<GuestState> look(InstanceId guest) throws IOException {
        return turns.alone(guest, () -> {
            Optional<GuestRecord> record = records.find(guest);
            if (record.isEmpty()) {
                seen.remove(guest);
                return Optional.empty();
            }
            GuestState before = seen.get(guest);
            GuestState now = switch (power(record.get())) {
                case ON -> GuestState.RUNNING;
                case OFF -> GuestState.STOPPED;
                case UNKNOWN -> Optional.ofNullable(before).orElseThrow(() -> new IOException(settings.name() + " cannot say how " + guest + " is"));
            };
            seen.put(guest, now);
            if (before == GuestState.RUNNING && now == GuestState.STOPPED) {
                listener.stopped(id, guest, settings.name() + " says that it is off");
            }
            return Optional.of(now);
        });
    }

    /**
     * A guest whose making never began is nowhere, and no script need be asked. Where a script that stopped a guest does not know it afterwards, the
     * guest is off; any other guest that it does not know may as well run.
     */
    private Power power(GuestRecord guest) throws IOException {
        Power said = guest.isBegun() ? dialect.status(guest) : Power.OFF;
        return said == Power.UNKNOWN && guest.phase() == Phase.STOPPED ? Power.OFF : said;
    }

    /** Looks after all guests, as somebody does every now and then. Whatever happens to one, the others are looked after, and next time it is, too. */
    void lookAfter() {
        try {
            records.all().forEach(this::lookAfter);
        } catch (IOException | HypervisorException e) {
            LOG.debug("guests on {} are not looked after", id, e);
        } catch (RuntimeException e) { // one that got out would end the looking for ever
            LOG.warn("guests on {} are not looked after", id, e);
        }
    }

    private void lookAfter(InstanceId guest) {
        try {
            look(guest);
        } catch (IOException | HypervisorException e) {
            LOG.debug("{} is not looked after", guest, e);
        } catch (RuntimeException e) {
            LOG.warn("{} is not looked after", guest, e);
        }
    }

    @Override
    public void start(GuestSpec spec) {
        turns.alone(spec.id(), () -> {
            Optional<GuestRecord> known = records.find(spec.id());
            if (known.isPresent() && isOn(known.get())) {
                records.save(known.get().started(known.get().handle()));
                seen.put(spec.id(), GuestState.RUNNING);
                return null;
            }
            GuestRecord guest = known.isPresent() ? remake(known.get()).describing(Description.of(spec)) : records.add(spec);
            records.save(guest.attempted());
            try {
                records.save(dialect.start(guest.attempted(), spec));
            } catch (IOException | RuntimeException e) {
                if (!guest.isMade()) {
                    undo(guest.attempted(), e);
                }
                throw e;
            }
            seen.put(spec.id(), GuestState.RUNNING);
            return null;
        });
    }

    /** One of which nobody can say whether it runs is not started, or it may run twice. */
    private boolean isOn(GuestRecord guest) throws IOException {
        Power power = power(guest);
        if (power == Power.UNKNOWN && guest.phase() == Phase.STARTED) {
            throw new IOException(settings.name() + " cannot say how " + guest.id() + " is: it is not started");
        }
        return power == Power.ON;
    }

    /** What a script was asked to make, and never said that it had, may be there by half. */
    private GuestRecord remake(GuestRecord guest) throws IOException {
        if (guest.phase() == Phase.BEGUN) {
            dialect.delete(guest);
        }
        return guest;
    }

    /** If this does not succeed either, the guest is still remembered, so that it can be destroyed. */
    private void undo(GuestRecord guest, Exception reason) {
        try {
            if (power(guest) == Power.ON) {
                dialect.stop(guest, true);
            }
            dialect.delete(guest);
            forget(guest.id());
        } catch (IOException | RuntimeException e) {
            seen.put(guest.id(), GuestState.STOPPED);
            reason.addSuppressed(e);
            LOG.warn("{} was not made, and what there is of it is left: {}", guest.id(), e.getMessage());
        }
    }

    @Override
    public void stop(InstanceId guest, boolean force) {
        turns.alone(guest, () -> {
            GuestRecord record = existing(guest);
            if (power(record) != Power.OFF) {
                switchOff(record, force);
            }
            seen.put(guest, GuestState.STOPPED);
            return null;
        });
    }

    private void switchOff(GuestRecord guest, boolean force) throws IOException, InterruptedException {
        dialect.stop(guest, force);
        GuestRecord stopped = guest.stopped();
        awaitOff(stopped);
        records.save(stopped);
    }

    /** A script that says it has stopped a guest is not believed as long as it says that the guest is on. */
    private void awaitOff(GuestRecord guest) throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.toAsk().toNanos();
        while (power(guest) != Power.OFF) {
            if (System.nanoTime() > end) {
                throw new HypervisorException(Reason.UNAVAILABLE,
                        settings.name() + " says that it has stopped " + guest.id() + ", and does not say that it is off");
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
    }

    @Override
    public void reboot(InstanceId guest) {
        turns.alone(guest, () -> {
            GuestRecord record = existing(guest);
            if (power(record) == Power.OFF) {
                throw new HypervisorException(Reason.CONFLICT, guest + " is not running");
            }
            dialect.reboot(record);
            return null;
        });
    }

    @Override
    public void destroy(InstanceId guest) {
        turns.alone(guest, () -> {
            Optional<GuestRecord> known = records.find(guest);
            if (known.isPresent() && known.get().isBegun()) {
                if (power(known.get()) != Power.OFF) {
                    switchOff(known.get(), true);
                }
                dialect.delete(known.get());
            }
            forget(guest);
            turns.forget(guest);
            return null;
        });
    }

    private void forget(InstanceId guest) throws IOException {
        records.delete(guest);
        seen.remove(guest);
    }

    @Override
    public ConsoleOutput console(InstanceId guest) {
        return turns.alone(guest, () -> {
            GuestRecord record = existing(guest);
            if (!settings.can(Feature.CONSOLE_OUTPUT)) {
                throw new HypervisorException(Reason.UNSUPPORTED, settings.name() + "'s scripts have no action that tells what a guest wrote to its console");
            }
            String text = dialect.console(record);
            return new ConsoleOutput(guest, Instant.now(), text.substring(Math.max(0, text.length() - LONGEST_CONSOLE)));
        });
    }

    private GuestRecord existing(InstanceId guest) throws IOException {
        return records.find(guest).orElseThrow(() -> new HypervisorException(Reason.NOT_FOUND, "there is no guest " + guest + " on " + id));
    }
}
