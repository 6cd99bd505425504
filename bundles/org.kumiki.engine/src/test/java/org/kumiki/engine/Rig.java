package org.kumiki.engine;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.kumiki.api.command.Command;
import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.PlacementGroupCommand;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.DatacenterListener;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Region;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.identity.Identity;
import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.PlacementGroup;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.model.Resources;
import org.kumiki.api.network.GuestNetwork;
import org.kumiki.api.network.LinkMove;
import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.scheduler.Placement;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.ByteSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.DiskExport;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.time.Timeline;
import org.osgi.framework.Constants;

/** A whole datacenter on paper, which can be killed and started again. */
final class Rig implements AutoCloseable {

    static final Caller ROOT = new Caller(new AccountId("000000000001"), true, "test");
    static final Caller OTHER = new Caller(new AccountId("000000000002"), false, "test");
    static final ImageId IMAGE = new ImageId("ami-00000000000000001");
    static final ImageId DISK_IMAGE = new ImageId("ami-00000000000000002");
    static final long DISK_MIB = 8_192;
    static final Resources CAPACITY = new Resources(8, 8_192, 100_000, 10_000);

    final MemoryJournal journal = new MemoryJournal();
    final PaperHypervisor.Estate estate;
    final PaperVolumes.Shelf shelf = new PaperVolumes.Shelf();
    final PaperObjects objects = new PaperObjects();
    /** What is on the disks of images that came from elsewhere. */
    final Map<ImageId, byte[]> imported = new ConcurrentHashMap<>();
    /** What the network was asked for last. */
    final Map<InstanceId, GuestNetwork.LinkRequest> linked = new ConcurrentHashMap<>();
    final Set<ImageId> deleted = ConcurrentHashMap.newKeySet();
    volatile boolean storesFail;
    volatile boolean networkFails;
    private final Timeline clock;
    final GuestNetwork network = new PaperNetwork();
    PaperHypervisor hypervisor;
    LiveDatacenter datacenter;
    private final Path data;
    private final Policies.Settings policies;
    private long services;

    Rig(Path data) {
        this(data, new WallClock());
    }

    Rig(Path data, Timeline clock) {
        this(data, clock, new Policies.Settings(Duration.ZERO, 1, 1), "h1", "h2");
    }

    Rig(Path data, Timeline clock, Policies.Settings policies, String... hosts) {
        this.data = data;
        this.clock = clock;
        this.policies = policies;
        this.estate = new PaperHypervisor.Estate(hosts);
        start();
        add(FIRST_FIT, "firstfit");
        await(inventory -> inventory.hosts().size() == hosts.length
                && inventory.images().find(IMAGE).filter(image -> image.state() == Image.State.AVAILABLE).isPresent()
                && inventory.images().find(DISK_IMAGE).filter(image -> image.state() == Image.State.AVAILABLE).isPresent());
    }

    /** The first host that will do. */
    static final Scheduler FIRST_FIT = (view, request) -> {
        for (int row = 0; row < view.hosts().size(); row++) {
            if (Eligibility.refusal(view.hosts(), row, request.each(), request.rules()) == null
                    && view.hosts().fits(row, request.each(), request.count()) >= request.count()) {
                return new Placement(Collections.nCopies(request.count(), view.hosts().id(row)), "the first that will do",
                        Eligibility.refusals(view.hosts(), request.each(), request.rules()));
            }
        }
        return new Placement(List.of(), "none will do", Eligibility.refusals(view.hosts(), request.each(), request.rules()));
    };

    private void start() {
        datacenter = new LiveDatacenter(new LiveDatacenter.Settings(new Region("r", "ra"), 80, 0, Duration.ZERO, policies), data, id -> null,
                journal, new OnlyRoot(), clock);
        hypervisor = new PaperHypervisor(estate, CAPACITY);
        datacenter.addBlockingHypervisor(hypervisor, properties(0));
        datacenter.addImageStore(new PaperImages(), properties(0));
        datacenter.addVolumeStore(new PaperVolumes(shelf, estate), properties(0));
        datacenter.addObjectAccess(objects, properties(0));
        datacenter.addNetwork(network, properties(0));
    }

    /** As after kill -9: nothing is handed over but the journal and the hosts. */
    void restart() {
        datacenter.close();
        start();
        add(FIRST_FIT, "firstfit");
    }

    void add(Scheduler scheduler, String name) {
        Map<String, Object> properties = properties(0);
        properties.put("kumiki.scheduler.name", name);
        datacenter.addScheduler(scheduler, properties);
    }

    Map<String, Object> properties(int ranking) {
        return new HashMap<>(Map.of(Constants.SERVICE_RANKING, ranking, Constants.SERVICE_ID, ++services));
    }

    void direct(MigrationStrategy strategy, String name) {
        Map<String, Object> properties = properties(0);
        properties.put("kumiki.migration.name", name);
        datacenter.addStrategy(strategy, properties);
    }

    void add(Policy policy, String name, boolean advise) {
        Map<String, Object> properties = properties(0);
        properties.put("kumiki.policy.name", name);
        properties.put("advise", advise);
        datacenter.addPolicy(policy, properties);
    }

    <R> R ask(Command<R> command) {
        return ask(ROOT, command);
    }

    <R> R ask(Caller caller, Command<R> command) {
        return get(datacenter.submit(caller, command));
    }

