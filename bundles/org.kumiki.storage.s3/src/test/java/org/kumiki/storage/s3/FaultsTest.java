package org.kumiki.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.Arguments;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.blob.Usage;
import org.kumiki.storage.s3.FaultyLine.Fault;

/** What becomes of blobs when the line to the cluster is bad, the cluster is, or the platform dies. */
class FaultsTest {

    private static final String BUCKET = "bucket";

    private final String prefix = UUID.randomUUID() + "/";
    private final Map<String, byte[]> keys = new HashMap<>();
    private FaultyLine line;
    private S3BlobStore store;

    @BeforeEach
    void open() throws IOException {
        line = new FaultyLine(TestCluster.shared().endpoint());
        store = store(1);
        store.create(new Bucket(BUCKET, Instant.EPOCH, Map.of()));
    }

    private S3BlobStore store(int attempts) {
        return new S3BlobStore(TestCluster.settings(line.endpoint(), prefix, attempts), 4, Duration.ZERO);
    }

    @AfterEach
    void close() throws IOException {
        line.faults(request -> Fault.NONE);
        store.close();
        line.close();
    }

    static Stream<Arguments> everyFaultAtAnyRequest() {
        return Stream.of(Fault.LOSE_REQUEST, Fault.LOSE_ANSWER, Fault.FAIL, Fault.SLOW_DOWN, Fault.FULL, Fault.CUT_ANSWER)
                .flatMap(fault -> Stream.of(2, 3, 5).map(every -> Arguments.of(fault, every)));
    }

    /** Without a second attempt, so that each fault is one that a caller sees. */
    @ParameterizedTest
    @MethodSource
    void everyFaultAtAnyRequest(Fault fault, int every) {
        Random random = new Random(every);
        AtomicInteger count = new AtomicInteger();
        int failed = 0;
        for (int round = 0; round < 40; round++) {
            String key = "k" + random.nextInt(5);
            byte[] bytes = bytes(random, random.nextInt(3) * 100_000 + 1);
            boolean deletes = random.nextInt(4) == 0;
            line.faults(request -> count.incrementAndGet() % every == 0 ? fault : Fault.NONE);
            try {
                if (deletes) {
                    delete(key);
                    keys.remove(key);
                } else {
                    put(key, bytes);
                    keys.put(key, bytes);
                }
            } catch (BlobException e) {
                failed++;
                assertThat(e.reason()).isIn(Reason.UNAVAILABLE, Reason.FULL);
                line.faults(request -> Fault.NONE);
                isOldOrNew(key, deletes ? Optional.empty() : Optional.of(bytes));
            }
        }
        line.faults(request -> Fault.NONE);

        assertThat(failed).isPositive();
        isWhole();
        afterASweepNothingIsLeft();
    }

    /** A failed change may have happened; what there is now counts. */
    private void isOldOrNew(String key, Optional<byte[]> wanted) {
        Optional<byte[]> now = read(key);
        Optional<byte[]> before = Optional.ofNullable(keys.get(key));
        boolean old = equal(now, before);
        assertThat(old || equal(now, wanted)).isTrue();
        now.ifPresentOrElse(bytes -> keys.put(key, bytes), () -> keys.remove(key));
    }

    private static boolean equal(Optional<byte[]> one, Optional<byte[]> other) {
        return one.isPresent() == other.isPresent() && one.filter(bytes -> !Arrays.equals(bytes, other.orElseThrow())).isEmpty();
    }

    private void isWhole() {
        List<Blob> blobs = store.list(BUCKET, new Query("", "", "", "", 100, false)).blobs();
        assertThat(blobs).extracting(Blob::key).containsExactlyInAnyOrderElementsOf(keys.keySet());
        keys.forEach((key, bytes) -> assertThat(read(key)).hasValueSatisfying(now -> assertThat(now).isEqualTo(bytes)));
        assertThat(store.usage(BUCKET)).isEqualTo(new Usage(keys.size(), keys.values().stream().mapToLong(bytes -> bytes.length).sum()));
    }

