package org.kumiki.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.kumiki.api.command.Command;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.command.Reservation;
import org.kumiki.api.command.StateChange;
import org.kumiki.api.command.TransferCommand;
import org.kumiki.api.datacenter.BrainExaminer;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException.Kind;
import org.kumiki.api.datacenter.DatacenterListener;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.datacenter.Replay;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.DriverExaminer;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.journal.RequireJournal;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.Migration;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.object.ObjectAccess;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.policy.Rehearser;
import org.kumiki.api.policy.Role;
import org.kumiki.api.power.BlockingHostPower;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.RequireScheduler;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.api.time.Timeline;
import org.kumiki.api.twin.EngineSettings;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.LiveEngine;
import org.kumiki.api.twin.Named;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The live datacenter: the state machine on a real clock, a real journal, and whichever plug-ins are there at the moment. */
@Component(service = { Datacenter.class, LiveEngine.class }, immediate = true, configurationPid = "org.kumiki.engine")
@Designate(ocd = LiveDatacenter.Config.class)
@RequireJournal
@RequireScheduler
public class LiveDatacenter implements Datacenter, LiveEngine {

    private static final Logger LOG = LoggerFactory.getLogger(LiveDatacenter.class);
    private static final Duration BETWEEN_TICKS = Duration.ofSeconds(60);
    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);
    private static final Duration BETWEEN_KEEPS = Duration.ofHours(1);
    private static final Duration UNTIL_ASKED_AGAIN = Duration.ofSeconds(1);
    private static final Duration TO_READ_CONSOLE = Duration.ofSeconds(10);
    private static final int ANSWERING_THREADS = 4;

    @ObjectClassDefinition(name = "Kumiki Engine", description = "What the datacenter is called on the outside.")
    @interface Config {

        @AttributeDefinition(name = "Region", description = "The name of the region, in the sense of EC2.")
        String region() default "us-east-1";

        @AttributeDefinition(name = "Zone", description = "The name of its one availability zone.")
        String zone() default "us-east-1a";

        @AttributeDefinition(name = "Address block", description = "The N of 127.N.0.0/16, where guests have their public addresses;"
                + " 0 for one that is derived from the data directory, so that two platforms on one machine seldom have the same.")
        int address_block() default 0;

        @AttributeDefinition(name = "Policy interval", description = "How often policies are asked for plans, in seconds; 0 for never. A change"
                + " of a host's state has them asked at once.")
        int policy_seconds() default 60;

        @AttributeDefinition(name = "Sample interval", description = "How often the use of processors is measured, in seconds; 0 for never.")
        int sample_seconds() default 60;

        @AttributeDefinition(name = "Moves at once", description = "How many instances policies may have moving at a time.")
        int moves_at_once() default 16;

        @AttributeDefinition(name = "Moves per host", description = "How many of them to and from one host.")
        int moves_per_host() default 2;

        @AttributeDefinition(name = "Spare hosts", description = "How many hosts may fail at once while there is room left for what ran on"
                + " them. Policies keep that much free.")
        int spare_hosts() default 0;

        @AttributeDefinition(name = "Examine drivers", description = "Whether hypervisor drivers are examined: off; warn, which uses them all"
                + " the same; or require, which uses none before it has passed.")
        String examine_drivers() default "off";

        @AttributeDefinition(name = "Examine brains", description = "The same for schedulers, policies and migration strategies.")
        String examine_brains() default "off";
    }

    /** Who owns what comes with the platform. */
    private final Supplier<AccountId> root;
    private final Settings settings;
    private final Timeline timeline;
    private final Region region;
    private final int addressBlock;
    private final ExecutorService answers;
    private final ExecutorService background;
    private final Writer writer;
    private final Drivers drivers;
    private final Examinations<DriverExaminer> driverExaminations;
    private final Examinations<BrainExaminer> brainExaminations;
    private final Brains brains;
    private final Placements placements;
    private final Supervised<MigrationStrategy> strategies;
    private final Migrations migrations;
    private final Supervised<Forecaster> forecasters;
    private final Forecasts forecasts;
    private final Powers powers;
    private final Measurements measurements;
    /** The file that measurements are kept in, if they are. */
    private final Optional<Path> measured;
    private final Replays replays = new Replays();
    private final Supervised<Policy> policyBrains;
    private final Rehearsals rehearsals;
    private final Policies policies;
    private final GoodVersions goodVersions;
    private final Services<GuestNetwork> networks;
    private final Services<ImageStore> imageStores;
    private final Services<VolumeStore> volumeStores;
    private final Services<ObjectAccess> objects;
    /** The same, with threads of their own for what takes long: who only looks does not wait for that. */
    private final Services<ObjectAccess> carriers;
    private final Percentages percentages = new Percentages();
    private final Transfers transfers;
    private final EffectRunner effects;
    private final Listeners listeners;
    private final Doubt doubt = new Doubt();
    private final Set<InstanceId> strangers = ConcurrentHashMap.newKeySet();
    private final boolean sampling;
    private volatile boolean closed;

    @Activate
    public LiveDatacenter(BundleContext context, Config config, @Reference Journal journal, @Reference Identity identity,
            @Reference Timeline timeline) {
        this(new Settings(new Region(config.region(), config.zone()), config.address_block(), config.spare_hosts(),
                Duration.ofSeconds(config.sample_seconds()), BETWEEN_LOOKS,
                new Policies.Settings(Duration.ofSeconds(config.policy_seconds()), config.moves_at_once(), config.moves_per_host()),
                mode(config.examine_drivers()), mode(config.examine_brains())),
                Path.of(Optional.ofNullable(context.getProperty("kumiki.data")).orElse("data")), context::getBundle, journal, identity, timeline);
    }

    private static Examinations.Mode mode(String word) {
        return Examinations.Mode.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /**
     * What an operator configures.
     *
     * @param addressBlock 0 for one that is derived from the data directory
     * @param sampling     how often use is measured; zero for never
     * @param looking      how often drivers are asked for their hosts
     */
    record Settings(Region region, int addressBlock, int spareHosts, Duration sampling, Duration looking, Policies.Settings policies,
            Examinations.Mode drivers, Examinations.Mode brains) {

        /** Where nothing is examined. */
        Settings(Region region, int addressBlock, int spareHosts, Duration sampling, Policies.Settings policies) {
            this(region, addressBlock, spareHosts, sampling, BETWEEN_LOOKS, policies, Examinations.Mode.OFF, Examinations.Mode.OFF);
        }

        private Settings at(Path data) {
            return new Settings(region, addressBlock > 0 ? addressBlock : derivedBlock(data), spareHosts, sampling, looking, policies, drivers, brains);
        }
    }

    LiveDatacenter(Settings settings, Path data, LongFunction<Bundle> bundles, Journal journal, Identity identity, Timeline timeline) {
        this(settings.at(data), Workers.threads(), timeline, new SplittableRandom(), () -> identity.root().id(), Optional.of(journal),
                Optional.of(data), new Versions(bundles, data.resolve("plugins")), new Beginning(InstanceTypes.all(), Optional.empty()));
    }

    /** One in virtual time, that keeps nothing, and begins empty or as another one was. */
    LiveDatacenter(Settings settings, Timeline timeline, long seed, AccountId root, Beginning beginning) {
        this(settings, Workers.inTurn(timeline), timeline, new SplittableRandom(seed), () -> root, Optional.empty(), Optional.empty(),
                new Versions(id -> null, Path.of("")), beginning);
    }

    /**
     * How one begins that has no journal.
     *
     * @param types that there are if it is empty
     * @param from  as which it goes on
     */
    record Beginning(Table<String, InstanceType> types, Optional<Fork> from) {
    }

    /** Where brains come from, and where their versions are kept. */
    private record Versions(LongFunction<Bundle> bundles, Path directory) {
    }

    private LiveDatacenter(Settings settings, Workers workers, Timeline timeline, RandomGenerator random, Supplier<AccountId> root,
            Optional<Journal> journal, Optional<Path> data, Versions versions, Beginning beginning) {
        this.root = root;
        this.settings = settings;
        this.timeline = timeline;
        this.region = settings.region();
        this.addressBlock = settings.addressBlock();
        this.answers = workers.own("kumiki-answers", ANSWERING_THREADS);
        this.background = workers.own("kumiki-background", 1);
        this.goodVersions = new GoodVersions(versions.bundles(), versions.directory(), background);
        this.brains = new Brains(workers, goodVersions::answered, goodVersions::rollBack);
        this.strategies = new Supervised<>(workers, "migration", goodVersions::answered, goodVersions::rollBack);
        this.policyBrains = new Supervised<>(workers, "policy", goodVersions::answered, goodVersions::rollBack);
        this.drivers = new Drivers(workers, timeline, settings.looking(), () -> inventory().instances(), this::fromDrivers);
        this.powers = new Powers(workers);
        this.networks = new Services<>(workers, "network");
        this.imageStores = new Services<>(workers, "image store");
        this.volumeStores = new Services<>(workers, "volume store");
        this.objects = new Services<>(workers, "object access");
        this.carriers = new Services<>(workers, "object carrier");
        this.listeners = new Listeners(workers);
        this.driverExaminations = new Examinations<>(settings.drivers(), DriverExaminer::examine);
        this.brainExaminations = new Examinations<>(settings.brains(), BrainExaminer::examine);
        Ids ids = new Ids(random, addressBlock);
        AtomicLong sequence = new AtomicLong();
        Optional<Fork> from = beginning.from();
        World world = journal.map(kept -> replay(kept, timeline, ids, sequence, settings.spareHosts())).or(() -> from.map(Fork::world))
                .orElseGet(() -> World.empty(0, timeline.instant(), beginning.types(), settings.spareHosts()));
        this.writer = new Writer(workers, world, sequence.get(), journal, timeline, ids, answers, this::carryOut, listeners::publish);
        this.placements = new Placements(writer, brains, replays,
                () -> new Draft(writer.world(), timeline.instant(), new Ids(new SplittableRandom(0), addressBlock)));
        this.transfers = new Transfers(writer, objects);
        this.migrations = new Migrations(writer::world, strategies);
        this.sampling = !settings.sampling().isZero();
        this.measurements = new Measurements(sampling ? settings.sampling() : BETWEEN_TICKS, writer::world);
        this.forecasters = new Supervised<>(workers, "forecaster", goodVersions::answered, goodVersions::rollBack);
        this.forecasts = new Forecasts(timeline, forecasters, writer::world, measurements::now, Optional.of(settings.sampling()).filter(interval -> sampling),
                data.map(directory -> directory.resolve("forecasts")), background);
        this.effects = new EffectRunner(workers, writer::world, this::report, timeline, region, drivers, networks, imageStores, volumeStores,
                objects, carriers, percentages, migrations, powers, forecasts);
        from.ifPresent(fork -> measurements.continueFrom(fork.measurements()));
        Planner planner = new Planner(policyBrains);
        this.rehearsals = new Rehearsals(writer::world, measurements::now, timeline, policyBrains, planner, writer::submit,
                () -> new Caller(root.get(), true, "engine"));
        this.policies = new Policies(workers, settings.policies(), writer::world, measurements::now, timeline, policyBrains, planner, rehearsals,
                new PolicyHands(), replays);
        listeners.add((before, after) -> policies.changed((World) before, (World) after));
        writer.report(draft -> {
            Accounts.open(draft, root.get());
            Core.resume(draft);
            from.ifPresent(fork -> RehearsalCommands.forget(draft)); // whoever opens a fork adds the policies that are to decide there
        });
        tick(SteadyTime.from(timeline.instant()));
        this.measured = data.map(directory -> directory.resolve("measurements")).filter(file -> sampling);
        if (sampling) {
            measure(settings.sampling());
        }
        this.measured.ifPresent(file -> {
            remember(file);
            keep(file);
        });
    }

    /** Of the blocks 64 to 191: low ones are used by people, and high ones by nobody, but 127.255 broadcasts. */
    private static int derivedBlock(Path data) {
        return 64 + Math.floorMod(data.toAbsolutePath().normalize().toString().hashCode(), 128);
    }

    /** Makes the world again out of what the journal knows. */
    static World replay(Journal journal, Timeline timeline, Ids ids, AtomicLong sequence, int spareHosts) {
        long began = System.nanoTime();
        Records records = new Records();
        List<Change<?, ?>> changes = new ArrayList<>();
        journal.replay((Entry entry) -> {
            sequence.set(Math.max(sequence.get(), entry.sequence()));
            changes.add(records.change(entry));
        });
        changes.sort(Comparator.comparingInt((Change<?, ?> change) -> change.entity().ordinal).thenComparing(LiveDatacenter::age)
                .thenComparing(LiveDatacenter::index));
        Draft draft = new Draft(World.empty(sequence.get(), timeline.instant(), InstanceTypes.all(), spareHosts), timeline.instant(), ids);
        changes.forEach(draft::apply);
        LOG.info("{} things read back from the journal in {} ms", changes.size(), (System.nanoTime() - began) / 1_000_000);
        return draft.build();
    }

    /** The order in which things of one kind came in, as far as it matters: hosts have rows, and instances are listed by age. */
    private static long age(Change<?, ?> change) {
        Object value = change.value().orElseThrow();
        if (value instanceof HostRecord host) {
            return host.row();
        } else if (value instanceof Instance instance) {
            return TimeUnit.SECONDS.toNanos(instance.launched().getEpochSecond()) + instance.launched().getNano();
        } else if (value instanceof Decision decision) {
            return decision.number();
        }
        return 0;
    }

    /** Those that were launched by one request were launched at one time. */
    private static int index(Change<?, ?> change) {
        return change.value().orElseThrow() instanceof Instance instance ? instance.index() : 0;
    }

    @Override
    public Inventory inventory() {
        return writer.world();
    }

    @Override
    public <R> CompletionStage<R> submit(Caller caller, Command<R> command) {
        if (command instanceof Launch launch) {
            @SuppressWarnings("unchecked") // a launch is a Command<Reservation>
            CompletionStage<R> reservation = (CompletionStage<R>) placements.launch(caller, launch);
            return reservation;
        } else if (command instanceof MigrationCommand.Start start) {
            @SuppressWarnings("unchecked") // it is a Command<Migration>
            CompletionStage<R> migration = (CompletionStage<R>) placements.migrate(caller, start);
            return migration;
        } else if (command instanceof InstanceCommand.Start start) {
            @SuppressWarnings("unchecked") // it is a Command<List<StateChange>>
            CompletionStage<R> changes = (CompletionStage<R>) placements.start(caller, start);
            return changes;
        } else if (command instanceof TransferCommand<R> transfer) {
            return transfers.submit(caller, transfer);
        } else if (command instanceof PolicyCommand policy) {
            @SuppressWarnings("unchecked") // it is a Command<Rehearsal>
            CompletionStage<R> rehearsal = (CompletionStage<R>) rehearsals.submit(caller, policy);
            return rehearsal;
        } else if (command instanceof HostCommand.Power power && caller.operator()) {
            return powers.controller(power.host()).exceptionally(failure -> {
                throw Refused.unsupported(Kind.HOST, power.host(), "The host '" + power.host() + "' cannot be switched: "
                        + EffectRunner.message(failure));
            }).thenCompose(controller -> writer.submit(draft -> Core.command(draft, caller, command)));
        }
        return writer.submit(draft -> Core.command(draft, caller, command));
    }

    @Override
    public List<MigrationProgress> progress(InstanceId instance) {
        return migrations.progress(instance);
    }

    @Override
    public List<Foreseen> forecasts(Caller caller) {
        return caller.operator() ? forecasts.all()
                : forecasts.all().stream().filter(each -> caller.owns(each.undertaking().guest().owner())).map(Foreseen::withoutLoads).toList();
    }

    @Override
    public OptionalInt percent(Object thing) {
        return percentages.of(thing);
    }

    @Override
    public List<PlanReport> plans() {
        return policies.reports();
    }

    @Override
    public List<RehearsalReport> rehearsals() {
        return rehearsals.reports();
    }

    @Override
    public History history() {
        return measurements.now();
    }

    @Override
    public EngineState fork() {
        World now = writer.world();
        Measurements measured;
        synchronized (measurements) { // whoever takes a sample in holds it briefly
            measured = measurements.copy(now);
        }
        return new Fork(new EngineSettings(region, settings.policies().interval(), settings.sampling(), settings.looking(),
                settings.policies().movesAtOnce(), settings.policies().movesPerHost(), settings.spareHosts()), now, measured, brains.well(),
                strategies.well().stream().map(one -> new Named<>(one.name(), one.service())).toList(),
                policies(now, true), policies(now, false));
    }

    private List<Named<Policy>> policies(World now, boolean active) {
        Roles roles = new Roles(now.roles());
        return policyBrains.well().stream().filter(one -> (roles.of(one.name(), one.isAdvice()) == Role.ACTIVE) == active)
                .map(one -> new Named<>(one.name(), one.service())).toList();
    }

    @Override
    public CompletionStage<Replay> replay(long number) {
        Optional<Decision> decision = writer.world().decisions().find(number);
        return decision.map(replays::again).orElseGet(() -> CompletableFuture.failedFuture(Refused.notFound(Kind.DECISION, number)));
    }

    /** Carries out what policies want, as an operator would. */
    private final class PolicyHands implements Policies.Hands {

        @Override
        public CompletionStage<List<Long>> move(Action action, Policies.Origin origin, String planReason, String reason) {
            Placement there = Planner.placement(origin.view(), action, reason);
            return writer.submit(draft -> {
                requireItsOwn(draft, origin, action);
                return MigrationCommands.start(draft, operator(origin), action.instances(), Execution.destination(action), planReason,
                        new Launches.Placed(there, origin.brain(), origin.view()));
            });
        }

        @Override
        public CompletionStage<List<Long>> power(Action action, HostId host, Policies.Origin origin, String reason) {
            boolean on = action instanceof Action.Wake;
            return powers.controller(host).thenCompose(controller -> writer.submit(draft -> {
                requireItsOwn(draft, origin, action);
                long next = Decisions.next(draft);
                HostCommands.power(draft, operator(origin), new HostCommand.Power(host, on, reason), origin.brain(), origin.view().version());
                return Decisions.next(draft) > next ? List.of(next) : List.of();
            }));
        }

        /** A policy may have got another role since it planned. */
        private void requireItsOwn(Draft draft, Policies.Origin origin, Action action) {
            new Roles(draft.all(Entity.REHEARSAL)).objection(origin.policy(), action, draft.all(Entity.INSTANCE)).ifPresent(objection -> {
                throw Refused.wrongState(Kind.POLICY, origin.policy(), objection);
            });
        }

        private Caller operator(Policies.Origin origin) {
            return new Caller(root.get(), true, origin.brain());
        }
    }

    @Override
    public CompletionStage<ConsoleOutput> console(Caller caller, InstanceId id) {
        Instance instance = writer.world().instances().find(id).filter(found -> caller.owns(found.owner())).orElse(null);
        if (instance == null) {
            return CompletableFuture.failedFuture(Refused.notFound(Kind.INSTANCE, id));
        }
        if (instance.state() == InstanceState.TERMINATED || instance.state() == InstanceState.PENDING) {
            return CompletableFuture.completedFuture(new ConsoleOutput(id, timeline.instant(), ""));
        }
        HostId host = instance.host().orElseThrow();
        String technology = writer.world().hostTable().host(writer.world().hostTable().row(host)).technology();
        return drivers.await(technology, TO_READ_CONSOLE)
                .thenCompose(driver -> driver.call(TO_READ_CONSOLE, hypervisor -> hypervisor.console(host, id)))
                .exceptionally(failure -> {
                    throw Refused.unavailable(Kind.INSTANCE, id, "The console of '" + id + "' cannot be read now: "
                            + Drivers.unwrapped(failure).getMessage(), failure);
                });
    }

    @Override
    public List<PlugIn> plugIns() {
        return Stream.of(drivers.plugIns(), driverExaminations.plugIns(), brainExaminations.plugIns(), brains.plugIns(), strategies.plugIns(false),
                policyBrains.plugIns(true), forecasters.plugIns(false),
                powers.plugIns(), networks.plugIns(), imageStores.plugIns(), volumeStores.plugIns(), objects.plugIns())
                .flatMap(List::stream).toList();
    }

    @Override
    public Region region() {
        return region;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addScheduler(Scheduler scheduler, Map<String, Object> properties) {
        Origin origin = Origin.of(scheduler, properties);
        goodVersions.candidate(origin);
        String name = String.valueOf(properties.getOrDefault("kumiki.scheduler.name", origin.symbolicName()));
        brainExaminations.add(scheduler, "scheduler", name, origin, () -> brains.add(scheduler, name, origin), () -> brains.remove(scheduler));
    }

    void removeScheduler(Scheduler scheduler, Map<String, Object> properties) {
        brainExaminations.remove(scheduler);
        brains.remove(scheduler);
        if (!closed) { // else nobody is left who would do it, and the next engine makes its own
            goodVersions.gone(Origin.of(scheduler, properties));
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addStrategy(MigrationStrategy strategy, Map<String, Object> properties) {
        Origin origin = Origin.of(strategy, properties);
        goodVersions.candidate(origin);
        String name = String.valueOf(properties.getOrDefault("kumiki.migration.name", origin.symbolicName()));
        brainExaminations.add(strategy, "migration", name, origin, () -> strategies.add(strategy, name, origin), () -> strategies.remove(strategy));
    }

    void removeStrategy(MigrationStrategy strategy, Map<String, Object> properties) {
        brainExaminations.remove(strategy);
        strategies.remove(strategy);
        if (!closed) {
            goodVersions.gone(Origin.of(strategy, properties));
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPolicy(Policy policy, Map<String, Object> properties) {
        Origin origin = Origin.of(policy, properties);
        goodVersions.candidate(origin);
        String name = String.valueOf(properties.getOrDefault("kumiki.policy.name", origin.symbolicName()));
        boolean advice = Boolean.parseBoolean(String.valueOf(properties.get(PolicyBrain.ADVISE)));
        brainExaminations.add(policy, "policy", name, origin, () -> {
            policyBrains.add(policy, name, origin, advice);
            policies.soon();
        }, () -> policyBrains.remove(policy));
    }

    void removePolicy(Policy policy, Map<String, Object> properties) {
        brainExaminations.remove(policy);
        policyBrains.remove(policy);
        if (!closed) {
            goodVersions.gone(Origin.of(policy, properties));
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addForecaster(Forecaster forecaster, Map<String, Object> properties) {
        Origin origin = Origin.of(forecaster, properties);
        goodVersions.candidate(origin);
        forecasts.add(forecaster, origin.symbolicName(), origin);
    }

    void removeForecaster(Forecaster forecaster, Map<String, Object> properties) {
        forecasters.remove(forecaster);
        if (!closed) {
            goodVersions.gone(Origin.of(forecaster, properties));
        }
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addRehearser(Rehearser rehearser) {
        rehearsals.add(rehearser);
    }

    void removeRehearser(Rehearser rehearser) {
        rehearsals.remove(rehearser);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addPower(HostPower power, Map<String, Object> properties) {
        powers.add(power, properties);
    }

    void removePower(HostPower power) {
        powers.remove(power);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addBlockingPower(BlockingHostPower power, Map<String, Object> properties) {
        powers.add(power, properties);
    }

    void removeBlockingPower(BlockingHostPower power) {
        powers.remove(power);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addHypervisor(Hypervisor hypervisor, Map<String, Object> properties) {
        addDriver(hypervisor, properties);
    }

    void removeHypervisor(Hypervisor hypervisor) {
        removeDriver(hypervisor);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addBlockingHypervisor(BlockingHypervisor hypervisor, Map<String, Object> properties) {
        addDriver(hypervisor, properties);
    }

    void removeBlockingHypervisor(BlockingHypervisor hypervisor) {
        removeDriver(hypervisor);
    }

    private void addDriver(Object driver, Map<String, Object> properties) {
        Origin origin = Origin.of(driver, properties);
        driverExaminations.add(driver, "hypervisor", origin.symbolicName(), origin, () -> drivers.add(driver, origin), () -> drivers.remove(driver));
    }

    private void removeDriver(Object driver) {
        driverExaminations.remove(driver);
        drivers.remove(driver);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addExaminer(DriverExaminer examiner) {
        driverExaminations.addExaminer(examiner);
    }

    void removeExaminer(DriverExaminer examiner) {
        driverExaminations.removeExaminer(examiner);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addBrainExaminer(BrainExaminer examiner) {
        brainExaminations.addExaminer(examiner);
    }

    void removeBrainExaminer(BrainExaminer examiner) {
        brainExaminations.removeExaminer(examiner);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNetwork(GuestNetwork network, Map<String, Object> properties) {
        networks.add(network, Origin.of(network, properties));
        if (networks.best().filter(best -> best == network).isPresent()) {
            linkAll();
        }
    }

    void removeNetwork(GuestNetwork network) {
        Optional<GuestNetwork> before = networks.best();
        networks.remove(network);
        if (!closed && networks.best().isPresent() && !networks.best().equals(before)) {
            linkAll();
        }
    }

    /** Another network knows nothing of the guests that run, so each is linked once more. */
    private void linkAll() {
        writer.report(draft -> draft.all(Entity.INSTANCE).stream().filter(instance -> instance.state() == InstanceState.RUNNING)
                .forEach(instance -> draft.effect(new Effect.LinkGuest(instance.id()))));
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addImageStore(ImageStore store, Map<String, Object> properties) {
        imageStores.add(store, Origin.of(store, properties));
        store.builtIns().forEach(offer -> report(new Report.ImageOffered(offer)));
    }

    void removeImageStore(ImageStore store) {
        imageStores.remove(store);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addVolumeStore(VolumeStore store, Map<String, Object> properties) {
        volumeStores.add(store, Origin.of(store, properties));
    }

    void removeVolumeStore(VolumeStore store) {
        volumeStores.remove(store);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addObjectAccess(ObjectAccess access, Map<String, Object> properties) {
        objects.add(access, Origin.of(access, properties));
        carriers.add(access, Origin.of(access, properties));
    }

    void removeObjectAccess(ObjectAccess access) {
        objects.remove(access);
        carriers.remove(access);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(DatacenterListener listener) {
        listeners.add(listener);
    }

    void removeListener(DatacenterListener listener) {
        listeners.remove(listener);
    }

    @Deactivate
    void close() {
        closed = true;
        effects.close();
        forecasts.close(); // before what is broken off looks as if it had failed
        drivers.close();
        brains.close();
        policies.close();
        powers.close();
        migrations.close();
        networks.close();
        imageStores.close();
        volumeStores.close();
        objects.close();
        carriers.close();
        writer.close();
        listeners.close();
        measured.ifPresent(this::save);
        answers.shutdown();
        background.shutdown();
    }

    private void fromDrivers(Report report) {
        if (report instanceof Report.HostsSeen seen) {
            Doubt.Judged judged = doubt.judge(writer.world(), seen);
            judged.others().forEach(this::tellOfStrangers);
            if (judged.askAgain()) {
                timeline.after(UNTIL_ASKED_AGAIN, () -> drivers.lookAgain(seen.technology().name()));
            }
            report(judged.report());
        } else {
            report(report);
        }
    }

    private void tellOfStrangers(HostReport host) {
        List<InstanceId> unknown = HostCommands.strangers(writer.world(), host).stream().filter(strangers::add).toList();
        if (!unknown.isEmpty()) {
            LOG.warn("host {} runs guests that this datacenter does not know, and leaves alone: {}", host.host(), unknown);
        }
    }

    private void report(Report report) {
        writer.report(draft -> Core.report(draft, root.get(), report));
    }

    private void carryOut(List<Effect> list) {
        effects.run(list);
    }

    private void tick(SteadyTime before) {
        timeline.after(BETWEEN_TICKS, () -> {
            if (!closed) {
                SteadyTime now = before.tick(timeline.instant(), BETWEEN_TICKS);
                if (now.hasLasted(Core.MEMORY)) {
                    report(new Report.Tick());
                    migrations.tidy();
                }
                tick(now);
            }
        });
    }

    private void measure(Duration interval) {
        timeline.after(interval, () -> {
            if (!closed) {
                drivers.cpuTimes().thenAccept(times -> {
                    synchronized (measurements) { // answers may come in late, and beside each other
                        measurements.take(timeline.instant(), times);
                    }
                }).whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.error("a measurement could not be taken in", Drivers.unwrapped(failure));
                    }
                });
                measure(interval);
            }
        });
    }

    private void remember(Path file) {
        if (Files.exists(file)) {
            try {
                measurements.load(file, timeline.instant());
            } catch (IOException e) {
                LOG.warn("{} cannot be read, so what was measured before is forgotten", file, e);
            }
        }
    }

    private void keep(Path file) {
        timeline.after(BETWEEN_KEEPS, () -> {
            if (!closed) {
                background.execute(() -> save(file));
                keep(file);
            }
        });
    }

    private void save(Path file) {
        try {
            measurements.save(file);
        } catch (IOException e) {
            LOG.warn("what was measured cannot be kept in {}", file, e);
        }
    }
}
