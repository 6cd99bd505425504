package org.kumiki.tck;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.MigrationProgress.Phase;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;

/** Drivers that do one thing otherwise than they should, each as somebody might have written it. */
final class BadDrivers {

    /**
     * One small defect.
     *
     * @param caughtBy words of the name of a check that a driver with it fails
     */
    record Defect(String name, String caughtBy, Function<World, GoodDriver> driver) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** So long one thread waits for another. */
    private static final long LONGEST_MILLIS = 10_000;

    private final List<Defect> defects = new ArrayList<>();

    static List<Defect> all() {
        BadDrivers bad = new BadDrivers();
        bad.hosts();
        bad.lifecycle();
        bad.idempotency();
        bad.failures();
        bad.names();
        bad.events();
        bad.consoles();
        bad.features();
        bad.migrations();
        bad.leaks();
        bad.threads();
        bad.restarts();
        return bad.defects;
    }

    private void add(String name, String caughtBy, Function<World, GoodDriver> driver) {
        defects.add(new Defect(name, caughtBy, driver));
    }

    private static Set<Feature> without(Feature feature) {
        Set<Feature> rest = EnumSet.copyOf(GoodDriver.ALL);
        rest.remove(feature);
        return rest;
    }

    private static HypervisorException refusal(Reason reason) {
        return new HypervisorException(reason, "no");
    }

    private void hosts() {
        add("a host has no room", "room for a guest", world -> new GoodDriver(world) {
            @Override
            List<HostReport> reports() {
                return super.reports().stream().map(r -> new HostReport(r.host(), Resources.NONE, r.labels(), r.guests())).toList();
            }
        });
        add("a host is reported twice", "reports each host once", world -> new GoodDriver(world) {
            @Override
            List<HostReport> reports() {
                List<HostReport> twice = new ArrayList<>(super.reports());
                twice.addAll(super.reports());
                return twice;
            }
        });
        add("the list of hosts is the driver's own", "changes no report", world -> new GoodDriver(world) {
            private final List<HostReport> own = new ArrayList<>();

            @Override
            List<HostReport> reports() {
                synchronized (own) {
                    own.clear();
                    own.addAll(super.reports());
                    return own;
                }
            }
        });
        add("its name is in upper case", "in lower case", world -> new GoodDriver(world) {
            @Override
            public Technology technology() {
                Technology good = super.technology();
                String name = good.name().toUpperCase(Locale.ROOT);
                return new Technology(name, good.version(), good.monitor(), good.methods(), good.features(), good.note());
            }
        });
        add("stopped guests are not reported", "stops a guest by force and keeps it", world -> new GoodDriver(world) {
            @Override
            List<HostReport> reports() {
                return super.reports().stream().map(r -> {
                    Map<InstanceId, GuestState> states = new HashMap<>(r.guests());
                    states.values().removeIf(state -> state == GuestState.STOPPED);
                    return new HostReport(r.host(), r.capacity(), r.labels(), states);
                }).toList();
            }
        });
    }