    /** By the next run, as this one's contents are its own as long as it lives. */
    private void afterASweepNothingIsLeft() {
        store.close();
        store = store(3);
        store.sweep().run();
        isWhole();
        assertThat(contents()).hasSameSizeAs(keys.keySet());
    }

    private List<String> contents() {
        return TestCluster.shared().client().listObjectsV2(list -> list.bucket(TestCluster.BUCKET).prefix(prefix + "content/")).contents().stream()
                .map(object -> object.key()).toList();
    }

    @ParameterizedTest
    @EnumSource(names = { "LOSE_REQUEST", "LOSE_ANSWER", "FAIL", "SLOW_DOWN", "CUT_ANSWER" })
    void aSecondAttemptHelps(Fault fault) {
        store.close();
        store = store(4);
        AtomicInteger count = new AtomicInteger();
        line.faults(request -> count.incrementAndGet() % 3 == 0 ? fault : Fault.NONE);

        for (int round = 0; round < 5; round++) {
            byte[] bytes = bytes(new Random(round), 300_000);
            put("k", bytes);
            keys.put("k", bytes);
            assertThat(read("k")).hasValueSatisfying(now -> assertThat(now).isEqualTo(bytes));
        }

        line.faults(request -> Fault.NONE);
        isWhole();
        assertThat(contents()).hasSize(1);
    }

    @Test
    void largeBlobsSurviveABadLine() {
        store.close();
        store = store(4);
        AtomicInteger count = new AtomicInteger();
        line.faults(request -> count.incrementAndGet() % 4 == 0 ? Fault.CUT_ANSWER : count.get() % 7 == 0 ? Fault.FAIL : Fault.NONE);
        byte[] bytes = bytes(new Random(1), 40_000_000);

        put("large", bytes);

        assertThat(read("large")).hasValueSatisfying(now -> assertThat(now).isEqualTo(bytes));
    }

    @Test
    void aWrongByteNeverGoesOut() {
        byte[] bytes = bytes(new Random(1), 500_000);
        put("k", bytes);
        Blob blob = store.find(BUCKET, "k").orElseThrow();
        line.faults(request -> request.name().contains("/content/") ? Fault.CHANGE_ANSWER : Fault.NONE);
        ByteBuffer read = ByteBuffer.allocate(bytes.length);

        assertThatThrownBy(() -> store.read(blob, 0, bytes.length, read::put)).isInstanceOfSatisfying(BlobException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));

