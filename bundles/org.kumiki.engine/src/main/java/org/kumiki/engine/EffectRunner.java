package org.kumiki.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.kumiki.api.datacenter.Region;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.hypervisor.GuestDisk;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.LinkUpdate;
import org.kumiki.api.hypervisor.VolumeHotPlug;
import org.kumiki.api.migration.LiveMigration;
import org.kumiki.api.migration.MigrationDirective;
import org.kumiki.api.migration.MigrationOrder;
import org.kumiki.api.migration.MigrationOutcome;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.FirewallRule;
import org.kumiki.api.model.Hardware;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.KeyPair;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.network.GuestMetadata;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.network.LinkMove;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.object.ObjectException;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.power.PowerException;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.api.time.Timeline;
import org.kumiki.api.view.HostTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries effects out, through drivers, networks and stores, and reports what came of them. Effects on one thing follow each other;
 * effects on different things run at the same time. What must happen in the end (a guest that is to be gone) is tried again until it has.
 */
final class EffectRunner {

    private static final Logger LOG = LoggerFactory.getLogger(EffectRunner.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** A platform that comes up again may have its drivers before its network, and before what directs moves. */
    private static final Duration FOR_THE_FIRST = Duration.ofSeconds(15);
    private static final Duration TO_START = Duration.ofSeconds(120);
    private static final Duration TO_STOP = Duration.ofSeconds(180);
    private static final Duration TO_DESTROY = Duration.ofSeconds(60);
    private static final Duration TO_CHANGE = Duration.ofSeconds(60);
    private static final Duration TO_COPY = Duration.ofHours(6);
    private static final Duration TO_MOVE = Duration.ofHours(6);
    private static final Duration TO_SWITCH_OVER = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LOOKS_FOR_CONTROLLERS = 60;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** A guest that was started a moment ago: that it runs is reported, and may not be in the world yet. */
    private static final Set<InstanceState> ON = EnumSet.of(InstanceState.PENDING, InstanceState.RUNNING);
    /** A guest can be found running that should have been off for long. */
    private static final Set<InstanceState> TO_BE_OFF = EnumSet.of(InstanceState.STOPPING, InstanceState.STOPPED);

    private final Supplier<World> world;
    private final Consumer<Report> reports;
    private final Timeline timeline;
    /** The instances that were there at the start, and since when they were as they were. */
    private final Map<InstanceId, Instant> found = new HashMap<>();
    private final Instant began;
    private final Region region;
    private final Drivers drivers;
    private final Services<GuestNetwork> networks;
    private final Services<ImageStore> imageStores;
    private final Disks disks;
    private final Carrier carrier;
    private final Migrations migrations;
    private final Powers powers;
    private final Forecasts forecasts;
    private final Map<Object, CompletableFuture<?>> tails = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    private volatile boolean closed;

    EffectRunner(Workers workers, Supplier<World> world, Consumer<Report> reports, Timeline timeline, Region region, Drivers drivers,
            Services<GuestNetwork> networks, Services<ImageStore> imageStores, Services<VolumeStore> volumeStores, Services<ObjectAccess> objects,
            Services<ObjectAccess> carriers, Percentages percentages, Migrations migrations, Powers powers, Forecasts forecasts) {
        this.world = world;
        this.reports = report -> {
            if (!closed) { // what was broken off because the engine ends has not failed: the next engine begins it again
                reports.accept(report);
            }
        };
        this.threads = workers.own("kumiki-effects", 2);
        this.timeline = timeline;
        world.get().instances().stream().filter(instance -> instance.state().occupiesHost())
                .forEach(instance -> found.put(instance.id(), instance.since()));
        this.began = timeline.instant();
        this.region = region;
        this.drivers = drivers;
        this.networks = networks;
        this.imageStores = imageStores;
        this.disks = new Disks(world, this.reports, this::driver, imageStores, volumeStores, percentages, () -> closed);
        this.carrier = new Carrier(world, this.reports, imageStores, objects, carriers, disks, percentages);
        this.migrations = migrations;
        this.powers = powers;
        this.forecasts = forecasts;
    }

    void run(List<Effect> effects) {
        effects.forEach(this::enqueue);
    }

    /** Begins nothing any more. What has begun ends by itself or is resumed by the next engine. */
    void close() {
        closed = true;
        threads.shutdown();
    }

    /** Never carries anything out on the thread of the caller, which is the writer's, and always the same. No tail ever fails. */
    private void enqueue(Effect effect) {
        CompletableFuture<?>[] before = effect.subjects().stream().map(tails::get).filter(Objects::nonNull).toArray(CompletableFuture<?>[]::new);
        CompletableFuture<?> tail = CompletableFuture.allOf(before)
                .thenComposeAsync(ready -> closed ? CompletableFuture.completedFuture(null) : carryOut(effect), this::execute)
                .exceptionally(failure -> {
                    LOG.warn("{}: {}", effect, message(failure));
                    return null;
                });
        effect.subjects().forEach(subject -> tails.put(subject, tail));
        tail.whenComplete((done, failure) -> effect.subjects().forEach(subject -> tails.remove(subject, tail)));
    }

    private void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            task.run(); // closed by now, so it begins nothing
        }
    }

    private CompletionStage<?> carryOut(Effect effect) {
        if (effect instanceof Effect.StartGuest e) {
            return start(e.instance());
        } else if (effect instanceof Effect.StopGuest e) {
            return stop(e.instance(), e.force());
        } else if (effect instanceof Effect.RebootGuest e) {
            return withGuest(e.instance(), Set.of(InstanceState.RUNNING),
                    (instance, driver) -> driver.call(TO_STOP, hypervisor -> hypervisor.reboot(host(instance), instance.id())));
        } else if (effect instanceof Effect.DestroyGuest e) {
            return destroy(e.instance(), e.host());
        } else if (effect instanceof Effect.MigrateGuest e) {
            return migrate(e.instance());
        } else if (effect instanceof Effect.LeaveHost e) {
            return leave(e.instance(), e.host());
        } else if (effect instanceof Effect.LinkGuest e) {
            return relink(e.instance());
        } else if (effect instanceof Effect.AttachVolume e) {
            return attach(e.instance(), e.volume());
        } else if (effect instanceof Effect.DetachVolume e) {
            return detach(e.instance(), e.volume());
        } else if (effect instanceof Effect.OnImage e) {
            return image(e);
        } else if (effect instanceof Effect.SwitchHost e) {
            return power(e.host(), e.on());
        } else if (effect instanceof Effect.TakeSnapshots e) {
            return disks.keep(e);
        } else if (effect instanceof Effect.Carry e) {
            return carrier.carry(e.transfer());
        }
        return volume(effect);
    }

    private CompletionStage<?> start(InstanceId id) {
        return withGuest(id, Set.of(InstanceState.PENDING),
                (instance, driver) -> spec(instance, host(instance)).thenCompose(guest -> start(instance, guest, driver)))
                                .whenComplete((done, failure) -> reports.accept(failure == null ? new Report.GuestStarted(id)
                                        : new Report.GuestNotStarted(id, message(failure))));
    }

    private CompletionStage<Void> start(Instance instance, GuestSpec guest, Drivers.Driver driver) {
        return timed(begun(Undertaking.Kind.START, instance, driver), driver.call(TO_START, hypervisor -> hypervisor.start(host(instance), guest)));
    }

    private Forecasts.Going begun(Undertaking.Kind kind, Instance instance, Drivers.Driver driver) {
        return isResumed(instance) ? Forecasts.unwatched()
                : forecasts.begun(Undertaking.at(host(instance), kind, guest(instance), instance.decision(), driver.technology().name()));
    }

    private static Undertaking.Guest guest(Instance instance) {
        return new Undertaking.Guest(instance.id(), instance.owner(), instance.spec().type(), instance.spec().image(), instance.resources().memoryMiB());
    }

    private CompletionStage<Void> timed(Forecasts.Going going, CompletionStage<Void> stage) {
        Instant began = timeline.instant();
        return stage.whenComplete((done, failure) -> {
            if (failure == null) {
                going.ended(Happened.after(Duration.between(began, timeline.instant())));
            } else {
                going.failed(message(failure));
            }
        });
    }

    /** Whether what is asked for was asked for by an engine before this one. */
    private boolean isResumed(Instance instance) {
        return instance.since().equals(found.get(instance.id()));
    }

    /** How a guest is to be on a host. Its disks are made if there are none yet. */
    private CompletionStage<GuestSpec> spec(Instance instance, HostId host) {
        return disks.of(instance).thenCompose(all -> boot(instance).thenCompose(boot -> link(instance, host).thenApply(link -> {
            Map<Boolean, List<GuestDisk>> byRoot = all.stream().collect(Collectors.partitioningBy(disk -> Disks.isRoot(instance, disk.device())));
            return new GuestSpec(instance.id(), instance.tags().getOrDefault("Name", ""), instance.resources(), boot,
                    byRoot.get(true).stream().findFirst(), byRoot.get(false), link, hardware(instance));
        })));
    }

    private static Hardware hardware(Instance instance) {
        return instance.spec().hardware().orElse(Hardware.STANDARD);
    }

    private CompletionStage<BootSource> boot(Instance instance) {
        return switch (hardware(instance).boot()) {
            case IMAGE -> disks.boot(instance);
            case DISK -> CompletableFuture.completedFuture(new BootSource.Firmware());
            case NETWORK -> CompletableFuture.completedFuture(new BootSource.Network());
        };
    }

    /** What its network offers to a guest that boots from there. */
    private CompletionStage<Optional<BootSource.Kernel>> offer(Instance instance) {
        if (hardware(instance).boot() != Hardware.Boot.NETWORK) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return disks.boot(instance).thenApply(boot -> {
            if (boot instanceof BootSource.Kernel kernel) {
                return Optional.of(kernel);
            }
            throw new HypervisorException(HypervisorException.Reason.UNSUPPORTED,
                    "The image " + instance.spec().image() + " brings no kernel that a network could offer");
        });
    }

    private CompletionStage<?> stop(InstanceId id, boolean force) {
        return untilDone("stop " + id, () -> find(id, TO_BE_OFF).isPresent(),
                () -> withGuest(id, TO_BE_OFF,
                        (instance, driver) -> timed(force ? Forecasts.unwatched() : begun(Undertaking.Kind.STOP, instance, driver),
                                driver.call(TO_STOP, hypervisor -> hypervisor.stop(host(instance), id, force)))))
                                .thenRun(() -> reports.accept(new Report.GuestStopped(id, "Client.UserInitiatedShutdown")));
    }

    private CompletionStage<?> destroy(InstanceId id, HostId host) {
        return untilDone("destroy " + id, () -> true, () -> driver(host).thenCompose(driver -> driver
                .call(TO_DESTROY, hypervisor -> ignoringAbsence(hypervisor.destroy(host, id)))
                .thenCompose(done -> unlink(host, id)))).thenRun(() -> reports.accept(new Report.GuestDestroyed(id)));
    }

    private static CompletionStage<Void> ignoringAbsence(CompletionStage<Void> destroyed) {
        return destroyed.exceptionally(failure -> {
            Throwable cause = Drivers.unwrapped(failure);
            if (cause instanceof HypervisorException e && e.reason() == HypervisorException.Reason.NOT_FOUND) {
                return null;
            }
            throw cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
        });
    }

    /** A guest may have been linked by a network that was the best one then. */
    private CompletionStage<?> unlink(HostId host, InstanceId id) {
        return CompletableFuture.allOf(networks.all().stream().map(each -> networks.call(each, TO_CHANGE, network -> network.unlink(host, id)))
                .map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }

    /** Asks for a move until it is known where the guest is: asked again, a driver goes on where it was, or finds that it is over. */
    private CompletionStage<?> migrate(InstanceId id) {
        return untilDone("move " + id, () -> moving(id).isPresent(), () -> moving(id).<CompletionStage<?>>map(this::move)
                .orElseGet(() -> CompletableFuture.completedFuture(null)));
    }

    private Optional<Migration> moving(InstanceId id) {
        return world.get().migrations().find(id).filter(Migration::isMoving);
    }

    /** Fails only if it has to be tried again. */
    private CompletionStage<?> move(Migration migration) {
        InstanceId id = migration.instance();
        Optional<Instance> instance = find(id, Set.of(InstanceState.RUNNING));
        if (instance.isPresent() && migration.began().isBefore(began) && migrations.objection(migration.strategy()).isPresent()
                && timeline.instant().isBefore(began.plus(FOR_THE_FIRST))) {
            return CompletableFuture.failedFuture(new IllegalStateException("what directed it is not present yet"));
        }
        Optional<String> objection = instance.isEmpty() ? Optional.of("the instance does not run any more")
                : migrations.objection(migration.strategy());
        if (objection.isPresent()) {
            reports.accept(new Report.GuestStayed(id, objection.get()));
            return CompletableFuture.completedFuture(null);
        }
        return driver(migration.source()).thenCompose(driver -> spec(instance.get(), migration.destination())
                .handle((guest, failure) -> failure == null ? move(migration, instance.get(), guest, driver)
                        : CompletableFuture.<Report>completedFuture(new Report.GuestStayed(id, message(failure))))
                .thenCompose(report -> report).thenAccept(report -> {
                    reports.accept(report);
                    drivers.lookAgain(driver.technology().name()); // it may have been shut down meanwhile
                }));
    }

    private CompletionStage<Report> move(Migration migration, Instance instance, GuestSpec guest, Drivers.Driver driver) {
        InstanceId id = instance.id();
        MigrationOrder order = new MigrationOrder(id, migration.source(), migration.destination(), instance.resources().memoryMiB(),
                Wishes.downtimeBudget(instance), Wishes.modes(instance, driver.technology()));
        MigrationDirective first = migrations.first(migration, order);
        if (first instanceof MigrationDirective.Cancel cancel) {
            return CompletableFuture.completedFuture(new Report.GuestStayed(id, cancel.reason()));
        }
        CompletionStage<Report> end = first instanceof MigrationDirective.Cold ? cold(migration, instance, guest, driver)
                : driver.facet(LiveMigration.class).map(mover -> live(migration, instance, order, first, guest, driver, mover))
                        .orElseGet(() -> CompletableFuture.completedFuture(new Report.GuestStayed(id, driver.technology().name()
                                + " does not move guests while they run; the strategy 'cold' shuts them down for it")));
        return end.exceptionallyCompose(failure -> driver.isGone() || isUncertain(failure) ? CompletableFuture.failedFuture(failure)
                : CompletableFuture.completedFuture(new Report.GuestStayed(id, message(failure))));
    }

    private CompletionStage<Report> live(Migration migration, Instance instance, MigrationOrder order, MigrationDirective first, GuestSpec guest,
            Drivers.Driver driver, LiveMigration mover) {
        Forecasts.Going move = begun(Undertaking.Kind.MOVE, migration, instance, driver);
        return driver.run(TO_MOVE, () -> mover.migrate(order, guest, migrations.control(migration, order, first, () -> switchOver(migration)))).<Report>thenApply(outcome -> {
            migrations.ended(outcome.end(), order.instance());
            if (outcome instanceof MigrationOutcome.Moved moved) {
                move.ended(migrations.happened(moved, order.instance()));
                return new Report.GuestMoved(order.instance(), Migrations.summary(moved));
            }
            String reason = ((MigrationOutcome.Stayed) outcome).reason();
            move.failed(reason);
            return new Report.GuestStayed(order.instance(), reason);
        }).whenComplete((report, failure) -> {
            if (failure != null) {
                move.failed(message(failure));
            }
        });
    }

    private Forecasts.Going begun(Undertaking.Kind kind, Migration migration, Instance instance, Drivers.Driver driver) {
        return migration.began().isBefore(began) ? Forecasts.unwatched() : forecasts.begun(new Undertaking(kind, guest(instance), migration.decision(),
                driver.technology().name(), migration.destination(), Optional.of(migration.source()), migration.strategy(), Wishes.downtimeBudget(instance)));
    }

    /** Shuts it down here and starts it there. One that is off already was shut down before this was broken off. */
    private CompletionStage<Report> cold(Migration migration, Instance instance, GuestSpec guest, Drivers.Driver driver) {
        InstanceId id = migration.instance();
        Forecasts.Going move = begun(Undertaking.Kind.COLD_MOVE, migration, instance, driver);
        Instant start = timeline.instant();
        return driver.call(TO_STOP, hypervisor -> hypervisor.stop(migration.source(), id, false)).thenCompose(stopped -> {
            Instant off = timeline.instant();
            return driver.call(TO_START, hypervisor -> hypervisor.start(migration.destination(), guest)).thenRun(() -> {
                Instant on = timeline.instant();
                move.ended(Happened.cold(Duration.between(start, on), Duration.between(off, on)));
            });
        }).<Report>thenApply(started -> new Report.GuestMoved(id, "it was shut down and started again")).whenComplete((report, failure) -> {
            if (failure != null) {
                move.failed(message(failure));
            }
        });
    }

    private static boolean isUncertain(Throwable failure) {
        Throwable cause = Drivers.unwrapped(failure);
        return !(cause instanceof HypervisorException e) || e.reason() == HypervisorException.Reason.UNAVAILABLE;
    }

    /** What a guest had, or was to have, on a host where it is not. */
    private CompletionStage<?> leave(InstanceId id, HostId host) {
        return untilDone("clear " + host + " of " + id, () -> !isThere(id, host), () -> driver(host).thenCompose(driver -> driver
                .call(TO_DESTROY, hypervisor -> ignoringAbsence(hypervisor.destroy(host, id))).thenCompose(done -> unlink(host, id))));
    }

    private boolean isThere(InstanceId id, HostId host) {
        return world.get().instances().find(id).flatMap(Instance::host).filter(host::equals).isPresent()
                || moving(id).filter(migration -> migration.destination().equals(host)).isPresent();
    }

    /** Switched once: a controller that cannot do it is reported, and whoever wanted it may want it again. */
    private CompletionStage<?> power(HostId host, boolean on) {
        return controller(host, LOOKS_FOR_CONTROLLERS).thenCompose(power -> powers.set(power, host, on)).handle((done, failure) -> {
            reports.accept(failure == null ? new Report.HostSwitched(host, on) : new Report.HostNotSwitched(host, on, message(failure)));
            drivers.lookAgain(world.get().hostTable().technology(world.get().hostTable().row(host)).name());
            return null;
        });
    }

    /** A platform that comes up again may have its controllers later. */
    private CompletionStage<HostPower> controller(HostId host, int looks) {
        return powers.controller(host).exceptionallyCompose(failure -> {
            if (closed || looks == 0) {
                return CompletableFuture.failedFuture(failure);
            }
            CompletableFuture<Void> passed = new CompletableFuture<>();
            timeline.after(BETWEEN_LOOKS, () -> passed.complete(null));
            return passed.thenCompose(later -> controller(host, looks - 1));
        });
    }

    private CompletionStage<?> relink(InstanceId id) {
        if (!networks.isExpected()) {
            return CompletableFuture.completedFuture(null); // the first network that comes has every guest linked
        }
        return withGuest(id, ON,
                (instance, driver) -> link(instance, host(instance)).thenCompose(link -> driver.facet(LinkUpdate.class)
                        .<CompletionStage<Void>>map(updates -> driver.run(TO_CHANGE, () -> updates.relink(host(instance), id, link)))
                        .orElseGet(() -> CompletableFuture.completedFuture(null))));
    }

    private CompletionStage<?> attach(InstanceId id, VolumeId volume) {
        Optional<Attachment> attachment = attachment(id, volume, Attachment.State.ATTACHING);
        if (attachment.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return withGuest(id, ON, (instance, driver) -> disks.find(volume).thenCompose(disk -> {
            VolumeHotPlug plug = driver.facet(VolumeHotPlug.class).orElseThrow(() -> new HypervisorException(
                    HypervisorException.Reason.UNSUPPORTED, driver.technology().name() + " attaches volumes only to guests that are stopped"));
            return driver.run(TO_CHANGE, () -> plug.attach(host(instance), id, new GuestDisk(volume, disk, attachment.get().device())));
        })).whenComplete((done, failure) -> {
            reports.accept(failure == null ? new Report.VolumeAttached(volume, id) : new Report.VolumeDetached(volume, id));
        });
    }

    private CompletionStage<?> detach(InstanceId id, VolumeId volume) {
        if (attachment(id, volume, Attachment.State.DETACHING).isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return withGuest(id, ON,
                (instance, driver) -> driver.facet(VolumeHotPlug.class)
                        .<CompletionStage<Void>>map(plug -> driver.run(TO_CHANGE, () -> plug.detach(host(instance), id, volume)))
                        .orElseGet(() -> CompletableFuture.completedFuture(null))).whenComplete((done, failure) -> reports
                                .accept(failure == null ? new Report.VolumeDetached(volume, id) : new Report.VolumeStuck(volume, id)));
    }

    private Optional<Attachment> attachment(InstanceId id, VolumeId volume, Attachment.State state) {
        return world.get().volumes().find(volume).flatMap(Volume::attachment).filter(on -> on.instance().equals(id) && on.state() == state);
    }

    private CompletionStage<?> image(Effect.OnImage effect) {
        ImageId id = effect.image();
        if (effect instanceof Effect.DeleteImage) {
            // With no store at all it is not gone, but only out of sight: so one is waited for.
            return untilDone("delete " + id, () -> true, () -> imageStores.call(PATIENCE, TO_CHANGE, store -> store.delete(id))
                    .thenCompose(done -> eachStore(store -> store.delete(id)))).thenRun(() -> reports.accept(new Report.ImageDeleted(id)));
        }
        CompletionStage<ImageStore.Stored> stored = effect instanceof Effect.AddImage add
                ? imageStores.call(PATIENCE, TO_COPY,
                        store -> store.add(id, add.source(), add.format(), add.sha256(), progress -> LOG.info("image {}: {}", id, progress)))
                : maker(id).thenCompose(
                        maker -> imageStores.call(maker, TO_COPY, store -> store.build(id, progress -> LOG.info("image {}: {}", id, progress))));
        return stored.whenComplete((image, failure) -> reports
                .accept(failure == null ? new Report.ImageStored(image) : new Report.ImageFailed(id, message(failure))));
    }

    private CompletionStage<ImageStore> maker(ImageId id) {
        return imageStores.all().stream().filter(store -> store.builtIns().stream().anyMatch(offer -> offer.id().equals(id))).findFirst()
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "no store makes " + id)));
    }

    private CompletionStage<?> eachStore(Function<ImageStore, CompletionStage<Void>> call) {
        return CompletableFuture.allOf(imageStores.all().stream().map(store -> imageStores.call(store, TO_CHANGE, call))
                .map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }

    private CompletionStage<?> volume(Effect effect) {
        if (effect instanceof Effect.CreateVolume e) {
            return world.get().volumes().find(e.volume()).filter(found -> found.state() == Volume.State.CREATING)
                    .<CompletionStage<?>>map(found -> disks.find(found.id())).orElseGet(() -> CompletableFuture.completedFuture(null));
        } else if (effect instanceof Effect.DeleteVolume e) {
            return untilDone("delete " + e.volume(), () -> true, () -> disks.volumes(store -> store.delete(e.volume())))
                    .thenRun(() -> reports.accept(new Report.VolumeDeleted(e.volume())));
        } else if (effect instanceof Effect.DeleteSnapshot e) {
            return untilDone("delete " + e.snapshot(), () -> true, () -> disks.volumes(store -> store.deleteSnapshot(e.snapshot())))
                    .thenRun(() -> reports.accept(new Report.SnapshotDeleted(e.snapshot())));
        }
        throw new IllegalArgumentException("no way to carry out " + effect);
    }

    private CompletionStage<NetworkLink> link(Instance instance, HostId host) {
        boolean resumed = isResumed(instance);
        if (!networks.isExpected() && !resumed) {
            return CompletableFuture.completedFuture(new NetworkLink.None(instance.nic().mac()));
        }
        World now = world.get();
        List<SecurityGroup> groups = instance.spec().groups().stream().flatMap(id -> now.securityGroups().find(id).stream()).toList();
        List<FirewallRule> rules = groups.stream().flatMap(group -> group.rules().stream()).toList();
        return offer(instance).thenApply(boot -> new GuestNetwork.LinkRequest(host, metadata(now, instance, groups), rules, boot,
                now.hostTable().technology(now.hostTable().row(host)).sharesKernel())).thenCompose(request -> link(request, instance, resumed));
    }

    private CompletionStage<NetworkLink> link(GuestNetwork.LinkRequest request, Instance instance, boolean resumed) {
        return networks.call(resumed ? FOR_THE_FIRST : PATIENCE, TO_CHANGE, network -> join(network, request, instance)).exceptionallyCompose(
                failure -> networks.isExpected() ? CompletableFuture.failedFuture(failure)
                        : CompletableFuture.completedFuture(new NetworkLink.None(instance.nic().mac())))
                .whenComplete((link, failure) -> {
                    if (!(link instanceof NetworkLink.None) && failure == null) {
                        reports.accept(new Report.GuestLinked(instance.id(), link));
                    }
                });
    }

    /** The link of a guest that will come from another host lets nothing pass before it is there. */
    private static CompletionStage<NetworkLink> join(GuestNetwork network, GuestNetwork.LinkRequest request, Instance instance) {
        return network instanceof LinkMove move && !request.host().equals(host(instance)) ? move.prepare(request) : network.link(request);
    }

    /** The guest stands still and will go on elsewhere: what is sent to it goes there from now on. */
    private CompletionStage<?> switchOver(Migration migration) {
        return CompletableFuture.allOf(networks.all().stream().filter(LinkMove.class::isInstance)
                .map(each -> networks.call(each, TO_SWITCH_OVER, network -> ((LinkMove) network).switchOver(migration.instance(), migration.source(),
                        migration.destination())))
                .map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }

    private GuestMetadata metadata(World now, Instance instance, List<SecurityGroup> groups) {
        Optional<String> key = instance.spec().keyName().flatMap(name -> now.keyPairs().stream()
                .filter(pair -> pair.owner().equals(instance.owner()) && pair.name().equals(name)).map(KeyPair::publicKey).findFirst());
        return new GuestMetadata(instance.id(), instance.owner(), instance.reservation(), instance.index(), instance.spec().image(),
                instance.spec().type(), region.name(), region.zone(), instance.nic(), groups.stream().map(SecurityGroup::name).toList(),
                instance.spec().keyName(), key, instance.spec().userData(), instance.tags());
    }

    /** Something to be done with a driver and an instance that is still as expected. */
    private interface GuestCall {
        CompletionStage<?> apply(Instance instance, Drivers.Driver driver);
    }

    private CompletionStage<?> withGuest(InstanceId id, Set<InstanceState> expected, GuestCall call) {
        Optional<Instance> instance = find(id, expected);
        return instance.isEmpty() ? CompletableFuture.completedFuture(null)
                : driver(host(instance.get())).thenCompose(driver -> call.apply(instance.get(), driver).exceptionallyCompose(
                        failure -> driver.isGone() && !closed ? again(id, expected, call) : CompletableFuture.failedFuture(failure)));
    }

    /** A driver that was taken away in the middle of a call has not failed: its successor is asked the same. */
    @SuppressWarnings("unchecked") // nobody looks at what is answered
    private <T> CompletionStage<T> again(InstanceId id, Set<InstanceState> expected, GuestCall call) {
        return (CompletionStage<T>) withGuest(id, expected, call);
    }

    private Optional<Instance> find(InstanceId id, Set<InstanceState> expected) {
        return world.get().instances().find(id).filter(instance -> expected.contains(instance.state()));
    }

    private CompletionStage<Drivers.Driver> driver(HostId host) {
        HostTable hosts = world.get().hostTable();
        return drivers.await(hosts.host(hosts.row(host)).technology(), PATIENCE);
    }

    private static HostId host(Instance instance) {
        return instance.host().orElseThrow();
    }

    /** Tries again, with growing pauses, as long as it is still wanted. */
    private CompletionStage<Void> untilDone(String what, BooleanSupplier wanted, Supplier<CompletionStage<?>> call) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        attempt(what, wanted, call, Duration.ofSeconds(1), result);
        return result;
    }

    private void attempt(String what, BooleanSupplier wanted, Supplier<CompletionStage<?>> call, Duration pause, CompletableFuture<Void> result) {
        if (closed || !wanted.getAsBoolean()) {
            result.completeExceptionally(new IllegalStateException("it is not wanted any more"));
            return;
        }
        CompletableFuture.completedFuture(null).thenCompose(ready -> call.get()).whenComplete((done, failure) -> {
            if (failure == null) {
                result.complete(null);
                return;
            }
            LOG.warn("{}: {}; it is tried again in {} s", what, message(failure), pause.toSeconds());
            Duration longer = pause.multipliedBy(2);
            timeline.after(pause, () -> attempt(what, wanted, call, longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer, result));
        });
    }

    static String message(Throwable failure) {
        Throwable cause = Drivers.unwrapped(failure);
        boolean forPeople = cause instanceof HypervisorException || cause instanceof StorageException || cause instanceof PowerException
                || cause instanceof ObjectException;
        return forPeople && cause.getMessage() != null ? cause.getMessage() : cause.toString();
    }
}
