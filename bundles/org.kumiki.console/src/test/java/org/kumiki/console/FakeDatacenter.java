package org.kumiki.console;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import org.kumiki.api.command.Command;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.command.InstanceCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterException;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.datacenter.Replay;
import org.kumiki.api.datacenter.Table;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.Address;
import org.kumiki.api.model.AddressId;
import org.kumiki.api.model.Attachment;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostRows;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.InstanceType;
import org.kumiki.api.model.KeyPair;
import org.kumiki.api.model.KeyPairId;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.Network;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.NetworkId;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.model.Resources;
import org.kumiki.api.model.SecurityGroup;
import org.kumiki.api.model.Snapshot;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.model.Technology;
import org.kumiki.api.model.Transfer;
import org.kumiki.api.model.TransferId;
import org.kumiki.api.model.Volume;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.view.DatacenterView;
import org.kumiki.api.view.HostTable;
import org.kumiki.api.view.InstanceTable;

/** A datacenter that only keeps books, so that the page has something to show and to change. */
final class FakeDatacenter implements Datacenter, Identity {

    static final AccountId ROOT = new AccountId("000000000001");
    static final Technology QEMU = new Technology("qemu", "7.2.22", Technology.MonitorPlace.HOST_OS,
            Set.of(Technology.Method.BINARY_TRANSLATION), Set.of(Technology.Feature.CONSOLE_OUTPUT, Technology.Feature.STOP_START,
                    Technology.Feature.GRACEFUL_STOP, Technology.Feature.VOLUME_HOT_PLUG),
            "no KVM here: /dev/kvm is absent");
    static final Technology CONTAINERS = new Technology("lxc", "5.0.2", Technology.MonitorPlace.HOST_OS,
            Set.of(Technology.Method.OS_LEVEL), Set.of(Technology.Feature.CONSOLE_OUTPUT), "");
    static final Technology XEN = new Technology("xen", "4.17", Technology.MonitorPlace.HYPERVISOR_WITH_DRIVER_GUEST,
            Set.of(Technology.Method.HARDWARE, Technology.Method.PARAVIRTUAL),
            Set.of(Technology.Feature.CONSOLE_OUTPUT, Technology.Feature.STOP_START, Technology.Feature.LIVE_MIGRATION_PRECOPY), "");

    private static final Resources SMALL = new Resources(1, 1_740, 163_840, 100);

    private final Instant began = Instant.now();
    private HostTable hosts = HostTable.EMPTY;
    private final Map<InstanceId, Instance> instances = new LinkedHashMap<>();
    private final Map<VolumeId, Volume> volumes = new LinkedHashMap<>();
    private final Map<Long, Decision> decisions = new LinkedHashMap<>();
    private final Map<InstanceId, Migration> migrations = new LinkedHashMap<>();
    private final Map<InstanceId, List<MigrationProgress>> progress = new ConcurrentHashMap<>();
    private final Map<Object, double[]> busy = new ConcurrentHashMap<>();
    private volatile List<PlanReport> plans = List.of();
    private volatile List<RehearsalReport> rehearsals = List.of();
    private volatile List<Foreseen> forecasts = List.of();
    private volatile Instant measured = Instant.EPOCH;
    private final Map<InstanceId, String> consoles = new HashMap<>();
    private final List<Command<?>> submitted = new ArrayList<>();
    private List<PlugIn> plugIns = List.of();
    private long version = 1;
    private boolean building;
    private volatile Inventory inventory = publish();

    synchronized FakeDatacenter host(String name, Technology technology, HostState state, Resources capacity, Map<String, String> labels) {
        HostTable.Editor editor = hosts.edit();
        int row = editor.add(new Host(new HostId(name), technology.name(), state, capacity, labels), technology);
        hosts = editor.state(row, state).build();
        return changed();
    }