    static <R> R get(CompletionStage<R> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    Instance launch() {
        return launch(1).get(0);
    }

    List<Instance> launch(int count) {
        return ask(launchOf(count, Optional.empty())).instances();
    }

    static Launch launchOf(int count, Optional<String> token) {
        return new Launch(spec(PlacementRules.ANYWHERE), List.of(), count, count, token, Map.of(), Map.of(), false);
    }

    /** The rules of a new group. */
    PlacementRules grouped(PlacementGroup.Strategy strategy) {
        return PlacementRules.ANYWHERE.in(ask(new PlacementGroupCommand.Create(strategy.name(), strategy, Map.of())));
    }

    static LaunchSpec spec(PlacementRules rules) {
        return spec(IMAGE, rules);
    }

    static LaunchSpec spec(ImageId image, PlacementRules rules) {
        return new LaunchSpec("t2.micro", image, Optional.empty(), List.of(), Optional.empty(), false, rules);
    }

    Instance instance(InstanceId id) {
        return datacenter.inventory().instances().find(id).orElseThrow();
    }

    Instance await(InstanceId id, InstanceState state) {
        await(inventory -> inventory.instances().find(id).filter(instance -> instance.state() == state).isPresent());
        return instance(id);
    }

    /** Waits for a state of the datacenter; the listener tells of each. */
    Inventory await(Predicate<Inventory> wanted) {
        CompletableFuture<Inventory> reached = new CompletableFuture<>();
        Consumer<Inventory> check = inventory -> {
            if (wanted.test(inventory)) {
                reached.complete(inventory);
            }
        };
        DatacenterListener listener = (before, after) -> check.accept(after);
        datacenter.addListener(listener);
        try {
            check.accept(datacenter.inventory());
            return reached.orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new AssertionError("not reached; instances: " + datacenter.inventory().instances().stream().toList() + ", hosts: "
                        + datacenter.inventory().hosts().stream().toList(), e);
            }
            throw e;
        } finally {
            datacenter.removeListener(listener);
        }
    }

    boolean runsOnSomeHost(InstanceId id) {
        return estate.hosts.values().stream().anyMatch(guests -> guests.containsKey(id));
    }

    static HostId host(String name) {
        return new HostId(name);
    }

    @Override
    public void close() {
        datacenter.close();
        if (clock instanceof WallClock wall) {
            wall.close();
        }
    }

    /** The first account and nobody else. */
    private static final class OnlyRoot implements Identity {

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
            return new Account(ROOT.account(), "root");
        }
    }

    /** Taps of which there are none, and which follow guests that move. */
    private final class PaperNetwork implements GuestNetwork, LinkMove {

        @Override
        public CompletionStage<NetworkLink> link(LinkRequest request) {
            linked.put(request.metadata().instance(), request);
            return CompletableFuture.completedFuture(new NetworkLink.Tap(request.metadata().nic().mac(), "tap"));
        }

        @Override
        public CompletionStage<Void> unlink(HostId host, InstanceId instance) {
            estate.calls.add("unlink " + instance + " on " + host);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<NetworkLink> prepare(LinkRequest request) {
            estate.calls.add("prepare link of " + request.metadata().instance() + " on " + request.host());
            return link(request);
        }

        @Override
        public CompletionStage<Void> switchOver(InstanceId instance, HostId from, HostId to) {
            estate.calls.add("switch link of " + instance + " from " + from + " to " + to);
            return networkFails ? CompletableFuture.failedFuture(new IllegalStateException("the cable is cut"))
                    : CompletableFuture.completedFuture(null);
        }
    }

    /** An image of nothing, and one of a kernel with a disk. */
    private final class PaperImages implements ImageStore {

        @Override
        public List<BuiltIn> builtIns() {
            return List.of(new BuiltIn(IMAGE, "paper", "", "x86_64"), new BuiltIn(DISK_IMAGE, "paper with a disk", "", "x86_64"));
        }

        @Override
        public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
            return CompletableFuture.completedFuture(new Stored(id, Image.Format.KERNEL, id.equals(DISK_IMAGE) ? DISK_MIB : 0, "x86_64"));
        }

        @Override
        public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256,
                Consumer<String> progress) {
            return CompletableFuture.failedFuture(new StorageException(
                    StorageException.Reason.REFUSED, "paper only"));
        }

        @Override
        public CompletionStage<Stored> add(ImageId id, ByteSource source, Image.Format declared) {
            return CompletableFuture.supplyAsync(() -> {
                imported.put(id, PaperVolumes.read(source));
                return new Stored(id, declared, 1_024, "x86_64");
            });
        }

        @Override
        public CompletionStage<DiskExport> export(ImageId id, DiskExport.Format format) {
            return CompletableFuture.completedFuture(new PaperExport(imported.get(id)));
        }

        @Override
        public CompletionStage<BootSource> boot(ImageId id) {
            return deleted.contains(id) ? CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "gone: " + id))
                    : CompletableFuture.completedFuture(new BootSource.Kernel(Path.of("/images", id.value(), "kernel"), Path.of("/initrd"), ""));
        }

        @Override
        public CompletionStage<Disk> disk(ImageId id) {
            return boot(id).thenApply(there -> new Disk(Path.of("/images", id.value(), "disk"), Disk.Format.QCOW2, DISK_MIB));
        }

        @Override
        public CompletionStage<Void> delete(ImageId id) {
            if (!storesFail) {
                deleted.add(id);
                imported.remove(id);
            }
            estate.calls.add("delete " + id);
            return storesFail ? CompletableFuture.failedFuture(new StorageException(StorageException.Reason.UNAVAILABLE, "not now"))
                    : CompletableFuture.completedFuture(null);
        }
    }
}