    private void lifecycle() {
        add("a start does nothing", "starts a guest, on the host", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                known(host);
            }
        });
        add("a guest starts on every host", "on no other", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(World.HERE, spec);
                super.on(World.THERE, spec);
            }
        });
        add("a guest does not stop by force", "stops a guest by force", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                if (!force) {
                    super.off(host, guest, false);
                }
            }
        });
        add("a guest does not shut down", "asked to shut down", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                there(host, guest);
                if (force) {
                    super.off(host, guest, true);
                }
            }
        });
        add("a guest that does not follow is left to run", "cuts a guest off", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                if (force || !world.stubborn.contains(guest)) {
                    super.off(host, guest, force);
                }
            }
        });
        add("a guest that does not follow is waited for without end", "cuts a guest off", world -> new GoodDriver(world) {
            @Override
            public CompletionStage<Void> stop(HostId host, InstanceId guest, boolean force) {
                return force || !world.stubborn.contains(guest) ? super.stop(host, guest, force) : new CompletableFuture<>();
            }
        });
        add("a stopped guest is forgotten", "stops a guest by force and keeps it", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                super.off(host, guest, force);
                remove(host, guest);
            }
        });
        add("a stopped guest does not start again", "starts a stopped guest again", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                known(host);
                synchronized (world) {
                    if (!world.hosts.get(host).containsKey(spec.id())) {
                        super.on(host, spec);
                    }
                }
            }
        });
        add("a reboot leaves the guest off", "reboots a guest", world -> new GoodDriver(world) {
            @Override
            void restart(HostId host, InstanceId guest) {
                running(host, guest);
                off(host, guest, true);
            }
        });
        add("a reboot leaves the old process", "reboots a guest", world -> new GoodDriver(world) {
            @Override
            void restart(HostId host, InstanceId guest) {
                running(host, guest);
                world.begin(host, guest);
            }
        });
        add("a guest that runs is not destroyed", "destroys a guest that runs", world -> new GoodDriver(world) {
            @Override
            void remove(HostId host, InstanceId guest) {
                known(host);
                if (!world.runs(host, guest)) {
                    super.remove(host, guest);
                }
            }
        });
        add("destroy forgets a guest whose process goes on", "destroys a guest that runs", world -> new GoodDriver(world) {
            @Override
            void remove(HostId host, InstanceId guest) {
                synchronized (world) {
                    known(host);
                    world.hosts.get(host).remove(guest);
                }
            }
        });
        add("destroy takes all guests away", "does nothing to other guests", world -> new GoodDriver(world) {
            @Override
            void remove(HostId host, InstanceId guest) {
                synchronized (world) {
                    known(host);
                    world.hosts.get(host).clear();
                    world.machines.removeIf(machine -> machine.host().equals(host));
                }
            }
        });
        add("a stop restarts the others", "does nothing to other guests", world -> new GoodDriver(world) {
            @Override
            void remove(HostId host, InstanceId guest) {
                super.remove(host, guest);
                synchronized (world) {
                    List.copyOf(world.machines).forEach(machine -> restart(machine.host(), machine.guest()));
                }
            }
        });
        add("an identifier can be used once", "starts a guest anew", world -> new GoodDriver(world) {
            private final Set<InstanceId> used = ConcurrentHashMap.newKeySet();

            @Override
            void on(HostId host, GuestSpec spec) {
                if (used.contains(spec.id())) {
                    throw refusal(Reason.CONFLICT);
                }
                super.on(host, spec);
            }

            @Override
            void remove(HostId host, InstanceId guest) {
                super.remove(host, guest);
                used.add(guest);
            }
        });
    }

    private void idempotency() {
        add("start twice makes two processes", "starts a guest once", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                known(host);
                if (world.runs(host, spec.id())) {
                    world.begin(host, spec.id());
                } else {
                    super.on(host, spec);
                }
            }
        });
        add("start twice restarts the guest", "starts a guest once", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                known(host);
                world.kill(host, spec.id());
                super.on(host, spec);
            }
        });
        add("start twice is an error", "starts a guest once", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                if (world.runs(host, spec.id())) {
                    throw refusal(Reason.CONFLICT);
                }
                super.on(host, spec);
            }
        });
        add("stop twice is an error", "stops a guest as often", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                running(host, guest);
                super.off(host, guest, force);
            }
        });
        add("destroy twice is an error", "destroys a guest as often", world -> new GoodDriver(world) {
            @Override
            void remove(HostId host, InstanceId guest) {
                there(host, guest);
                super.remove(host, guest);
            }
        });
        add("destroy of nothing makes something", "destroys a guest that never was", world -> new GoodDriver(world) {
            @Override
            void remove(HostId host, InstanceId guest) {
                super.remove(host, guest);
                world.litter.add(guest + " lock");
            }
        });
    }

    private void failures() {
        add("a host that is not there is as good as any", "does not know a host", world -> new GoodDriver(world) {
            @Override
            void known(HostId host) {
                world.hosts.putIfAbsent(host, new HashMap<>());
            }
        });
        add("an unknown host is a bug of the caller", "does not know a host", world -> new GoodDriver(world) {
            @Override
            void known(HostId host) {
                if (!world.hosts.containsKey(host)) {
                    throw new IllegalArgumentException("no host " + host);
                }
            }
        });
        add("what should fail the stage is thrown", "does not know a host", world -> new GoodDriver(world) {
            @Override
            public CompletionStage<Void> start(HostId host, GuestSpec guest) {
                on(host, guest);
                return CompletableFuture.completedFuture(null);
            }
        });
        add("an unknown guest is stopped already", "does not know a guest", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                known(host);
                world.kill(host, guest);
            }
        });
        add("an unknown guest makes the host unavailable", "does not know a guest", world -> new GoodDriver(world) {
            @Override
            void there(HostId host, InstanceId guest) {
                known(host);
                if (!world.hosts.get(host).containsKey(guest)) {
                    throw refusal(Reason.UNAVAILABLE);
                }
            }
        });
        add("a refusal does not say why", "does not know a guest", world -> new GoodDriver(world) {
            @Override
            void there(HostId host, InstanceId guest) {
                known(host);
                if (!world.hosts.get(host).containsKey(guest)) {
                    throw new HypervisorException(Reason.NOT_FOUND, null);
                }
            }
        });
        add("a reboot starts a guest that is off", "does not reboot a guest that is off", world -> new GoodDriver(world) {
            @Override
            void restart(HostId host, InstanceId guest) {
                there(host, guest);
                world.kill(host, guest);
                world.begin(host, guest);
            }
        });
        add("a guest without its disk starts", "whose disk is missing", world -> new GoodDriver(world) {
            @Override
            void openable(GuestDisk disk) {
                // it will be there some day
            }
        });
        add("a failed start leaves a guest", "whose disk is missing", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                known(host);
                synchronized (world) {
                    world.room(host, spec.id());
                }
                super.on(host, spec);
            }
        });
        add("a failed start leaves a file", "whose disk is missing", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                String file = spec.id() + " config";
                world.litter.add(file);
                super.on(host, spec);
                world.litter.remove(file);
            }
        });
        add("a failed start is told as an end", "whose disk is missing", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                try {
                    super.on(host, spec);
                } catch (HypervisorException e) {
                    ended(new World.Machine(0, host, spec.id()));
                    throw e;
                }
            }
        });
        add("a failed start takes the stopped guest away", "next start fails", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                try {
                    super.on(host, spec);
                } catch (HypervisorException e) {
                    if (e.reason() == Reason.UNAVAILABLE) {
                        remove(host, spec.id());
                    }
                    throw e;
                }
            }
        });
        add("a missing disk is an UncheckedIOException", "whose disk is missing", world -> new GoodDriver(world) {
            @Override
            void openable(GuestDisk disk) {
                if (!world.disks.contains(disk.disk().file())) {
                    throw new UncheckedIOException(new IOException("no such file"));
                }
            }
        });
        add("an interrupted call keeps its lock", "when a call is interrupted", world -> new GoodDriver(world) {
            private final Semaphore lock = new Semaphore(1);

            @Override
            void on(HostId host, GuestSpec spec) {
                lock.acquireUninterruptibly();
                if (Thread.interrupted()) {
                    throw refusal(Reason.UNAVAILABLE);
                }
                try {
                    super.on(host, spec);
                } finally {
                    lock.release();
                }
            }
        });
    }

    private void names() {
        add("a comma ends a name", "commas", world -> named(world, ","));
        add("a name is quoted by hand", "quotes", world -> named(world, "'"));
        add("a name is a line of a file", "a line break", world -> named(world, "\n"));
        add("a name may be an option", "leading dashes", world -> named(world, "--"));
        add("a name ends with a NUL", "a NUL", world -> named(world, "\0"));
        add("a name is a file's", "a path", world -> named(world, "../"));
        add("a guest has a name", "has nothing in it", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                if (spec.name().isEmpty()) {
                    throw refusal(Reason.REFUSED);
                }
                super.on(host, spec);
            }
        });
        add("a name is short", "100,000 characters", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                if (spec.name().length() > 255) {
                    throw refusal(Reason.REFUSED);
                }
                super.on(host, spec);
            }
        });
        add("a name is given to the process", "what a shell runs", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                world.litter.add(spec.id() + " -name " + spec.name());
            }

            @Override
            void remove(HostId host, InstanceId guest) {
                super.remove(host, guest);
                world.litter.removeIf(line -> line.startsWith(guest.value()));
            }
        });
        add("a guest is found by its name", "same name", world -> new GoodDriver(world) {
            private final Map<InstanceId, String> names = new ConcurrentHashMap<>();

            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                names.put(spec.id(), spec.name());
            }

            @Override
            void remove(HostId host, InstanceId guest) {
                String name = names.getOrDefault(guest, "");
                names.forEach((other, same) -> {
                    if (same.equals(name)) {
                        super.remove(host, other);
                    }
                });
                super.remove(host, guest);
            }
        });
    }

    private static GoodDriver named(World world, String breaking) {
        return new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                if (spec.name().contains(breaking)) {
                    throw refusal(Reason.UNAVAILABLE);
                }
                super.on(host, spec);
            }
        };
    }

    private void events() {
        add("nobody is told", "tells once", world -> new GoodDriver(world) {
            @Override
            void ended(World.Machine machine) {
                // they will see
            }
        });
        add("a listener is told twice", "tells once", world -> new GoodDriver(world) {
            @Override
            void ended(World.Machine machine) {
                super.ended(machine);
                super.ended(machine);
            }
        });
        add("a listener is told of the wrong host", "tells once", world -> new GoodDriver(world) {
            @Override
            void ended(World.Machine machine) {
                super.ended(new World.Machine(machine.pid(), World.THERE, machine.guest()));
            }
        });
        add("a listener is not told why", "tells once", world -> new GoodDriver(world) {
            @Override
            void ended(World.Machine machine) {
                listeners.forEach(listener -> listener.stopped(machine.host(), machine.guest(), ""));
            }
        });
        add("only the last listener is told", "tells every listener", world -> new GoodDriver(world) {
            @Override
            public Runnable watch(GuestListener listener) {
                listeners.clear();
                return super.watch(listener);
            }
        });
        add("a listener cannot leave", "none that has left", world -> new GoodDriver(world) {
            @Override
            public Runnable watch(GuestListener listener) {
                super.watch(listener);
                return () -> { };
            }
        });
        add("a listener is told of stops that were asked for", "does not tell of what it was asked for", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                super.off(host, guest, force);
                ended(new World.Machine(0, host, guest));
            }
        });
        add("a listener is told of reboots", "does not tell of what it was asked for", world -> new GoodDriver(world) {
            @Override
            void restart(HostId host, InstanceId guest) {
                super.restart(host, guest);
                ended(new World.Machine(0, host, guest));
            }
        });
        add("of each guest one end is told", "tells of its next end", world -> new GoodDriver(world) {
            private final Set<InstanceId> told = ConcurrentHashMap.newKeySet();

            @Override
            void ended(World.Machine machine) {
                if (told.add(machine.guest())) {
                    super.ended(machine);
                }
            }
        });
    }

    private void consoles() {
        add("the console of another guest is shown", "own console", world -> new GoodDriver(world) {
            @Override
            ConsoleOutput text(HostId host, InstanceId guest) {
                super.text(host, guest);
                InstanceId other = world.hosts.get(host).keySet().iterator().next();
                InstanceId last = world.hosts.get(host).keySet().stream().reduce((a, b) -> b).orElseThrow();
                return new ConsoleOutput(guest, Instant.now(), world.room(host, other.equals(guest) ? last : other).console);
            }
        });
        add("all consoles are one", "nobody else's", world -> new GoodDriver(world) {
            @Override
            ConsoleOutput text(HostId host, InstanceId guest) {
                super.text(host, guest);
                StringBuilder all = new StringBuilder();
                world.hosts.get(host).values().forEach(room -> all.append(room.console));
                return new ConsoleOutput(guest, Instant.now(), all.toString());
            }
        });
        add("a console says it is another's", "own console", world -> new GoodDriver(world) {
            @Override
            ConsoleOutput text(HostId host, InstanceId guest) {
                return new ConsoleOutput(new InstanceId("i-00000000"), Instant.now(), super.text(host, guest).text());
            }
        });
        add("a stopped guest has no console", "when it is off", world -> new GoodDriver(world) {
            @Override
            ConsoleOutput text(HostId host, InstanceId guest) {
                running(host, guest);
                return super.text(host, guest);
            }
        });
        add("a console is as long as it is", "own console", world -> new GoodDriver(world) {
            @Override
            ConsoleOutput text(HostId host, InstanceId guest) {
                ConsoleOutput good = super.text(host, guest);
                return new ConsoleOutput(guest, good.at(), good.text() + "\0".repeat(1 << 20));
            }
        });
        add("a console outlives its guest", "before a guest was destroyed", world -> new GoodDriver(world) {
            private final Map<InstanceId, String> kept = new ConcurrentHashMap<>();

            @Override
            void remove(HostId host, InstanceId guest) {
                known(host);
                if (world.hosts.get(host).containsKey(guest)) {
                    kept.merge(guest, world.room(host, guest).console, String::concat);
                }
                super.remove(host, guest);
            }

            @Override
            ConsoleOutput text(HostId host, InstanceId guest) {
                ConsoleOutput good = super.text(host, guest);
                return new ConsoleOutput(guest, good.at(), kept.getOrDefault(guest, "") + good.text());
            }
        });
        add("a guest that is gone has an empty console", "no console of a guest that was destroyed", world -> new GoodDriver(world) {
            @Override
            ConsoleOutput text(HostId host, InstanceId guest) {
                known(host);
                return world.hosts.get(host).containsKey(guest) ? super.text(host, guest) : new ConsoleOutput(guest, Instant.now(), "");
            }
        });
    }

    private void features() {
        for (Feature feature : List.of(Feature.VOLUME_HOT_PLUG, Feature.DISK_COPY, Feature.LINK_UPDATE, Feature.CONSOLE_OUTPUT, Feature.STOP_START)) {
            add(feature + " is absent, and silently ignored", switch (feature) {
            case VOLUME_HOT_PLUG -> "refuses to attach a volume";
            case DISK_COPY -> "refuses to copy a volume";
            case LINK_UPDATE -> "refuses to change a link";
            case CONSOLE_OUTPUT -> "refuses to show a console";
            default -> "refuses to start a stopped guest";
            }, world -> new GoodDriver(world, without(feature)) {
                @Override
                void need(Feature wanted) {
                    if (wanted != feature) {
                        super.need(wanted);
                    }
                }
            });
        }
        add("an absent feature is refused as if it were for now", "refuses to attach a volume", world -> new GoodDriver(world, GoodDriver.NONE) {
            @Override
            void need(Feature feature) {
                throw refusal(Reason.UNAVAILABLE);
            }
        });
        add("an absent feature ends the guest", "refuses to copy a volume", world -> new GoodDriver(world, without(Feature.DISK_COPY)) {
            @Override
            void copyDisks(HostId host, InstanceId guest, boolean reboot) {
                off(host, guest, true);
                super.copyDisks(host, guest, reboot);
            }
        });
        add("a declared feature is refused", "attaches a volume to a guest", world -> new GoodDriver(world) {
            @Override
            void plug(HostId host, InstanceId guest, GuestDisk disk) {
                throw refusal(Reason.UNSUPPORTED);
            }
        });
        add("a second attach is an error", "attaches a volume to a guest", world -> new GoodDriver(world) {
            @Override
            void plug(HostId host, InstanceId guest, GuestDisk disk) {
                super.plug(host, guest, disk);
                if (!world.litter.contains(guest + " " + disk.volume())) {
                    world.litter.add(guest + " " + disk.volume());
                } else {
                    throw refusal(Reason.CONFLICT);
                }
            }
        });
        add("a second detach is an error", "attaches a volume to a guest", world -> new GoodDriver(world) {
            @Override
            void unplug(HostId host, InstanceId guest, VolumeId volume) {
                if (!world.room(host, guest).volumes.contains(volume.value())) {
                    throw refusal(Reason.NOT_FOUND);
                }
                super.unplug(host, guest, volume);
            }
        });
        add("a volume outlives the guest it was attached to", "attaches a volume to a guest", world -> new GoodDriver(world) {
            @Override
            void plug(HostId host, InstanceId guest, GuestDisk disk) {
                super.plug(host, guest, disk);
                world.litter.add(guest + " holds " + disk.volume());
            }
        });
        add("a volume is attached to a guest that is off", "attaches a volume only", world -> new GoodDriver(world) {
            @Override
            void plug(HostId host, InstanceId guest, GuestDisk disk) {
                there(host, guest);
            }
        });
        add("a missing volume is attached", "refuses a volume that is missing", world -> new GoodDriver(world) {
            @Override
            void openable(GuestDisk disk) {
                // nobody will look
            }
        });
        add("a missing volume ends the guest", "refuses a volume that is missing", world -> new GoodDriver(world) {
            @Override
            void openable(GuestDisk disk) {
                if (!world.disks.contains(disk.disk().file())) {
                    synchronized (world) {
                        world.machines.clear();
                    }
                }
                super.openable(disk);
            }
        });
        add("a copy leaves the guest off", "while its guest is restarted", world -> new GoodDriver(world) {
            @Override
            void copyDisks(HostId host, InstanceId guest, boolean reboot) {
                super.copyDisks(host, guest, reboot);
                if (reboot) {
                    off(host, guest, true);
                }
            }
        });
        add("a guest that is off is copied", "copies only volumes", world -> new GoodDriver(world) {
            @Override
            void copyDisks(HostId host, InstanceId guest, boolean reboot) {
                there(host, guest);
            }
        });
        add("a change of the link ends the guest", "changes the link", world -> new GoodDriver(world) {
            @Override
            void link(HostId host, InstanceId guest) {
                super.link(host, guest);
                off(host, guest, true);
            }
        });
        add("the link of nobody changes", "changes only links", world -> new GoodDriver(world) {
            @Override
            void link(HostId host, InstanceId guest) {
                known(host);
            }
        });
        add("guests that are off have processor time", "measures the processor time", world -> new GoodDriver(world) {
            @Override
            Map<InstanceId, Duration> times() {
                Map<InstanceId, Duration> times = new HashMap<>(super.times());
                world.hosts.values().forEach(rooms -> rooms.keySet().forEach(guest -> times.putIfAbsent(guest, Duration.ZERO)));
                return times;
            }
        });
        add("processor time goes back", "measures the processor time", world -> new GoodDriver(world) {
            private final AtomicInteger left = new AtomicInteger(1_000_000);

            @Override
            Map<InstanceId, Duration> times() {
                Map<InstanceId, Duration> times = new HashMap<>(super.times());
                times.replaceAll((guest, time) -> Duration.ofSeconds(left.getAndDecrement()));
                return times;
            }
        });
    }

    private void migrations() {
        add("a guest that has moved runs twice", "by pre-copy, and it runs once", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                MigrationOutcome outcome = super.move(order, control);
                world.begin(order.source(), order.instance());
                return outcome;
            }
        });
        add("a guest says it has moved and has not", "by post-copy, and it runs once", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                running(order.source(), order.instance());
                control.report(at(Phase.SETUP));
                return moved();
            }
        });
        add("nobody is asked how a guest is to move", "by stop and copy, and it runs once", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                return super.move(order, progress -> new MigrationDirective.Continue(0, Duration.ZERO, 0));
            }
        });
        add("destroying what is left ends the guest that has moved", "by pre-copy, and it runs once", world -> new GoodDriver(world) {
            @Override
            void remove(HostId host, InstanceId guest) {
                super.remove(host, guest);
                synchronized (world) {
                    world.machines.removeIf(machine -> machine.guest().equals(guest));
                }
            }
        });
        add("a listener is told that a guest is off that has moved", "by pre-copy, and it runs once", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                MigrationOutcome outcome = super.move(order, control);
                ended(new World.Machine(0, order.source(), order.instance()));
                return outcome;
            }
        });
        add("a move cannot be asked for again", "asked for the same move again", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                running(order.source(), order.instance());
                return super.move(order, control);
            }
        });
        add("a move cannot be cancelled", "is cancelled", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                return super.move(order, progress -> {
                    control.report(progress);
                    return new MigrationDirective.Continue(0, Duration.ZERO, 0);
                });
            }
        });
        add("a move that is cancelled ends the guest", "is cancelled", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                MigrationOutcome outcome = super.move(order, control);
                if (outcome instanceof MigrationOutcome.Stayed) {
                    off(order.source(), order.instance(), true);
                }
                return outcome;
            }
        });
        add("a guest that is off moves", "only what is there and runs", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                if (world.hosts.get(order.source()).containsKey(order.instance()) && !world.runs(order.source(), order.instance())) {
                    return moved();
                }
                return super.move(order, control);
            }
        });
        add("a guest moves to nowhere", "only what is there and runs", world -> new GoodDriver(world) {
            @Override
            MigrationOutcome move(MigrationOrder order, MigrationControl control) {
                if (!world.hosts.containsKey(order.destination())) {
                    off(order.source(), order.instance(), true);
                }
                return super.move(order, control);
            }
        });
        add("an absent mode is done by another one", "refuses to move a guest by post-copy",
                world -> new GoodDriver(world, without(Feature.LIVE_MIGRATION_POSTCOPY)) {
                    @Override
                    void need(Feature feature) {
                        // one move is as good as another
                    }
                });
    }

    private void leaks() {
        add("each guest keeps a thread", "keeps no thread", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                CountDownLatch end = new CountDownLatch(1);
                world.leaks.add(end::countDown);
                Thread watcher = new Thread(() -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                watcher.setDaemon(true);
                watcher.start();
            }
        });
        add("each guest keeps an open file", "no open file", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                try {
                    world.leaks.add(new FileInputStream("/dev/null"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        add("each guest leaves a file", "leaves nothing of a guest", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                world.litter.add(spec.id() + " log");
            }
        });
        add("a guest that was stopped leaves a file", "destroys a stopped guest", world -> new GoodDriver(world) {
            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                super.off(host, guest, force);
                world.litter.add(guest + " state");
            }
        });
    }

    private void threads() {
        add("two threads start two processes", "starts a guest once when many threads", world -> new GoodDriver(world) {
            private final CountDownLatch two = new CountDownLatch(2);

            @Override
            void on(HostId host, GuestSpec spec) {
                known(host);
                if (!world.runs(host, spec.id())) {
                    meet(two); // the world goes on between a look and a deed
                    synchronized (world) {
                        Set<InstanceId> there = world.hosts.get(host).keySet();
                        if (there.contains(spec.id())) {
                            world.begin(host, spec.id());
                        } else {
                            super.on(host, spec);
                        }
                    }
                }
            }
        });
        add("two threads wait for each other", "runs many guests at a time", world -> new GoodDriver(world) {
            private final AtomicInteger inside = new AtomicInteger();
            private final CountDownLatch two = new CountDownLatch(2);

            @Override
            public CompletionStage<Void> start(HostId host, GuestSpec guest) {
                try {
                    if (inside.incrementAndGet() > 1) {
                        two.countDown();
                        return new CompletableFuture<>();
                    }
                    meet(two);
                    return super.start(host, guest);
                } finally {
                    inside.decrementAndGet();
                }
            }
        });
        add("a second thread is refused", "when many threads ask at the same moment", world -> new GoodDriver(world) {
            private final Semaphore door = new Semaphore(1);
            private final CountDownLatch two = new CountDownLatch(2);

            @Override
            void on(HostId host, GuestSpec spec) {
                if (!door.tryAcquire()) {
                    two.countDown();
                    throw refusal(Reason.CONFLICT);
                }
                try {
                    meet(two);
                    super.on(host, spec);
                } finally {
                    door.release();
                }
            }
        });
        add("two threads that destroy a guest get in each other's way", "many threads stop and destroy", world -> new GoodDriver(world) {
            private final CountDownLatch two = new CountDownLatch(2);

            @Override
            void remove(HostId host, InstanceId guest) {
                known(host);
                if (world.hosts.get(host).containsKey(guest)) {
                    meet(two);
                    synchronized (world) {
                        there(host, guest);
                        super.remove(host, guest);
                    }
                }
            }
        });
        add("hosts are not reported while a guest starts", "answers meanwhile", world -> new GoodDriver(world) {
            private final AtomicInteger starting = new AtomicInteger();
            private final CountDownLatch begun = new CountDownLatch(1);
            private final CountDownLatch asked = new CountDownLatch(1);

            @Override
            void on(HostId host, GuestSpec spec) {
                starting.incrementAndGet();
                begun.countDown();
                try {
                    await(asked);
                    super.on(host, spec);
                } finally {
                    starting.decrementAndGet();
                }
            }

            @Override
            List<HostReport> reports() {
                await(begun);
                List<HostReport> answer = starting.get() > 0 ? List.of() : super.reports();
                asked.countDown();
                return answer;
            }
        });
        add("only so many guests run", "runs many guests at a time", world -> new GoodDriver(world) {
            @Override
            void on(HostId host, GuestSpec spec) {
                synchronized (world) {
                    if (world.machines.size() >= 4) {
                        throw refusal(Reason.EXHAUSTED);
                    }
                    super.on(host, spec);
                }
            }
        });
        add("a guest that goes while it is stopped is a NullPointerException", "start, stop and destroy one guest", world -> new GoodDriver(world) {
            private final Semaphore removed = new Semaphore(0);

            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                World.Room room;
                synchronized (world) {
                    there(host, guest);
                    room = world.room(host, guest);
                }
                try {
                    removed.drainPermits();
                    removed.tryAcquire(100, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                if (world.hosts.get(host).get(guest) != room) {
                    throw new NullPointerException("room");
                }
                super.off(host, guest, force);
            }

            @Override
            void remove(HostId host, InstanceId guest) {
                super.remove(host, guest);
                removed.release();
            }

            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                sleep(5);
            }
        });
    }

    /** Goes on when another thread has come as well, or when that takes long. */
    private static void meet(CountDownLatch others) {
        others.countDown();
        await(others);
    }

    private static void await(CountDownLatch event) {
        try {
            event.await(LONGEST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void restarts() {
        add("a successor ends the guests it finds", "finds its guests again", world -> {
            world.machines.clear();
            return new GoodDriver(world);
        });
        add("a successor knows only its own guests", "finds its guests again", OwnGuests::new);
        add("a successor starts a second process", "finds its guests again", world -> new GoodDriver(world) {
            private final Set<InstanceId> mine = ConcurrentHashMap.newKeySet();

            @Override
            void on(HostId host, GuestSpec spec) {
                known(host);
                if (world.runs(host, spec.id()) && mine.add(spec.id())) {
                    world.begin(host, spec.id());
                } else {
                    super.on(host, spec);
                    mine.add(spec.id());
                }
            }
        });
        add("a successor starts what was stopped", "finds its guests again", world -> {
            synchronized (world) {
                world.hosts.forEach((host, rooms) -> List.copyOf(rooms.keySet()).forEach(guest -> {
                    if (!world.runs(host, guest)) {
                        world.begin(host, guest);
                    }
                }));
            }
            return new GoodDriver(world);
        });
        add("a successor cannot stop what it has not started", "rules guests that it has found again", world -> new GoodDriver(world) {
            private final Set<InstanceId> mine = ConcurrentHashMap.newKeySet();

            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                mine.add(spec.id());
            }

            @Override
            void off(HostId host, InstanceId guest, boolean force) {
                there(host, guest);
                if (mine.contains(guest)) {
                    super.off(host, guest, force);
                }
            }
        });
        add("a successor does not tell of guests that it has found", "tells of the end of a guest that it has found", world -> new GoodDriver(world) {
            private final Set<InstanceId> mine = ConcurrentHashMap.newKeySet();

            @Override
            void on(HostId host, GuestSpec spec) {
                super.on(host, spec);
                mine.add(spec.id());
            }

            @Override
            void ended(World.Machine machine) {
                if (mine.contains(machine.guest())) {
                    super.ended(machine);
                }
            }
        });
        add("a successor has no consoles of guests that it has found", "console of a guest that it has found", world -> {
            synchronized (world) {
                world.hosts.values().forEach(rooms -> rooms.values().forEach(room -> room.console = ""));
            }
            return new GoodDriver(world);
        });
        add("what ended without a driver runs for ever", "ended while there was no driver", world -> {
            Set<InstanceId> found = ConcurrentHashMap.newKeySet();
            world.hosts.values().forEach(rooms -> found.addAll(rooms.keySet()));
            return new GoodDriver(world) {
                @Override
                List<HostReport> reports() {
                    return super.reports().stream().map(r -> {
                        Map<InstanceId, GuestState> states = new HashMap<>(r.guests());
                        states.replaceAll((guest, state) -> found.contains(guest) ? GuestState.RUNNING : state);
                        return new HostReport(r.host(), r.capacity(), r.labels(), states);
                    }).toList();
                }
            };
        });
    }

    /** Remembers what it has started, and reports nothing else. */
    private static class OwnGuests extends GoodDriver {

        private final Set<InstanceId> mine = ConcurrentHashMap.newKeySet();

        OwnGuests(World world) {
            super(world);
        }

        @Override
        void on(HostId host, GuestSpec spec) {
            super.on(host, spec);
            mine.add(spec.id());
        }

        @Override
        List<HostReport> reports() {
            return super.reports().stream().map(r -> {
                Map<InstanceId, GuestState> states = new HashMap<>(r.guests());
                states.keySet().retainAll(mine);
                return new HostReport(r.host(), r.capacity(), r.labels(), states);
            }).toList();
        }
    }
}
