package org.kumiki.hypervisor.vsphere;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;

/**
 * Offers as images what a server can copy: its templates as they are, and raw disks once they were brought to its datastores. It keeps nothing
 * else, so it is asked after the stores that do.
 */
@Component(configurationPid = VsphereHypervisor.PID, configurationPolicy = ConfigurationPolicy.REQUIRE, property = "service.ranking:Integer=-100")
public class VsphereImages implements ImageStore {

    private static final String ARCHITECTURE = "x86_64";

    private final Settings settings;
    private final Session session;
    private final Places places;
    private final ImageDisks disks;
    private final ExecutorService worker;

    @Activate
    public VsphereImages(Config config, Map<String, Object> properties) throws IOException {
        this(Settings.of(VsphereHypervisor.name(properties), config));
    }

    VsphereImages(Settings settings) throws IOException {
        this.settings = settings;
        session = settings.login().begin(settings.patience());
        places = new Places(session, settings);
        disks = new ImageDisks(session, places, settings);
        worker = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "kumiki-vsphere-" + settings.name() + "-images");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Deactivate
    void close() {
        worker.shutdownNow();
        session.close();
    }

    @Override
    public List<BuiltIn> builtIns() {
        return settings.sources().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(source -> new BuiltIn(id(source.getKey()), settings.name() + "-" + source.getKey(), description(source.getValue()),
                        ARCHITECTURE))
                .toList();
    }

    private String description(Source source) {
        return (source instanceof Source.Template template ? "the template " + template.machine() : "a raw disk") + " at " + settings.name()
                + "; runs on its hosts alone";
    }

    /** The same each time, and another one for each image and each server. */
    ImageId id(String image) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest((settings.name() + "/" + image).getBytes(UTF_8));
            return new ImageId("ami-" + HexFormat.of().formatHex(digest).substring(0, 17));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Optional<String> image(ImageId id) {
        return settings.images().stream().filter(image -> id(image).equals(id)).findFirst();
    }

    @Override
    public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
        return image(id).map(image -> work(() -> {
            if (settings.sources().get(image) instanceof Source.RawDisk raw) {
                for (Places.Store store : stores()) {
                    progress.accept("on its way to the datastore " + store.name());
                    disks.bring(image, raw, store);
                }
            } else if (settings.sources().get(image) instanceof Source.Template template) {
                places.template(template.machine());
            }
            return new Stored(id, Image.Format.KERNEL, 0, ARCHITECTURE); // no disk that the platform would lay a volume over
        })).orElseGet(() -> absent(id));
    }

    private Set<Places.Store> stores() throws IOException, InterruptedException {
        Set<Places.Store> stores = new LinkedHashSet<>();
        for (Managed host : session.all(places.site().datacenter(), "HostSystem", "runtime.connectionState")) {
            if (Inventory.isReached(host)) {
                stores.add(places.store(host.ref()));
            }
        }
        return stores;
    }

    @Override
    public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256, Consumer<String> progress) {
        return CompletableFuture.failedFuture(new StorageException(Reason.REFUSED, "the images of " + settings.name()
                + " are those in its configuration"));
    }

    @Override
    public CompletionStage<BootSource> boot(ImageId id) {
        return image(id).map(image -> CompletableFuture.<BootSource>completedFuture(new BootSource.Template(settings.name(), image)))
                .orElseGet(() -> absent(id));
    }

    @Override
    public CompletionStage<Disk> disk(ImageId id) {
        return absent(id);
    }

    /** A template belongs to others, and stays. */
    @Override
    public CompletionStage<Void> delete(ImageId id) {
        return image(id).filter(image -> settings.sources().get(image) instanceof Source.RawDisk).map(image -> this.<Void>work(() -> {
            for (Places.Store store : stores()) {
                disks.remove(image, store);
            }
            return null;
        })).orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    @FunctionalInterface
    private interface Deed<T> {

        T perform() throws IOException, InterruptedException;
    }

    private <T> CompletableFuture<T> work(Deed<T> deed) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            worker.execute(() -> {
                try {
                    done.complete(deed.perform());
                } catch (HypervisorException e) {
                    done.completeExceptionally(new StorageException(
                            e.reason() == HypervisorException.Reason.REFUSED ? Reason.REFUSED : Reason.UNAVAILABLE, e.getMessage(), e));
                } catch (IOException | RuntimeException e) {
                    done.completeExceptionally(new StorageException(Reason.UNAVAILABLE, settings.name() + ": " + e.getMessage(), e));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    done.completeExceptionally(new StorageException(Reason.UNAVAILABLE, settings.name() + " is being taken out", e));
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new StorageException(Reason.UNAVAILABLE, settings.name() + " is being taken out", e));
        }
        return done;
    }

    private static <T> CompletableFuture<T> absent(ImageId id) {
        return CompletableFuture.failedFuture(new StorageException(Reason.NOT_FOUND, "there is no image " + id));
    }
}