    synchronized InstanceId instance(String name, String host, InstanceState state, Duration age) {
        InstanceId id = new InstanceId(String.format("i-%017x", 0xa1b2c3d400L + 7919L * instances.size()));
        int number = instances.size() + 1;
        HostId on = new HostId(host);
        HostTable.Editor editor = hosts.edit();
        if (state.occupiesHost()) {
            hosts = editor.take(hosts.row(on), SMALL).build();
        }
        long decision = decisions.size() + 1L;
        Instant at = began.minus(age);
        decisions.put(decision, new Decision(decision, at, version, "org.kumiki.scheduler.bestfit 1.0.0", List.of(id.value()), List.of(on),
                "it leaves the least memory unused of all hosts that fit", refusals(hosts.row(on))));
        NetworkInterface nic = new NetworkInterface(new NetworkId("vpc-0a1b2c3d4e5f60718"), "52:54:00:12:34:56",
                "172.31." + number / 250 + "." + (4 + number % 250),
                state == InstanceState.RUNNING ? Optional.of("127.80." + number / 250 + "." + (1 + number % 250)) : Optional.empty());
        LaunchSpec spec = new LaunchSpec("m1.small", new ImageId("ami-0a1b2c3d4e5f60718"), Optional.of("ops"),
                List.of(new GroupId("sg-0a1b2c3d4e5f60718")), Optional.empty(), false, PlacementRules.ANYWHERE);
        instances.put(id, new Instance(id, ROOT, "r-0a1b2c3d4e5f60718", 0, spec, SMALL, Optional.empty(), state, Optional.empty(), at, at,
                Optional.of(on), nic, false, name.isEmpty() ? Map.of() : Map.of("Name", name), decision));
        changed();
        return id;
    }

    private List<Refusal> refusals(int chosen) {
        Map<String, BitSet> byReason = new LinkedHashMap<>();
        for (int row = 0; row < hosts.size(); row++) {
            if (row != chosen && hosts.state(row) == HostState.DRAINING) {
                byReason.computeIfAbsent("is being drained", r -> new BitSet()).set(row);
            } else if (row != chosen && hosts.freeMemoryMiB(row) < SMALL.memoryMiB()) {
                byReason.computeIfAbsent("has too little memory free", r -> new BitSet()).set(row);
            }
        }
        return byReason.entrySet().stream().map(entry -> new Refusal(entry.getKey(), HostRows.of(entry.getValue()))).toList();
    }

    synchronized FakeDatacenter change(InstanceId id, UnaryOperator<Instance> change) {
        instances.computeIfPresent(id, (key, instance) -> change.apply(instance));
        return changed();
    }

    synchronized FakeDatacenter writes(InstanceId id, String text) {
        consoles.put(id, text);
        return this;
    }

    synchronized FakeDatacenter volume(VolumeId id, InstanceId instance, boolean deleteOnTermination) {
        volumes.put(id, new Volume(id, ROOT, 8 * 1024, Optional.empty(), Optional.empty(), Volume.State.IN_USE,
                Optional.of(new Attachment(id, instance, "/dev/sdf", Attachment.State.ATTACHED, began, deleteOnTermination)), began,
                Map.of()));
        return changed();
    }

    synchronized FakeDatacenter decided(UnaryOperator<Decision> change, InstanceId id) {
        decisions.computeIfPresent(instances.get(id).decision(), (key, decision) -> change.apply(decision));
        return changed();
    }

    synchronized FakeDatacenter plugIns(List<PlugIn> present) {
        plugIns = present;
        return changed();
    }

    /** How busy a host or an instance was, oldest first, from 0 to 1. */
    FakeDatacenter busy(Object hostOrInstance, double... cpu) {
        busy.put(hostOrInstance, cpu);
        measured = Instant.now();
        return this;
    }

    FakeDatacenter forecasts(List<Foreseen> all) {
        forecasts = all;
        return this;
    }

    @Override
    public List<Foreseen> forecasts(Caller caller) {
        return caller.operator() ? forecasts : List.of();
    }

    FakeDatacenter rehearsals(RehearsalReport... made) {
        rehearsals = List.of(made);
        return this;
    }

    FakeDatacenter plans(PlanReport... made) {
        plans = List.of(made);
        return this;
    }

    synchronized FakeDatacenter decided(String brain, String subject, String reason) {
        long number = decisions.size() + 1L;
        decisions.put(number, new Decision(number, Instant.now(), version, brain, List.of(subject), List.of(), reason, List.of()));
        return changed();
    }

    /** Lets a move begin; the instance takes its resources on both hosts. */
    synchronized FakeDatacenter departs(InstanceId id, String destination, String reason) {
        Instance instance = find(id);
        HostId to = new HostId(destination);
        hosts = hosts.edit().take(hosts.row(to), instance.resources()).build();
        Instant now = Instant.now();
        progress.put(id, List.of());
        migrations.put(id, new Migration(id, instance.host().get(), to, instance.resources(), Optional.empty(), Migration.State.MOVING, reason,
                now, now, 1));
        return changed();
    }

