package org.kumiki.tck.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.VolumeId;
import org.kumiki.api.storage.BootSource;
import org.kumiki.api.storage.Disk;
import org.kumiki.api.storage.ImageStore;
import org.kumiki.api.storage.VolumeStore;
import org.kumiki.tck.DiskDriver;

class DriversInAPlatformTest {

    private static final ImageStore.BuiltIn IMAGE = new ImageStore.BuiltIn(new ImageId("ami-00000001"), "small", "", "x86_64");

    @TempDir
    Path directory;

    private final PlatformExaminer examiner = new PlatformExaminer(Set.of());
    private final Set<Optional<Disk>> madeOf = ConcurrentHashMap.newKeySet();

    @AfterEach
    void end() {
        examiner.close();
    }

    @Test
    void givesGuestsARootDiskOfAnImageAndTakesItAwayAgain() throws Exception {
        Disk disk = new Disk(directory.resolve("image"), Disk.Format.QCOW2, 1_024);
        examiner.addImages((ImageStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { ImageStore.class },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "builtIns" -> List.of(IMAGE);
                    case "boot" -> CompletableFuture.completedFuture(new BootSource.Nothing());
                    case "disk" -> CompletableFuture.completedFuture(disk);
                    default -> proxy == arguments[0];
                }));
        examiner.setVolumes(volumes());

        assertThat(examiner.examine(DiskDriver.make(), "takes disks 1.0.0").toCompletableFuture().get()).isEmpty();

        assertThat(madeOf).containsExactlyInAnyOrder(Optional.of(disk), Optional.empty());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void givesGuestsAnEmptyRootDiskWhereThereIsNoImage() throws Exception {
        examiner.setVolumes(volumes());

        assertThat(examiner.examine(DiskDriver.make(), "takes disks 1.0.0").toCompletableFuture().get()).isEmpty();

        assertThat(madeOf).containsExactly(Optional.empty());
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void givesNoneWhereNothingKeepsVolumes() throws Exception {
        assertThat(examiner.examine(DiskDriver.make(), "takes disks 1.0.0").toCompletableFuture().get())
                .hasValueSatisfying(wrong -> assertThat(wrong).contains("a guest takes a root disk"));
    }

    private VolumeStore volumes() {
        return (VolumeStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { VolumeStore.class },
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "create" -> CompletableFuture.completedFuture(create((VolumeId) arguments[0], (Long) arguments[1], (Optional<?>) arguments[3]));
                    case "delete" -> CompletableFuture.completedFuture(Files.deleteIfExists(directory.resolve(arguments[0].toString())));
                    default -> proxy == arguments[0];
                });
    }

    private Disk create(VolumeId id, long sizeMiB, Optional<?> image) {
        madeOf.add(image.map(Disk.class::cast));
        try {
            return new Disk(Files.write(directory.resolve(id.value()), new byte[1]), Disk.Format.RAW, sizeMiB);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
