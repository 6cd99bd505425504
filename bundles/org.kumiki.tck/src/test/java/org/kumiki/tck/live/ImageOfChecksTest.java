package org.kumiki.tck.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Image;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;

class ImageOfChecksTest {

    private static final BootSource KERNEL = new BootSource.Kernel(Path.of("/kernel"), Path.of("/initrd"), "");
    private static final BootSource TEMPLATE = new BootSource.Template("lab", "small");

    private final PlatformExaminer examiner = new PlatformExaminer(Set.of());

    @AfterEach
    void end() {
        examiner.close();
    }

    @Test
    void guestsBootAsTheFirstImageThatIsForEverybody() throws Exception {
        examiner.addImages(new OneImage(TEMPLATE));
        examiner.addImages(new OneImage(KERNEL));
        assertThat(examiner.sample("qemu").boot()).isEqualTo(KERNEL);
    }

    @Test
    void whoKeepsImagesItselfIsCheckedWithThem() throws Exception {
        examiner.addImages(new OneImage(KERNEL));
        examiner.addImages(new OneImage(TEMPLATE));
        assertThat(examiner.sample("lab").boot()).isEqualTo(TEMPLATE);
    }

    @Test
    void whereThereIsNoImageGuestsBootNothing() throws Exception {
        assertThat(examiner.sample("qemu").boot()).isEqualTo(new BootSource.Nothing());
        examiner.addImages(new OneImage(TEMPLATE));
        assertThat(examiner.sample("qemu").boot()).isEqualTo(new BootSource.Nothing());
    }

    private record OneImage(BootSource boot) implements ImageStore {

        @Override
        public List<BuiltIn> builtIns() {
            return List.of(new BuiltIn(new ImageId("ami-01234567"), "one", "", "x86_64"));
        }

        @Override
        public CompletionStage<Stored> build(ImageId id, Consumer<String> progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Stored> add(ImageId id, URI source, Image.Format declared, Optional<String> sha256, Consumer<String> progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<BootSource> boot(ImageId id) {
            return CompletableFuture.completedFuture(boot);
        }

        @Override
        public CompletionStage<Disk> disk(ImageId id) {
            return CompletableFuture.failedFuture(new UnsupportedOperationException("it has none"));
        }

        @Override
        public CompletionStage<Void> delete(ImageId id) {
            throw new UnsupportedOperationException();
        }
    }
}