    /** A report in no version, as it is with the engine. */
    FakeDatacenter reports(InstanceId id, MigrationProgress report) {
        progress.put(id, List.of(report));
        return this;
    }

    synchronized FakeDatacenter arrives(InstanceId id) {
        Migration move = migrations.get(id);
        Instance instance = find(id);
        hosts = hosts.edit().release(hosts.row(move.source()), instance.resources()).build();
        instances.put(id, instance.onHost(move.destination(), move.decision()));
        migrations.put(id, move.with(Migration.State.COMPLETED, "it took 2345 ms and 3 rounds, sent 512.0 MB, and stood still for 12 ms",
                Instant.now()));
        int source = hosts.row(move.source());
        if (hosts.state(source) == HostState.DRAINING && hosts.guests(source) == 0) {
            hosts = hosts.edit().state(source, HostState.MAINTENANCE).build();
        }
        return changed();
    }

    synchronized FakeDatacenter stays(InstanceId id, String reason) {
        Migration move = migrations.get(id);
        hosts = hosts.edit().release(hosts.row(move.destination()), move.resources()).build();
        migrations.put(id, move.with(Migration.State.FAILED, reason, Instant.now()));
        return changed();
    }

    synchronized FakeDatacenter state(String host, HostState state) {
        hosts = hosts.edit().state(hosts.row(new HostId(host)), state).build();
        return changed();
    }

    /** What a test may look at: everything that was submitted, oldest first. */
    synchronized List<Command<?>> submitted() {
        return List.copyOf(submitted);
    }

    /** Lets everything that is on its way arrive. */
    synchronized void settle() {
        for (Instance instance : List.copyOf(instances.values())) {
            switch (instance.state()) {
                case PENDING -> move(instance, InstanceState.RUNNING);
                case STOPPING -> move(instance, InstanceState.STOPPED);
                case SHUTTING_DOWN -> move(instance, InstanceState.TERMINATED);
                default -> {
                    // at rest
                }
            }
        }
    }

    @Override
    public Inventory inventory() {
        return inventory;
    }

    @Override
    @SuppressWarnings("unchecked")
    public synchronized <R> CompletionStage<R> submit(Caller caller, Command<R> command) {
        submitted.add(command);
        if (command instanceof PolicyCommand.Promote promote && !promote.bounds().areNone()) {
            return new CompletableFuture<>(); // it is rehearsed for longer than anybody waits
        }
        try {
            Object answer = null;
            if (command instanceof InstanceCommand.Start start) {
                start.instances().forEach(id -> move(id, InstanceState.STOPPED, InstanceState.PENDING));
            } else if (command instanceof InstanceCommand.Stop stop) {
                stop.instances().forEach(id -> move(id, InstanceState.RUNNING, InstanceState.STOPPING));
            } else if (command instanceof InstanceCommand.Terminate terminate) {
                terminate.instances().forEach(id -> move(find(id), InstanceState.SHUTTING_DOWN));
            } else if (command instanceof HostCommand.Accept accept) {
                int row = hosts.row(accept.host());
                state(accept.host().value(), accept.newGuests() ? HostState.UP
                        : hosts.guests(row) == 0 ? HostState.MAINTENANCE : HostState.DRAINING);
                answer = hosts.host(row);
            } else if (command instanceof HostCommand.Power power) {
                answer = power(power);
            } else if (command instanceof HostCommand.Remove remove) {
                state(remove.host().value(), HostState.REMOVED);
            } else if (command instanceof MigrationCommand.Cancel cancel) {
                answer = migrations.get(cancel.instance());
                stays(cancel.instance(), "it was cancelled");
            }
            return CompletableFuture.completedFuture((R) answer);
        } catch (DatacenterException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Host power(HostCommand.Power power) {
        int row = hosts.row(power.host());
        if (!power.on() && hosts.guests(row) > 0) {
            throw new DatacenterException(DatacenterException.Reason.IN_USE, DatacenterException.Kind.HOST, power.host().value(),
                    "The host '" + power.host() + "' still has guests");
        }
        decided("an operator", power.host().value(), power.reason());
        state(power.host().value(), power.on() ? HostState.UP : HostState.OFF);
        return hosts.host(row);
    }

    private Instance find(InstanceId id) {
        return Optional.ofNullable(instances.get(id)).orElseThrow(() -> new DatacenterException(DatacenterException.Reason.NOT_FOUND,
                DatacenterException.Kind.INSTANCE, id.value(), "there is no instance " + id));
    }

    private void move(InstanceId id, InstanceState from, InstanceState to) {
        if (find(id).state() != from) {
            throw new DatacenterException(DatacenterException.Reason.WRONG_STATE, DatacenterException.Kind.INSTANCE, id.value(),
                    id + " is " + find(id).state().label() + ", not " + from.label());
        }
        move(find(id), to);
    }

    private void move(Instance instance, InstanceState to) {
        if (instance.state().occupiesHost() != to.occupiesHost()) {
            int row = hosts.row(instance.host().get());
            HostTable.Editor editor = hosts.edit();
            hosts = (to.occupiesHost() ? editor.take(row, instance.resources()) : editor.release(row, instance.resources())).build();
        }
        change(instance.id(), i -> i.with(to, Instant.now(), Optional.empty()));
    }

    @Override
    public synchronized CompletionStage<ConsoleOutput> console(Caller caller, InstanceId instance) {
        return CompletableFuture.completedFuture(new ConsoleOutput(instance, Instant.now(), consoles.getOrDefault(instance, "")));
    }

    @Override
    public List<MigrationProgress> progress(InstanceId instance) {
        return progress.getOrDefault(instance, List.of());
    }

    @Override
    public CompletionStage<Replay> replay(long number) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("nothing was decided here"));
    }

