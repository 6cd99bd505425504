package org.kumiki.hypervisor.simulated;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.StorageException;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;

/**
 * An image of nothing, for a datacenter that has simulated hosts and no others: a guest on paper needs none, but a launch names one. It
 * is there only if there is a configuration, which may be empty.
 */
@Component(configurationPid = SimulatedHypervisor.PID + ".images", configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class PaperImages implements ImageStore {

    static final ImageId PAPER = new ImageId("ami-00000000000000000");

    @Override
    public List<BuiltIn> builtIns() {
        return List.of(new BuiltIn(PAPER, "paper", "nothing; for guests that exist on paper only", "x86_64"));
    }

    @Override
    public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
        return id.equals(PAPER) ? CompletableFuture.completedFuture(new Stored(PAPER, Image.Format.KERNEL, 0, "x86_64")) : refused(id);
    }

    @Override
    public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256, Consumer<String> progress) {
        return CompletableFuture
                .failedFuture(new StorageException(StorageException.Reason.REFUSED, "there is nothing to keep an image in"));
    }

    @Override
    public CompletionStage<BootSource> boot(ImageId id) {
        return id.equals(PAPER) ? CompletableFuture.completedFuture(new BootSource.Nothing()) : refused(id);
    }

    @Override
    public CompletionStage<Disk> disk(ImageId id) {
        return refused(id);
    }

    @Override
    public CompletionStage<Void> delete(ImageId id) {
        return CompletableFuture.completedFuture(null);
    }

    private static <T> CompletionStage<T> refused(ImageId id) {
        return CompletableFuture.failedFuture(new StorageException(StorageException.Reason.NOT_FOUND, "there is no image " + id));
    }
}
