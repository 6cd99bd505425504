package org.kumiki.shell;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongFunction;

import org.kumiki.api.command.Command;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
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
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.BlockDevice;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.GroupId;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
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
import org.kumiki.api.model.NetworkInterface;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementGroupId;
import org.kumiki.api.model.PlacementRules;
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

/** A datacenter on paper: it shows what a test put there, writes down what it is asked, and answers what the test says. */
class Paper implements Datacenter, Identity, Inventory {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final AccountId ROOT = new AccountId("000000000001");
    static final Resources SMALL = new Resources(1, 512, 4_096, 0);

    private static final Technology TECHNOLOGY = new Technology("simulated", "1", Technology.MonitorPlace.HOST_OS,
            Set.of(Technology.Method.HARDWARE), Set.of(), "on paper");

    final List<Command<?>> asked = new ArrayList<>();
    final List<Caller> callers = new ArrayList<>();
    final List<Decision> decided = new ArrayList<>();
    LongFunction<CompletionStage<Replay>> replay = number -> new CompletableFuture<>();
    Function<Command<?>, CompletionStage<?>> answer = command -> new CompletableFuture<>();
    String console = "";
    final List<Migration> migrations = new ArrayList<>();
    final List<MigrationProgress> moving = new ArrayList<>();
    final List<Foreseen> forecasts = new ArrayList<>();
    final List<PlanReport> plans = new ArrayList<>();
    final List<RehearsalReport> rehearsed = new ArrayList<>();
    final Map<HostId, Double> busy = new HashMap<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<Image> images = new ArrayList<>();
    final List<PlacementGroup> groups = new ArrayList<>();
    private HostTable table = HostTable.EMPTY;

    Host host(String name, HostState state) {
        return host(name, state, Map.of());
    }

    Host host(String name, HostState state, Map<String, String> labels) {
        Host host = new Host(new HostId(name), "simulated", state, new Resources(8, 16_384, 102_400, 0), labels);
        HostTable.Editor editor = table.edit();
        editor.add(host, TECHNOLOGY);
        table = editor.build();
        hosts.add(host);
        return host;
    }

    Image image(String id, String name) {
        Image image = new Image(new ImageId(id), ROOT, name, "", "x86_64", Image.Format.RAW,
                List.of(new BlockDevice(BlockDevice.ROOT, Optional.empty(), 10, true)), Optional.empty(), "", true, Image.State.AVAILABLE,
                Optional.empty(), NOW, Map.of());
        images.add(image);
        return image;
    }

    Instance instance(String id, String name, String host, long decision) {
        Instance instance = new Instance(new InstanceId(id), ROOT, "r-00000001", 0,
                new LaunchSpec("t2.nano", new ImageId("ami-00000001"), Optional.empty(), List.of(), Optional.empty(), false,
                        PlacementRules.ANYWHERE),
                SMALL, Optional.of(BlockDevice.ROOT), InstanceState.RUNNING, Optional.empty(), NOW, NOW.minusSeconds(90),
                Optional.of(new HostId(host)),
                new NetworkInterface(new NetworkId("vpc-00000001"), "52:54:00:00:00:01", "172.31.0.1", Optional.of("127.80.0.1")), false,
                Map.of("Name", name), decision);
        instances.add(instance);
        return instance;
    }

    void replace(Instance before, Instance after) {
        instances.set(instances.indexOf(before), after);
    }