    @Override
    public OptionalInt percent(Object thing) {
        return OptionalInt.empty();
    }

    @Override
    public List<RehearsalReport> rehearsals() {
        return rehearsals;
    }

    @Override
    public List<PlanReport> plans() {
        return plans;
    }

    @Override
    public History history() {
        return new History() {

            @Override
            public Duration interval() {
                return Duration.ofSeconds(10);
            }

            @Override
            public Instant last() {
                return measured;
            }

            @Override
            public double[] cpu(HostId host, int samples) {
                return last(host, samples);
            }

            @Override
            public double[] cpu(InstanceId instance, int samples) {
                return last(instance, samples);
            }

            private double[] last(Object subject, int samples) {
                double[] all = busy.getOrDefault(subject, new double[0]);
                return Arrays.copyOfRange(all, Math.max(0, all.length - samples), all.length);
            }

            @Override
            public Optional<Instant> moved(InstanceId instance) {
                return Optional.empty();
            }
        };
    }

    @Override
    public synchronized List<PlugIn> plugIns() {
        return plugIns;
    }

    @Override
    public Region region() {
        return new Region("us-east-1", "us-east-1a");
    }

    @Override
    public Optional<AccessKey> accessKey(String id) {
        return Optional.empty();
    }

    @Override
    public Optional<Account> account(AccountId id) {
        return id.equals(ROOT) ? Optional.of(root()) : Optional.empty();
    }

    @Override
    public List<Account> accounts() {
        return List.of(root());
    }

    @Override
    public Account root() {
        return new Account(ROOT, "root");
    }

