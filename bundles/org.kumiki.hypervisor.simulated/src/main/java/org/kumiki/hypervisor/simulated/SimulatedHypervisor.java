package org.kumiki.hypervisor.simulated;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.kumiki.api.hypervisor.DiskCopy;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.GuestMeter;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.hypervisor.HypervisorDriver;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationControl;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.migration.SimulatedMove;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Technology.Feature;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.time.Timeline;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Runs guests on paper. It does all that a hypervisor can be asked to do, in the time that a model says, by the clock of the
 * {@link Timeline}; so it serves tests, benchmarks, and rehearsals that are hours ahead.
 * <p>
 * As with a real one, its guests outlive it: the {@link Estate} is kept in a file, and the next driver finds it there. What was under
 * way when a driver goes fails as unavailable and has changed nothing.
 */
@HypervisorDriver(technology = "simulated")
@Component(service = { Hypervisor.class, HostPower.class }, configurationPid = SimulatedHypervisor.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Config.class, factory = true)
public final class SimulatedHypervisor implements Hypervisor, LiveMigration, VolumeHotPlug, DiskCopy, LinkUpdate, GuestMeter, HostPower {

    static final String PID = "org.kumiki.hypervisor.simulated";

    private static final Set<Feature> FEATURES = EnumSet.of(Feature.CONSOLE_OUTPUT, Feature.STOP_START, Feature.GRACEFUL_STOP,
            Feature.VOLUME_HOT_PLUG, Feature.DISK_COPY, Feature.LINK_UPDATE, Feature.LIVE_MIGRATION_PRECOPY, Feature.LIVE_MIGRATION_POSTCOPY,
            Feature.STOP_AND_COPY);

    private final Timeline timeline;
    private final Technology technology;
    private final Chance chance;
    private final Duration stopTime;
    private final Duration bootTime;
    private final Use use;
    private final Channel channel;
    private final Estate estate;
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private final List<GuestListener> listeners = new CopyOnWriteArrayList<>();