    @Override
    public Inventory inventory() {
        return this;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R> CompletionStage<R> submit(Caller caller, Command<R> command) {
        asked.add(command);
        callers.add(caller);
        return (CompletionStage<R>) answer.apply(command);
    }

    @Override
    public CompletionStage<ConsoleOutput> console(Caller caller, InstanceId instance) {
        return CompletableFuture.completedFuture(new ConsoleOutput(instance, NOW, console));
    }

    @Override
    public List<MigrationProgress> progress(InstanceId instance) {
        return moving;
    }

    @Override
    public CompletionStage<Replay> replay(long number) {
        return replay.apply(number);
    }

    @Override
    public OptionalInt percent(Object thing) {
        return OptionalInt.empty();
    }

    @Override
    public List<Foreseen> forecasts(Caller caller) {
        return caller.operator() ? forecasts : List.of();
    }

    @Override
    public List<PlanReport> plans() {
        return plans;
    }

    @Override
    public List<RehearsalReport> rehearsals() {
        return rehearsed;
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
                return NOW;
            }

            @Override
            public double[] cpu(HostId host, int samples) {
                return busy.containsKey(host) ? new double[] { busy.get(host) } : new double[0];
            }

            @Override
            public double[] cpu(InstanceId instance, int samples) {
                return new double[] { Double.NaN };
            }

            @Override
            public Optional<Instant> moved(InstanceId instance) {
                return Optional.empty();
            }
        };
    }

    @Override
    public List<PlugIn> plugIns() {
        return List.of(new PlugIn("hypervisor", "simulated", "org.kumiki.hypervisor.simulated 1.0.0", PlugIn.State.QUARANTINED,
                "it threw", Optional.of(TECHNOLOGY), 7, 3));
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
        return Optional.of(root()).filter(account -> account.id().equals(id));
    }

    @Override
    public List<Account> accounts() {
        return List.of(root());
    }

    @Override
    public Account root() {
        return new Account(ROOT, "root");
    }

    @Override
    public long version() {
        return 1;
    }

    @Override
    public Instant time() {
        return NOW;
    }

    @Override
    public Table<HostId, Host> hosts() {
        return table(hosts, Host::id);
    }

    @Override
    public Table<String, InstanceType> instanceTypes() {
        return table(List.of(new InstanceType("m1.small", new Resources(1, 1_741, 4_096, 0), 1, "i386", BigDecimal.ONE),
                new InstanceType("t2.nano", SMALL, 1, "x86_64", BigDecimal.ONE)), InstanceType::name);
    }

    @Override
    public Table<InstanceId, Instance> instances() {
        return table(instances, Instance::id);
    }

    @Override
    public Table<ImageId, Image> images() {
        return table(images, Image::id);
    }

    @Override
    public Table<TransferId, Transfer> transfers() {
        return table(List.of(), Transfer::id);
    }

    @Override
    public Table<InstanceId, Migration> migrations() {
        return table(migrations, Migration::instance);
    }

    @Override
    public Table<String, Rehearsal> roles() {
        return table(rehearsed.stream().map(RehearsalReport::rehearsal).toList(), Rehearsal::policy);
    }

    @Override
    public Table<VolumeId, Volume> volumes() {
        return table(List.of(), Volume::id);
    }

    @Override
    public Table<SnapshotId, Snapshot> snapshots() {
        return table(List.of(), Snapshot::id);
    }

    @Override
    public Table<KeyPairId, KeyPair> keyPairs() {
        return table(List.of(), KeyPair::id);
    }

    @Override
    public Table<GroupId, SecurityGroup> securityGroups() {
        return table(List.of(), SecurityGroup::id);
    }

    @Override
    public Table<PlacementGroupId, PlacementGroup> placementGroups() {
        return table(groups, PlacementGroup::id);
    }

    @Override
    public Table<NetworkId, Network> networks() {
        return table(List.of(), Network::id);
    }

    @Override
    public Table<AddressId, Address> addresses() {
        return table(List.of(), Address::id);
    }

    @Override
    public Table<Long, Decision> decisions() {
        return table(decided, Decision::number);
    }

    @Override
    public DatacenterView view() {
        return new DatacenterView(1, NOW, table, () -> new InstanceTable(instances, table));
    }

    private static <K, V> Table<K, V> table(List<V> values, Function<V, K> key) {
        Map<K, V> map = new LinkedHashMap<>();
        values.forEach(value -> map.put(key.apply(value), value));
        return new Table<>() {

            @Override
            public Optional<V> find(K wanted) {
                return Optional.ofNullable(map.get(wanted));
            }

            @Override
            public int size() {
                return map.size();
            }

            @Override
            public Iterator<V> iterator() {
                return map.values().iterator();
            }
        };
    }
}