    /** Hosts and instances by the hundred or thousand, always the same for the same numbers. */
    static FakeDatacenter of(int hosts, int instances) {
        FakeDatacenter datacenter = new FakeDatacenter();
        datacenter.building = true;
        Random random = new Random(7);
        List<Technology> technologies = List.of(QEMU, QEMU, QEMU, XEN, CONTAINERS);
        for (int i = 0; i < hosts; i++) {
            int rack = 1 + i / 20;
            HostState state = i % 37 == 11 ? HostState.DRAINING : i % 91 == 43 ? HostState.LOST : HostState.UP;
            datacenter.host(String.format("rack%d-%02d", rack, 1 + i % 20), technologies.get(i % technologies.size()), state,
                    new Resources(32, 131_072, 8_388_608, 10_000), Map.of("zone", "us-east-1a", "rack", "r" + rack));
        }
        String[] names = { "web", "shop", "queue-worker", "codec", "postgres", "mail", "build", "search" };
        for (int i = 0; i < instances; i++) {
            int row = (int) Math.min(hosts - 1L, Math.abs(random.nextGaussian() * hosts / 2.5));
            InstanceState state = i % 41 == 5 ? InstanceState.STOPPED
                    : i % 67 == 9 ? InstanceState.TERMINATED : i > instances - 4 ? InstanceState.PENDING : InstanceState.RUNNING;
            String name = i % 29 == 3 ? "" : names[i % names.length] + "-" + (1 + i / names.length);
            datacenter.instance(name, datacenter.hosts.id(row).value(), state, Duration.ofSeconds(4L + 1_000L * (instances - 1 - i)));
        }
        datacenter.building = false;
        return datacenter.plugIns(List.of(
                new PlugIn("hypervisor", "qemu", "org.kumiki.hypervisor.qemu 1.0.0", PlugIn.State.ACTIVE, "", Optional.of(QEMU), 18_204, 0),
                new PlugIn("hypervisor", "xen", "org.kumiki.hypervisor.xen 1.0.0", PlugIn.State.ACTIVE, "", Optional.of(XEN), 2_110, 0),
                new PlugIn("hypervisor", "lxc", "org.kumiki.hypervisor.lxc 1.0.0", PlugIn.State.ACTIVE, "", Optional.of(CONTAINERS),
                        977, 2),
                new PlugIn("scheduler", "bestfit", "org.kumiki.scheduler.bestfit 1.0.0", PlugIn.State.ACTIVE, "", Optional.empty(), 412, 0),
                new PlugIn("scheduler", "spread", "org.kumiki.scheduler.spread 1.0.0", PlugIn.State.STANDBY, "", Optional.empty(), 0, 0),
                new PlugIn("scheduler", "greedy", "com.example.greedy 0.3.1", PlugIn.State.QUARANTINED,
                        "chose a host that is full, three times in a row", Optional.empty(), 3, 3),
                new PlugIn("network", "user", "org.kumiki.network.user 1.0.0", PlugIn.State.ACTIVE, "", Optional.empty(), 2_400, 0),
                new PlugIn("image store", "file", "org.kumiki.image 1.0.0", PlugIn.State.ACTIVE, "", Optional.empty(), 411, 0)));
    }

    private FakeDatacenter changed() {
        version++;
        if (!building) {
            inventory = publish();
        }
        return this;
    }

    private Inventory publish() {
        HostTable table = hosts;
        Map<InstanceId, Instance> living = new LinkedHashMap<>(instances);
        return new Books(version, Instant.now(), table, new Rows<>(living), new Rows<>(new LinkedHashMap<>(volumes)),
                new Rows<>(new LinkedHashMap<>(decisions)), new Rows<>(new LinkedHashMap<>(migrations)));
    }

    private record Rows<K, V>(Map<K, V> rows) implements Table<K, V> {

        @Override
        public Optional<V> find(K key) {
            return Optional.ofNullable(rows.get(key));
        }

        @Override
        public int size() {
            return rows.size();
        }

        @Override
        public Iterator<V> iterator() {
            return rows.values().iterator();
        }
    }

    private record Books(long version, Instant time, HostTable table, Table<InstanceId, Instance> instances,
            Table<VolumeId, Volume> volumes, Table<Long, Decision> decisions, Table<InstanceId, Migration> migrations) implements Inventory {

        @Override
        public Table<HostId, Host> hosts() {
            Map<HostId, Host> hosts = new LinkedHashMap<>();
            for (int row = 0; row < table.size(); row++) {
                hosts.put(table.id(row), table.host(row));
            }
            return new Rows<>(hosts);
        }

        @Override
        public DatacenterView view() {
            return new DatacenterView(version, time, table, () -> new InstanceTable(instances, table));
        }

        @Override
        public Table<String, InstanceType> instanceTypes() {
            return new Rows<>(Map.of("m1.small", new InstanceType("m1.small", SMALL, 1, "x86_64", new BigDecimal("0.044"))));
        }

        @Override
        public Table<ImageId, Image> images() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<TransferId, Transfer> transfers() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<SnapshotId, Snapshot> snapshots() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<KeyPairId, KeyPair> keyPairs() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<PlacementGroupId, PlacementGroup> placementGroups() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<GroupId, SecurityGroup> securityGroups() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<NetworkId, Network> networks() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<AddressId, Address> addresses() {
            return new Rows<>(Map.of());
        }

        @Override
        public Table<String, Rehearsal> roles() {
            return new Rows<>(Map.of());
        }
    }
}
