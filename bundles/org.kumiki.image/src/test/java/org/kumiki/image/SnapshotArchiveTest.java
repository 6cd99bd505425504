package org.kumiki.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.SnapshotId;
import org.kumiki.api.storage.StorageException;
import org.kumiki.api.storage.StorageException.Reason;

class SnapshotArchiveTest {

    private static final int BLOCK = SnapshotManifest.BLOCK;
    private static final SnapshotId FIRST = new SnapshotId("snap-00000001");
    private static final SnapshotId SECOND = new SnapshotId("snap-00000002");
    private static final SnapshotId OTHER = new SnapshotId("snap-00000003");

    @TempDir
    Path directory;

    private final PaperBlobs blobs = new PaperBlobs();
    private final SnapshotArchive archive = new SnapshotArchive(blobs);

    @Test
    void whatWasKeptComesBackByteByByte() throws IOException {
        byte[] disk = disk(1, 0, 2, 2, 0);
        byte[] odd = new byte[3 * BLOCK + 512];
        new Random(1).nextBytes(odd);

        keep(FIRST, "v", disk);
        keep(SECOND, "v", odd);

        assertThat(restored(FIRST)).isEqualTo(disk);
        assertThat(restored(SECOND)).isEqualTo(odd);
    }

    @Test
    void blocksOfZeroesAndBlocksThatAreThereTakeNoRoom() throws IOException {
        keep(FIRST, "v", disk(1, 0, 2, 2, 0));
        assertThat(blocks("v")).hasSize(2);

        keep(SECOND, "v", disk(1, 0, 3, 2, 0)); // one block was written meanwhile

        assertThat(blocks("v")).hasSize(3);
        assertThat(blobs.contents.get("snapshots/" + SECOND)).hasSize(16 + 5 * 32);
    }

    @Test
    void volumesShareNothing() throws IOException {
        keep(FIRST, "v", disk(1));
        keep(OTHER, "w", disk(1));

        assertThat(blocks("v")).hasSize(1);
        assertThat(blocks("w")).hasSize(1);
        archive.delete(FIRST);
        assertThat(restored(OTHER)).isEqualTo(disk(1));
    }

    @Test
    void deletingTakesWhatNoOtherSnapshotNeeds() throws IOException {
        keep(FIRST, "v", disk(1, 2));
        keep(SECOND, "v", disk(1, 3));

        archive.delete(FIRST);

        assertThat(archive.has(FIRST)).isFalse();
        assertThat(blocks("v")).hasSize(2);
        assertThat(restored(SECOND)).isEqualTo(disk(1, 3));
        archive.delete(SECOND);
        archive.delete(SECOND);
        assertThat(blobs.blobs).isEmpty();
    }

    @Test
    void aBlockThatIsDamagedOrLostIsNoticed() throws IOException {
        keep(FIRST, "v", disk(1, 2));
        String block = blocks("v").get(0);
        blobs.contents.get(block)[7]++;

        assertThatThrownBy(() -> restored(FIRST)).isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAVAILABLE))
                .hasMessageContaining("damaged");
        blobs.blobs.remove(block);
        assertThatThrownBy(() -> restored(FIRST)).hasMessageContaining("lost");
    }

    @Test
    void aListThatIsDamagedIsNoticed() throws IOException {
        keep(FIRST, "v", disk(1, 2));
        blobs.contents.get("snapshots/" + FIRST)[20]++;

        assertThatThrownBy(() -> restored(FIRST)).isInstanceOf(StorageException.class).hasMessageContaining("damaged");
        assertThatThrownBy(() -> restored(SECOND)).isInstanceOfSatisfying(StorageException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
    }

    /** As when the store is full, or all is killed: what is half kept is no snapshot, can be kept again, and can be deleted without a rest. */
    @Test
    void whereverKeepingBreaksOffNothingIsHalfMade() throws IOException {
        keep(SECOND, "v", disk(9, 1));
        int before = blobs.blobs.size();
        boolean done = false;
        for (int changes = 0; !done; changes++) {
            blobs.changesLeft = changes;
            try {
                keep(FIRST, "v", disk(1, 2, 3));
                done = true;
            } catch (StorageException e) {
                assertThat(e.reason()).isEqualTo(Reason.FULL);
                assertThat(archive.has(FIRST)).isFalse();
            }
            blobs.changesLeft = Integer.MAX_VALUE;
            if (!done && changes % 2 == 0) {
                archive.delete(FIRST);
                assertThat(blobs.blobs).hasSize(before);
            }
        }
        assertThat(restored(FIRST)).isEqualTo(disk(1, 2, 3));
        assertThat(restored(SECOND)).isEqualTo(disk(9, 1));
    }

    @Test
    void whereverDeletingBreaksOffItCanBeGoneOnWith() throws IOException {
        for (int changes = 0; changes < 6; changes++) {
            keep(FIRST, "v", disk(1, 2, 3));
            keep(SECOND, "v", disk(3));
            blobs.changesLeft = changes;
            try {
                archive.delete(FIRST);
            } catch (StorageException e) {
                assertThat(e.reason()).isEqualTo(Reason.FULL);
            }
            blobs.changesLeft = Integer.MAX_VALUE;
            assertThat(archive.has(FIRST)).as("after %d changes", changes).isEqualTo(changes == 0);

            archive.delete(FIRST);

            assertThat(blocks("v")).hasSize(1);
            assertThat(restored(SECOND)).isEqualTo(disk(3));
        }
    }

    @Test
    void whatIsKeptAgainIsWhatItIsThen() throws IOException {
        keep(FIRST, "v", disk(1, 2));

        keep(FIRST, "v", disk(1, 4));

        assertThat(restored(FIRST)).isEqualTo(disk(1, 4));
        archive.delete(FIRST);
        assertThat(blobs.blobs).isEmpty();
    }

    @Test
    void saysHowFarItIs() throws IOException {
        List<Integer> percents = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(Files.write(directory.resolve("disk"), disk(1, 0, 2, 3)))) {
            archive.keep(FIRST, "v", channel, percents::add);
        }

        assertThat(percents).containsExactly(25, 50, 75, 100);
    }

    private void keep(SnapshotId id, String lineage, byte[] disk) throws IOException {
        try (FileChannel channel = FileChannel.open(Files.write(directory.resolve("disk"), disk))) {
            archive.keep(id, lineage, channel, percent -> { });
        }
    }

    private byte[] restored(SnapshotId id) throws IOException {
        Path file = directory.resolve("restored");
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            archive.restore(id, channel);
        }
        return Files.readAllBytes(file);
    }

    private List<String> blocks(String lineage) {
        return blobs.blobs.keySet().stream().filter(key -> key.startsWith("blocks/" + lineage + "/")).toList();
    }

    /** One block of each number; zeroes for a nought. */
    private static byte[] disk(int... blocks) {
        ByteBuffer disk = ByteBuffer.allocate(blocks.length * BLOCK);
        for (int block : blocks) {
            byte[] content = new byte[BLOCK];
            if (block != 0) {
                new Random(block).nextBytes(content);
            }
            disk.put(content);
        }
        return disk.array();
    }
}