        assertThat(Arrays.copyOf(read.array(), read.position())).isEqualTo(Arrays.copyOf(bytes, read.position()));
    }

    @Test
    void aWrongRecordIsNotBelieved() {
        put("k", new byte[10]);
        line.faults(request -> request.name().contains("/keys/") ? Fault.CHANGE_ANSWER : Fault.NONE);

        assertThatThrownBy(() -> store.find(BUCKET, "k")).isInstanceOfSatisfying(BlobException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
    }

    @Test
    void whatTheClusterHasLostIsCorrupt() {
        put("k", bytes(new Random(1), 500_000));
        Blob blob = store.find(BUCKET, "k").orElseThrow();
        contents().forEach(name -> TestCluster.shared().client().deleteObject(delete -> delete.bucket(TestCluster.BUCKET).key(name)));

        assertThatThrownBy(() -> store.read(blob, 0, blob.size(), bytes -> {
        })).isInstanceOfSatisfying(BlobException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
    }

    @Test
    void aPlatformThatDiesBetweenContentAndRecordLeavesTheOld() throws IOException {
        byte[] old = bytes(new Random(1), 100_000);
        put("k", old);
        keys.put("k", old);
        store.stage(new ByteArrayInputStream(bytes(new Random(2), 200_000)));
        assertThat(contents()).hasSize(2);

        S3BlobStore next = store(3); // The one before has not been closed: it is as if it had died.
        assertThat(next.sweep().run()).isEqualTo(1);

        assertThat(contents()).hasSize(1);
        isWhole();
        next.close();
    }

    @Test
    void aPlatformThatDiesAfterTheRecordLeavesTheNew() {
        byte[] bytes = bytes(new Random(2), 200_000);
        put("k", bytes(new Random(1), 100_000));
        line.faults(request -> request.method().equals("DELETE") ? Fault.LOSE_REQUEST : Fault.NONE);
        put("k", bytes);
        keys.put("k", bytes);
        assertThat(contents()).hasSize(2);
        line.faults(request -> Fault.NONE);

        S3BlobStore next = store(3);
        next.sweep().run();

        assertThat(contents()).hasSize(1);
        isWhole();
        next.close();
    }

    @Test
    void anUploadThatWasCompletedIsOverAlthoughThePlatformDied() throws IOException {
        Upload upload = store.begin(BUCKET, "k", Map.of());
        Part first = part(upload, 1, 100_000);
        part(upload, 2, 50_000);
        line.faults(request -> request.method().equals("DELETE") ? Fault.LOSE_REQUEST : Fault.NONE);
        Blob blob = store.complete(upload, List.of(first), Map.of(), Keeping.REPLACE, Precondition.NONE);
        line.faults(request -> Fault.NONE);

        S3BlobStore next = store(3);

        assertThat(next.upload(BUCKET, "k", upload.id())).isEmpty();
        assertThat(next.uploads(BUCKET)).isEmpty();
        assertThatThrownBy(() -> next.abort(upload)).isInstanceOfSatisfying(BlobException.class,
                e -> assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_UPLOAD));
        next.sweep().run();
        assertThat(contents()).hasSize(1);
        next.read(blob, 0, blob.size(), bytes -> {
        });
        assertThat(next.usage(BUCKET)).isEqualTo(new Usage(1, 100_000));
        next.close();
    }

    @Test
    void anUploadWhoseCompletionDidNotHappenGoesOn() throws IOException {
        Upload upload = store.begin(BUCKET, "k", Map.of());
        Part part = part(upload, 1, 100_000);
        line.faults(request -> request.method().equals("PUT") && request.name().contains("/keys/") ? Fault.LOSE_REQUEST : Fault.NONE);
        assertThatThrownBy(() -> store.complete(upload, List.of(part), Map.of(), Keeping.REPLACE, Precondition.NONE))
                .isInstanceOf(BlobException.class);
        line.faults(request -> Fault.NONE);

        S3BlobStore next = store(3);
        next.sweep().run();

        assertThat(next.uploads(BUCKET)).containsExactly(upload);
        Blob blob = next.complete(upload, next.parts(upload), Map.of(), Keeping.REPLACE, Precondition.NONE);
        next.read(blob, 0, blob.size(), bytes -> {
        });
        next.close();
    }

    @Test
    void aSecondPlatformThatChangesTheSameKeyIsNoticed() {
        put("k", new byte[1]);
        S3BlobStore other = store(3);
        assertThatThrownBy(() -> store.put(BUCKET, "k", List.of(), Map.of(), Keeping.REPLACE,
                latest -> other.mark(BUCKET, "k", Keeping.REPLACE, Precondition.NONE))).isInstanceOf(BlobException.class)
                .hasMessageContaining("somebody else has changed");
        other.close();
    }

    @Test
    void sessionsThatEndWellLeaveNothingToLookFor() {
        put("k", new byte[1]);
        store.close();

        assertThat(TestCluster.shared().client().listObjectsV2(list -> list.bucket(TestCluster.BUCKET).prefix(prefix + "sessions/")).contents())
                .isEmpty();
    }

    private Part part(Upload upload, int number, int size) throws IOException {
        return store.put(upload, number, store.stage(new ByteArrayInputStream(bytes(new Random(number), size))), Map.of());
    }

    private void put(String key, byte[] bytes) {
        Staged staged = stage(bytes);
        try {
            store.put(BUCKET, key, List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE);
        } finally {
            staged.close();
        }
    }

    private Staged stage(byte[] bytes) {
        try {
            return store.stage(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void delete(String key) {
        store.delete(BUCKET, key, Blob.ONLY, blob -> {
        });
    }

    private Optional<byte[]> read(String key) {
        return store.find(BUCKET, key).map(blob -> {
            ByteBuffer bytes = ByteBuffer.allocate((int) blob.size());
            try {
                store.read(blob, 0, blob.size(), bytes::put);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return bytes.array();
        });
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
