package org.kumiki.storage.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.testing.FaultyDisk;
import org.kumiki.wal.DamagedException;

/**
 * A store that was written before its log became {@code org.kumiki.wal}: {@code earlier-store.zip} was made by the code of that time, and
 * {@code earlier-store.txt} is what it said of it. Of its segments 1, 5 and 6 are left, and a checkpoint that stands for those before 5. Each segment
 * begins with a record of 45 bytes, and so does the checkpoint, which ends with one, too.
 */
class EarlierStoreTest {

    /** As it was made with. */
    private static final long SEGMENT = 30_000;
    private static final long LONG = 1 << 20;
    private static final int BEGINNING = 45;

    @TempDir
    Path directory;

    private final FaultyDisk disk = new FaultyDisk();
    private List<String> expected;
    private FileBlobStore store;

    @BeforeEach
    void unpack() throws IOException {
        expected = new String(resource("earlier-store.txt").readAllBytes(), UTF_8).lines().toList();
        try (ZipInputStream zip = new ZipInputStream(resource("earlier-store.zip"))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(entry.isDirectory() ? file : file.getParent());
                if (!entry.isDirectory()) {
                    Files.write(file, zip.readAllBytes());
                }
            }
        }
    }

    private static InputStream resource(String name) {
        return EarlierStoreTest.class.getResourceAsStream(name);
    }

    private void open() throws IOException {
        open(SEGMENT);
    }

    private void open(long segmentBytes) throws IOException {
        close();
        store = new FileBlobStore(directory, disk::open, segmentBytes);
    }

    @AfterEach
    void close() throws IOException {
        if (store != null) {
            store.close();
        }
    }

    @Test
    void hasAllThatWasInIt() throws IOException {
        open();

        assertThat(Inventory.of(store)).isEqualTo(expected);
        assertThat(expected).hasSize(27);
    }

    @Test
    void goesOnInTheSegmentThatWasTheLast() throws IOException {
        open(LONG);
        long before = Files.size(segment(6));
        Upload upload = store.uploads("first").get(0);
        Blob made = store.complete(upload, store.parts(upload), Map.of(), Keeping.REPLACE, Precondition.NONE);
        store.delete("first", "small/kept", Blob.ONLY, blob -> {
        });
        List<String> changed = Inventory.of(store);

        open();

        assertThat(Files.size(segment(6))).isGreaterThan(before);
        assertThat(Inventory.of(store)).isEqualTo(changed).isNotEqualTo(expected);
        assertThat(made.size()).isEqualTo(68_000);
        assertThat(store.find("first", "small/kept")).isEmpty();
    }

    @Test
    void givesNoNumberTwice() throws IOException {
        open();
        List<String> names = contents();

        put("first", "new", 70_000);

        assertThat(contents()).containsAll(names).hasSize(names.size() + 1);
        assertThat(store.scrub().run(progress -> {
        }).defects()).isEmpty();
    }

    @Test
    void isTidiedUpLikeAnyOther() throws IOException {
        open();
        for (int i = 0; i < 7; i++) {
            put("first", "filling/" + i, 10);
        }
        while (Files.exists(segment(1)) || Files.exists(segment(6))) {
            put("second", "often", 8_000);
        }
        List<String> before = Inventory.of(store);

        open();

        assertThat(Inventory.of(store)).isEqualTo(before);
        assertThat(directory.resolve("0000000005.index")).doesNotExist();
        assertThat(store.scrub().run(progress -> {
        }).defects()).isEmpty();
    }

    /** Whatever the end of the last segment is: what comes before it is there, as far as it is whole. */
    @Test
    void cutsOffWhatWasBeingWritten() throws IOException {
        byte[] whole = Files.readAllBytes(segment(6));
        List<String> without = new ArrayList<>(expected);
        without.removeIf(line -> line.startsWith("blob last "));
        for (int end = whole.length - 4_100; end < whole.length; end += 41) {
            Files.write(segment(6), Arrays.copyOf(whole, end));

            open();

            assertThat(Inventory.of(store)).as("cut off at %d", end).filteredOn(line -> line.startsWith("blob"))
                    .containsAll(without.stream().filter(line -> line.startsWith("blob")).toList());
        }
    }

    @Test
    void beginsASegmentAgainThatWasBeingBegun() throws IOException {
        byte[] beginning = Arrays.copyOf(Files.readAllBytes(segment(6)), BEGINNING);
        for (int size = 0; size <= BEGINNING; size++) {
            for (int good : new int[] { size, size / 2, 0 }) {
                Files.write(segment(7), Arrays.copyOf(Arrays.copyOf(beginning, good), size));

                open();

                assertThat(Inventory.of(store)).as("%d bytes, of which %d are good", size, good).isEqualTo(expected);
            }
        }
    }

    @Test
    @Timeout(600) // it is opened some thousand times
    void isRefusedIfItIsDamaged() throws IOException {
        for (Path file : List.of(segment(5), directory.resolve("0000000005.index"))) {
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at += 7) {
                byte[] changed = whole.clone();
                changed[at] ^= 1;
                Files.write(file, changed);

                assertThatThrownBy(this::open).as("byte %d", at).isInstanceOf(DamagedException.class).hasMessageContaining(file.toString());
            }
            Files.write(file, whole);
        }
    }

    @Test
    void isRefusedIfItsCheckpointHasNoEnd() throws IOException {
        Path checkpoint = directory.resolve("0000000005.index");
        byte[] whole = Files.readAllBytes(checkpoint);
        Files.write(checkpoint, Arrays.copyOf(whole, whole.length - BEGINNING));

        assertThatThrownBy(this::open).isInstanceOf(DamagedException.class).hasMessageContaining(checkpoint.toString());
    }

    private void put(String bucket, String key, int size) throws IOException {
        try (Staged bytes = store.stage(new ByteArrayInputStream(new byte[size]))) {
            store.put(bucket, key, List.of(bytes), Map.of(), Keeping.REPLACE, Precondition.NONE);
        }
    }

    private Path segment(long number) {
        return directory.resolve("%010d.log".formatted(number));
    }

    private List<String> contents() throws IOException {
        try (var files = Files.walk(directory.resolve("content"))) {
            return files.filter(Files::isRegularFile).map(Path::toString).sorted().toList();
        }
    }
}
