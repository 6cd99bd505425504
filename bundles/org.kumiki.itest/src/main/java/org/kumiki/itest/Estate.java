package org.kumiki.itest;

import java.io.IOException;
import java.net.URI;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.kumiki.api.command.InstanceCommand.Launch;
import org.kumiki.api.command.InstanceCommand.Terminate;
import org.kumiki.api.datacenter.Caller;
import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.datacenter.DatacenterListener;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.InstanceState;
import org.kumiki.api.model.LaunchSpec;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Simulated hosts, and an image of nothing to launch on them, for as long as one test class runs. */
final class Estate implements AutoCloseable {

    static final Caller OPERATOR = new Caller(new AccountId("000000000001"), true, "itest");
    static final ImageId IMAGE = new ImageId("ami-00000000000000001");
    private static final int HOSTS = 8;

    private final BundleContext context;
    private final Configuration configuration;
    private final ServiceRegistration<ImageStore> images;

    Estate(BundleContext context, ConfigurationAdmin configurations) throws Exception {
        this(context, configurations, 64);
    }

    /** @param cpus of each host; memory for as many of the smallest instances */
    Estate(BundleContext context, ConfigurationAdmin configurations, int cpus) throws Exception {
        this.context = context;
        images = context.registerService(ImageStore.class, new Nothing(), new Hashtable<>());
        configuration = configurations.getFactoryConfiguration("org.kumiki.hypervisor.simulated", "itest", "?");
        configuration.update(new Hashtable<>(Map.of("estate", "itest", "hosts", HOSTS, "cpus", cpus, "memoryMiB", 2_048L * cpus, "diskMiB", 65_536L * cpus,
                "networkMbps", 10_000 * cpus / 64, "startMillis", 1L, "stopMillis", 1L, "migrationMbps", 40_000L, "bootMillis", 1L)));
        await(inventory -> inventory.hosts().stream().filter(host -> host.state() == HostState.UP).count() >= HOSTS
                && inventory.images().find(IMAGE).filter(image -> image.state() == Image.State.AVAILABLE).isPresent());
    }

    /** The datacenter of this moment; it is another one after the engine was restarted. */
    Datacenter datacenter() {
        ServiceReference<Datacenter> reference = context.getServiceReference(Datacenter.class);
        if (reference == null) {
            throw new IllegalStateException("there is no datacenter now");
        }
        return context.getService(reference);
    }

    Bundle bundle(String name) {
        return Stream.of(context.getBundles()).filter(bundle -> name.equals(bundle.getSymbolicName())).findFirst().orElseThrow();
    }

    CompletionStage<Instance> launch(Optional<String> token) {
        LaunchSpec spec = new LaunchSpec("t2.nano", IMAGE, Optional.empty(), List.of(), Optional.empty(), false, PlacementRules.ANYWHERE);
        return datacenter().submit(OPERATOR, new Launch(spec, List.of(), 1, 1, token, Map.of(), Map.of(), false))
                .thenApply(reservation -> reservation.instances().get(0));
    }

    Instance launched() {
        return get(launch(Optional.empty()));
    }

    /** The guests that run, as the driver has it; one that ran on two hosts would be there twice. */
    List<InstanceId> running() throws InvalidSyntaxException {
        return context.getServiceReferences(Hypervisor.class, null).stream().map(context::getService).flatMap(driver -> get(driver.hosts()).stream())
                .flatMap(host -> host.guests().entrySet().stream()).filter(guest -> guest.getValue() == GuestState.RUNNING)
                .map(Map.Entry::getKey).toList();
    }

    void terminate(List<InstanceId> instances) {
        get(datacenter().submit(OPERATOR, new Terminate(instances)));
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
    }

    Instance await(InstanceId id, InstanceState state) {
        Predicate<Inventory> there = inventory -> inventory.instances().find(id).filter(instance -> instance.state() == state).isPresent();
        return await(there).instances().find(id).orElseThrow();
    }

    /** Waits for a state of the datacenter, which tells of each. */
    Inventory await(Predicate<Inventory> wanted) {
        CompletableFuture<Inventory> reached = new CompletableFuture<>();
        DatacenterListener listener = (before, after) -> {
            if (wanted.test(after)) {
                reached.complete(after);
            }
        };
        ServiceRegistration<DatacenterListener> registration = context.registerService(DatacenterListener.class, listener, new Hashtable<>());
        try {
            listener.changed(null, datacenter().inventory());
            return reached.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new AssertionError("not reached: " + datacenter().inventory().hosts().stream().toList() + ", "
                        + datacenter().inventory().instances().stream().toList(), e);
            }
            throw e;
        } finally {
            registration.unregister();
        }
    }

    @Override
    public void close() throws IOException {
        terminate(datacenter().inventory().instances().stream().map(Instance::id).toList());
        await(inventory -> inventory.instances().stream().allMatch(instance -> instance.state() == InstanceState.TERMINATED));
        configuration.delete();
        images.unregister();
    }

    /** Keeps one image, of nothing. */
    private static final class Nothing implements ImageStore {

        @Override
        public List<BuiltIn> builtIns() {
            return List.of(new BuiltIn(IMAGE, "nothing", "Boots on simulated hosts only", "x86_64"));
        }

        @Override
        public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
            return CompletableFuture.completedFuture(new Stored(id, Image.Format.KERNEL, 0, "x86_64"));
        }

        @Override
        public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256, Consumer<String> progress) {
            return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.REFUSED, "this store keeps nothing"));
        }

        @Override
        public CompletionStage<BootSource> boot(ImageId id) {
            return id.equals(IMAGE) ? CompletableFuture.completedFuture(new BootSource.Nothing())
                    : CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "no such image: " + id));
        }

        @Override
        public CompletionStage<Disk> disk(ImageId id) {
            return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "no disk: " + id));
        }

        @Override
        public CompletionStage<Void> delete(ImageId id) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