    @Activate
    public SimulatedHypervisor(@Reference Timeline timeline, BundleContext context, Config config) throws IOException {
        this(timeline, Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data")), config);
    }

    SimulatedHypervisor(Timeline timeline, Path data, Config config) throws IOException {
        this.timeline = timeline;
        technology = new Technology(config.technology(), "1", config.monitor(), Set.of(config.methods()), FEATURES,
                "its guests exist on paper only");
        chance = new Chance(config);
        stopTime = Duration.ofMillis(config.stopMillis());
        bootTime = Duration.ofMillis(config.bootMillis());
        use = Use.of(config);
        channel = Channel.of(config);
        estate = new Estate(names(config), new Resources(config.cpus(), config.memoryMiB(), config.diskMiB(), config.networkMbps()),
                labels(config.labels()), new Ledger(directory(data, config.estate())));
        estate.guests().stream().filter(Guest::runs).forEach(this::limitLife);
    }

    private static List<HostId> names(Config config) {
        return IntStream.rangeClosed(1, config.hosts()).mapToObj(number -> new HostId("%s%04d".formatted(config.prefix(), number)))
                .toList();
    }

    private static Map<String, String> labels(String[] pairs) {
        return Arrays.stream(pairs).map(pair -> pair.split("=", 2)).collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static Path directory(Path data, String estate) {
        if (!estate.matches("[A-Za-z0-9][A-Za-z0-9_-]*")) {
            throw new IllegalArgumentException("an estate's name has letters, digits, _ and - only: " + estate);
        }
        return data.resolve("simulated").resolve(estate);
    }

    @Deactivate
    void close() throws IOException {
        estate.close();
        HypervisorException gone = new HypervisorException(Reason.UNAVAILABLE, "the simulated hypervisor was taken out meanwhile");
        underWay.forEach(stage -> stage.completeExceptionally(gone));
    }

    @Override
    public Technology technology() {
        return technology;
    }

    @Override
    public CompletionStage<List<HostReport>> hosts() {
        return after(Duration.ZERO, estate::report);
    }

    @Override
    public CompletionStage<Void> start(HostId host, GuestSpec guest) {
        return after(chance.startTime(), () -> {
            if (chance.fails()) {
                throw new HypervisorException(Reason.UNAVAILABLE, "one of the starts that the model lets fail");
            }
            estate.start(host, guest.id(), guest.resources()).ifPresent(this::limitLife);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> stop(HostId host, InstanceId guest, boolean force) {
        return after(force ? Duration.ZERO : stopTime, () -> {
            estate.stop(host, guest);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> reboot(HostId host, InstanceId guest) {
        return after(chance.startTime(), () -> {
            limitLife(estate.reboot(host, guest));
            return null;
        });
    }

    @Override
    public CompletionStage<Void> destroy(HostId host, InstanceId guest) {
        return after(Duration.ZERO, () -> {
            estate.destroy(host, guest);
            return null;
        });
    }

    @Override
    public CompletionStage<ConsoleOutput> console(HostId host, InstanceId guest) {
        return after(Duration.ZERO, () -> new ConsoleOutput(guest, timeline.instant(), estate.find(host, guest).consoleText()));
    }

    @Override
    public Runnable watch(GuestListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public CompletionStage<MigrationOutcome> migrate(MigrationOrder order, GuestSpec guest, MigrationControl control) {
        CompletableFuture<MigrationOutcome> done = begin();
        SimulatedMove.begin(order, control, new MovingGuest(order, channel, estate), timeline).whenComplete((outcome, failure) -> {
            if (failure == null) {
                done.complete(outcome);
            } else {
                done.completeExceptionally(failure);
            }
        });
        return done;
    }

    /** A volume on paper leaves no trace on its guest, so only the guest is looked at. */
    @Override
    public CompletionStage<Void> attach(HostId host, InstanceId guest, GuestDisk disk) {
        return checkRunning(host, guest);
    }

    @Override
    public CompletionStage<Void> detach(HostId host, InstanceId guest, VolumeId volume) {
        return checkRunning(host, guest);
    }

    /** A guest on paper has written nothing, so there is nothing to copy: the copies are blank. */
    @Override
    public CompletionStage<Void> copy(HostId host, InstanceId guest, Map<VolumeId, Disk> targets, boolean reboot) {
        return reboot ? reboot(host, guest) : checkRunning(host, guest);
    }

    @Override
    public CompletionStage<Void> relink(HostId host, InstanceId guest, NetworkLink link) {
        return checkRunning(host, guest);
    }

    @Override
    public CompletionStage<Map<InstanceId, Duration>> cpuTimes() {
        return after(Duration.ZERO, () -> {
            Instant now = timeline.instant();
            return estate.guests().stream().filter(Guest::runs)
                    .collect(Collectors.toMap(Guest::id, guest -> use.cpuTime(guest.resources().cpus(), now)));
        });
    }

    @Override
    public boolean controls(HostId host) {
        return estate.has(host);
    }

    @Override
    public CompletionStage<Void> on(HostId host) {
        return after(bootTime, () -> {
            estate.power(host, true);
            listeners.forEach(GuestListener::hostsChanged);
            return null;
        });
    }

    /** What still runs there is gone, as when a plug is pulled. */
    @Override
    public CompletionStage<Void> off(HostId host) {
        return after(stopTime, () -> {
            estate.power(host, false);
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> isOn(HostId host) {
        return after(Duration.ZERO, () -> estate.isOn(host));
    }

    private CompletionStage<Void> checkRunning(HostId host, InstanceId guest) {
        return after(Duration.ZERO, () -> {
            estate.findRunning(host, guest);
            return null;
        });
    }

    private void limitLife(Guest guest) {
        if (chance.isLifeLimited()) {
            timeline.after(chance.lifeTime(), () -> shutDown(guest));
        }
    }

    /** As the guest would do by itself, if it has not been restarted since. */
    private void shutDown(Guest guest) {
        if (estate.shutDown(guest.id(), guest.boots())) {
            listeners.forEach(listener -> listener.stopped(guest.host(), guest.id(), "the guest shut down"));
        }
    }

    /** The guest shuts down by itself, now. */
    void shutDown(InstanceId guest) {
        estate.guests().stream().filter(one -> one.id().equals(guest)).forEach(this::shutDown);
    }

    /** What takes no time happens at once. */
    private <T> CompletionStage<T> after(Duration time, Supplier<T> effect) {
        CompletableFuture<T> done = begin();
        Runnable task = () -> {
            try {
                done.complete(effect.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(failure(e));
            }
        };
        if (time.isZero()) {
            task.run();
        } else {
            timeline.after(time, task);
        }
        return done;
    }

    /** What is no refusal of ours is a ledger that could not be written. */
    private static HypervisorException failure(RuntimeException e) {
        return e instanceof HypervisorException refusal ? refusal : new HypervisorException(Reason.UNAVAILABLE, e.toString(), e);
    }

    private <T> CompletableFuture<T> begin() {
        CompletableFuture<T> done = new CompletableFuture<>();
        underWay.add(done);
        done.whenComplete((result, failure) -> underWay.remove(done));
        return done;
    }
}
