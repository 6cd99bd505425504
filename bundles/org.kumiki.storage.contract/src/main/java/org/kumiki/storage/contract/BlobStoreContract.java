package org.kumiki.storage.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobException;
import org.kumiki.api.blob.BlobException.Reason;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Part;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Staged;
import org.kumiki.api.blob.Upload;
import org.kumiki.api.blob.Usage;

/** What holds for every store of blobs. */
public interface BlobStoreContract {

    String BUCKET = "bucket";

    /** The store under test, the same one until {@link #reopen()}. It is empty when a test begins. */
    BlobStore store();

    /** The same store after the platform has been stopped and started; {@link #store()} gives this one from then on. */
    BlobStore reopen();

    @Test
    default void keepsBuckets() {
        Bucket bucket = new Bucket("b", Instant.parse("2026-01-02T03:04:05.678Z"), Map.of("region", "eu-west-1"));

        store().create(bucket);
        store().create(new Bucket("a", bucket.created(), Map.of()));

        assertThat(store().bucket("b")).contains(bucket);
        assertThat(store().buckets()).extracting(Bucket::name).containsExactly("a", "b");
        assertThat(reopen().bucket("b")).contains(bucket);
        assertThat(store().bucket("c")).isEmpty();
    }

    @Test
    default void refusesABucketThatIsThere() {
        bucket();

        failsWith(Reason.BUCKET_EXISTS, this::bucket);
    }

    @Test
    default void changesTheAttributesOfABucket() {
        bucket();

        Bucket changed = store().update(BUCKET, before -> Map.of("versioning", "Enabled"));

        assertThat(changed.attributes()).containsExactly(Map.entry("versioning", "Enabled"));
        assertThat(reopen().bucket(BUCKET)).contains(changed);
    }

    @Test
    default void deletesABucketThatIsEmptyOnly() {
        bucket();
        put("k", "1");
        failsWith(Reason.BUCKET_NOT_EMPTY, () -> store().delete(BUCKET));
        delete("k", Blob.ONLY);
        Upload upload = store().begin(BUCKET, "k", Map.of());
        failsWith(Reason.BUCKET_NOT_EMPTY, () -> store().delete(BUCKET));
        store().abort(upload);
        Blob marker = store().mark(BUCKET, "k", Keeping.ADD, Precondition.NONE);
        failsWith(Reason.BUCKET_NOT_EMPTY, () -> store().delete(BUCKET));
        delete("k", marker.version());

        store().delete(BUCKET);

        assertThat(store().buckets()).isEmpty();
        assertThat(reopen().buckets()).isEmpty();
        bucket();
        assertThat(store().list(BUCKET, query("")).blobs()).isEmpty();
    }

    @Test
    default void saysThatThereIsNoBucket() {
        failsWith(Reason.NO_SUCH_BUCKET, () -> put("k", "1"));
        failsWith(Reason.NO_SUCH_BUCKET, () -> store().find(BUCKET, "k"));
        failsWith(Reason.NO_SUCH_BUCKET, () -> store().list(BUCKET, query("")));
        failsWith(Reason.NO_SUCH_BUCKET, () -> store().delete(BUCKET));
        failsWith(Reason.NO_SUCH_BUCKET, () -> store().update(BUCKET, before -> before));
        failsWith(Reason.NO_SUCH_BUCKET, () -> store().usage(BUCKET));
        failsWith(Reason.NO_SUCH_BUCKET, () -> store().begin(BUCKET, "k", Map.of()));
        failsWith(Reason.NO_SUCH_BUCKET, () -> delete("k", Blob.ONLY));
        failsWith(Reason.NO_SUCH_BUCKET, () -> store().mark(BUCKET, "k", Keeping.ADD, Precondition.NONE));
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 1, 4_096, 65_531, 65_532, 65_533, 65_535, 65_536, 65_537, 131_064, 131_072, 1_000_000, 5_000_001 })
    default void readsWhatWasPut(int size) {
        bucket();
        byte[] bytes = random(size);

        Blob blob = put("k", bytes);

        assertThat(blob.size()).isEqualTo(size);
        assertThat(read(blob)).isEqualTo(bytes);
        reopen();
        assertThat(store().find(BUCKET, "k")).contains(blob);
        assertThat(read(blob)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = { 1_000, 1_000_000 })
    default void readsAnyRange(int size) {
        bucket();
        byte[] bytes = random(size);
        Blob blob = put("k", bytes);
        Random random = new Random(2);
        for (int round = 0; round < 50; round++) {
            int from = random.nextInt(size + 1);
            int length = random.nextInt(size - from + 1);

            assertThat(read(blob, from, length)).isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
        }
        assertThatThrownBy(() -> read(blob, size, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read(blob, -1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    default void makesABlobOfSeveralSequencesOfBytes() {
        bucket();
        byte[] large = random(300_000);

        Blob blob = store().put(BUCKET, "k", List.of(staged("a".getBytes(UTF_8)), staged(large), staged(new byte[0]), staged("b".getBytes(UTF_8))),
                Map.of(), Keeping.REPLACE, Precondition.NONE);

        byte[] expected = ByteBuffer.allocate(300_002).put((byte) 'a').put(large).put((byte) 'b').array();
        assertThat(read(blob)).isEqualTo(expected);
        assertThat(read(blob, 0, 2)).isEqualTo(Arrays.copyOf(expected, 2));
        assertThat(read(blob, 299_999, 3)).isEqualTo(Arrays.copyOfRange(expected, 299_999, 300_002));
    }

    @Test
    default void passesOnWhatASourceThrows() {
        InputStream source = new InputStream() {
            private int left = 200_000;

            @Override
            public int read() throws IOException {
                if (--left < 0) {
                    throw new IOException("the client went away");
                }
                return 1;
            }
        };

        assertThatThrownBy(() -> store().stage(source)).isInstanceOf(IOException.class).hasMessage("the client went away");
    }

    @Test
    default void passesOnWhatASinkThrows() {
        bucket();
        Blob blob = put("k", random(200_000));

        assertThatThrownBy(() -> store().read(blob, 0, blob.size(), bytes -> {
            throw new IOException("the client went away");
        })).isInstanceOf(IOException.class).hasMessage("the client went away");
    }

    @Test
    default void refusesBytesThatHaveBeenForgotten() {
        bucket();
        for (int size : new int[] { 10, 200_000 }) {
            Staged staged = staged(random(size));
            staged.close();
            staged.close();

            assertThatThrownBy(() -> store().put(BUCKET, "k", List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(store().find(BUCKET, "k")).isEmpty();
    }

    @Test
    default void keepsBytesThatWereStagedAndPut() {
        bucket();
        byte[] bytes = random(200_000);
        Staged staged = staged(bytes);
        Blob blob = store().put(BUCKET, "k", List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE);

        staged.close();

        assertThat(read(blob)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = { 3_000, 1_000_000 })
    default void makesABlobOfAPartOfAnother(int size) {
        bucket();
        byte[] bytes = random(size);
        Blob blob = put("k", bytes);
        int quarter = size / 4;

        Staged staged = store().stage(blob, quarter, 2L * quarter);
        delete("k", Blob.ONLY);
        Blob copy = store().put(BUCKET, "copy", List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE);

        assertThat(copy.size()).isEqualTo(2L * quarter);
        assertThat(read(copy)).isEqualTo(Arrays.copyOfRange(bytes, quarter, 3 * quarter));
        reopen();
        assertThat(read(copy)).isEqualTo(Arrays.copyOfRange(bytes, quarter, 3 * quarter));
        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(1, 2L * quarter));
    }

    @Test
    default void readsABlobToItsEndThatIsDeletedMeanwhile() throws IOException {
        bucket();
        byte[] bytes = random(2_000_000);
        Blob blob = put("k", bytes);
        ByteBuffer read = ByteBuffer.allocate(bytes.length);

        store().read(blob, 0, blob.size(), some -> {
            store().delete(BUCKET, "k", Blob.ONLY, each -> {
            });
            read.put(some);
        });

        assertThat(read.array()).isEqualTo(bytes);
        failsWith(Reason.NO_SUCH_BLOB, () -> read(blob));
    }

    @Test
    default void neverReadsOneBlobForAnother() {
        bucket();
        Blob blob = put("k", "1");
        put("k", "2");

        try {
            assertThat(read(blob)).isEqualTo("1".getBytes(UTF_8));
        } catch (BlobException e) {
            assertThat(e.reason()).isEqualTo(Reason.NO_SUCH_BLOB);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = { ".", "..", "../../etc/passwd", "/", "//", "a/../b", "a\\b", "a\0b", "\0", " ", "\r\n", "a ", "CON", "%2e%2e", "a?b#c",
            "\u00e9", "e\u0301", "\u6728/\ud83e\udeb5", "\uffff", "\udbff\udfff", "null", "lock", "content" })
    default void keepsAnyKey(String key) {
        bucket();

        Blob blob = put(key, key);

        assertThat(blob.key()).isEqualTo(key);
        assertThat(reopen().find(BUCKET, key)).contains(blob);
        assertThat(read(blob)).isEqualTo(key.getBytes(UTF_8));
        assertThat(store().list(BUCKET, query("")).blobs()).containsExactly(blob);
        delete(key, Blob.ONLY);
        assertThat(store().find(BUCKET, key)).isEmpty();
    }

    @Test
    default void keepsKeysOf1024BytesAndNoOthers() {
        bucket();
        for (String key : List.of("x".repeat(1_024), "\u00e9".repeat(512), "\ud83e\udeb5".repeat(256))) {
            assertThat(read(put(key, "1"))).isEqualTo("1".getBytes(UTF_8));
        }
        for (String key : List.of("", "x".repeat(1_025), "\u00e9".repeat(513), "\ud83e\udeb5".repeat(257), "\ud83e", "a\udeb5b")) {
            assertThatThrownBy(() -> put(key, "1")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> store().begin(BUCKET, key, Map.of())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void tellsKeysApartThatLookAlike() {
        bucket();
        List<String> keys = List.of("a", "A", "a/", "a//", "/a", "\u00e9", "e\u0301", "\u00c9", "a\0", "a ");

        keys.forEach(key -> put(key, key));

        keys.forEach(key -> assertThat(read(store().find(BUCKET, key).orElseThrow())).isEqualTo(key.getBytes(UTF_8)));
    }

    @Test
    default void keepsAttributes() {
        bucket();
        Map<String, String> attributes = Map.of("content-type", "text/plain", "\u6728", "\0", "long", "x".repeat(100_000), "", "");

        Blob blob = store().put(BUCKET, "k", List.of(staged(new byte[1])), attributes, Keeping.REPLACE, Precondition.NONE);

        assertThat(blob.attributes()).isEqualTo(attributes);
        assertThat(reopen().find(BUCKET, "k")).contains(blob);
    }

    @Test
    default void changesAttributesAndNothingElse() {
        bucket();
        Blob blob = put("k", "1");

        Blob changed = store().update(BUCKET, "k", Blob.ONLY, before -> Map.of("tag", "x"));

        assertThat(changed.attributes()).containsExactly(Map.entry("tag", "x"));
        assertThat(changed.modified()).isEqualTo(blob.modified());
        assertThat(reopen().find(BUCKET, "k")).contains(changed);
        assertThat(read(changed)).isEqualTo("1".getBytes(UTF_8));
        failsWith(Reason.NO_SUCH_BLOB, () -> store().update(BUCKET, "k", "other", before -> before));
    }

    @Test
    default void replacesABlob() {
        bucket();
        put("k", random(200_000));

        Blob second = put("k", "22");

        assertThat(second.version()).isEqualTo(Blob.ONLY);
        assertThat(store().find(BUCKET, "k")).contains(second);
        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(1, 2));
    }

    @Test
    default void keepsVersions() {
        bucket();
        Blob only = put("k", "0");
        Blob first = add("k", "1");
        Blob second = add("k", "22");

        assertThat(store().find(BUCKET, "k")).contains(second);
        assertThat(versions("k")).containsExactly(second, old(first), old(only));
        assertThat(read(store().find(BUCKET, "k", first.version()).orElseThrow())).isEqualTo("1".getBytes(UTF_8));
        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(3, 4));
        reopen();
        assertThat(versions("k")).containsExactly(second, old(first), old(only));
    }

    @Test
    default void replacesTheOnlyVersionAmongOthers() {
        bucket();
        put("k", "0");
        Blob first = add("k", "1");

        Blob only = put("k", "2");

        assertThat(versions("k")).containsExactly(only, old(first));
        reopen();
        assertThat(versions("k")).containsExactly(only, old(first));
    }

    @Test
    default void marksAKeyAsDeleted() {
        bucket();
        Blob first = add("k", "1");

        Blob marker = store().mark(BUCKET, "k", Keeping.ADD, Precondition.NONE);

        assertThat(marker.marker()).isTrue();
        assertThat(store().find(BUCKET, "k")).contains(marker);
        assertThat(versions("k")).containsExactly(marker, old(first));
        assertThat(store().list(BUCKET, query("")).blobs()).isEmpty();
        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(1, 1));
        delete("k", marker.version());
        assertThat(reopen().find(BUCKET, "k")).contains(first);
    }

    @Test
    default void marksInsteadOfTheOnlyVersion() {
        bucket();
        Blob first = add("k", "1");
        put("k", "2");

        Blob marker = store().mark(BUCKET, "k", Keeping.REPLACE, Precondition.NONE);

        assertThat(marker.version()).isEqualTo(Blob.ONLY);
        assertThat(versions("k")).containsExactly(marker, old(first));
    }

    @Test
    default void deletesTheLatestSoThatTheOneBeforeIsThat() {
        bucket();
        Blob first = add("k", "1");
        Blob second = add("k", "2");
        Blob third = add("k", "3");

        assertThat(delete("k", third.version())).contains(third);
        assertThat(store().find(BUCKET, "k")).contains(second);
        assertThat(delete("k", first.version())).contains(old(first));
        assertThat(versions("k")).containsExactly(second);
        assertThat(delete("k", first.version())).isEmpty();
        delete("k", second.version());
        assertThat(reopen().find(BUCKET, "k")).isEmpty();
        assertThat(versions("k")).isEmpty();
    }

    @Test
    default void deletesNothingThatTheCallerRefuses() {
        bucket();
        Blob blob = put("k", "1");

        assertThatThrownBy(() -> store().delete(BUCKET, "k", Blob.ONLY, each -> {
            assertThat(each).isEqualTo(blob);
            throw new IllegalStateException("it is locked");
        })).hasMessage("it is locked");

        assertThat(store().find(BUCKET, "k")).contains(blob);
    }

    @Test
    default void putsNothingThatAPreconditionRefuses() {
        bucket();
        Blob blob = put("k", "1");
        List<Optional<Blob>> seen = new ArrayList<>();
        Precondition refuses = latest -> {
            seen.add(latest);
            throw new IllegalStateException("no");
        };

        Staged staged = staged(new byte[1]);
        assertThatThrownBy(() -> store().put(BUCKET, "k", List.of(staged), Map.of(), Keeping.REPLACE, refuses)).hasMessage("no");
        assertThatThrownBy(() -> store().put(BUCKET, "new", List.of(staged), Map.of(), Keeping.REPLACE, refuses)).hasMessage("no");
        assertThatThrownBy(() -> store().mark(BUCKET, "k", Keeping.ADD, refuses)).hasMessage("no");

        assertThat(seen).containsExactly(Optional.of(blob), Optional.empty(), Optional.of(blob));
        assertThat(store().list(BUCKET, query("")).blobs()).containsExactly(blob);
        store().put(BUCKET, "k", List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE);
    }

    @Test
    default void letsExactlyOneOfManyConditionalPutsWin() throws Exception {
        bucket();
        int threads = 8;
        int rounds = 30;
        ExecutorService writers = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < rounds; round++) {
                String key = "k" + round;
                CountDownLatch start = new CountDownLatch(1);
                List<CompletableFuture<Boolean>> outcomes = IntStream.range(0, threads).mapToObj(writer -> CompletableFuture.supplyAsync(() -> {
                    await(start);
                    try {
                        store().put(BUCKET, key, List.of(staged(new byte[] { (byte) writer })), Map.of(), Keeping.REPLACE, latest -> {
                            if (latest.isPresent()) {
                                throw new IllegalStateException("it exists");
                            }
                        });
                        return true;
                    } catch (IllegalStateException e) {
                        return false;
                    }
                }, writers)).toList();

                start.countDown();

                List<Integer> winners = IntStream.range(0, threads).filter(writer -> outcomes.get(writer).join()).boxed().toList();
                assertThat(winners).hasSize(1);
                assertThat(read(store().find(BUCKET, key).orElseThrow())).containsExactly(winners.get(0).byteValue());
            }
        } finally {
            writers.shutdownNow();
        }
    }

    @Test
    default void losesNoUpdateOfManyAtOnce() {
        bucket();
        put("k", "1");
        ExecutorService writers = Executors.newFixedThreadPool(4);
        try {
            List<CompletableFuture<Void>> all = IntStream.range(0, 40).mapToObj(each -> CompletableFuture.runAsync(() -> store().update(BUCKET, "k",
                    Blob.ONLY, before -> Map.of("n", Integer.toString(Integer.parseInt(before.getOrDefault("n", "0")) + 1))), writers)).toList();
            all.forEach(CompletableFuture::join);
        } finally {
            writers.shutdownNow();
        }

        assertThat(store().find(BUCKET, "k").orElseThrow().attributes()).containsEntry("n", "40");
    }

    @Test
    default void listsKeysInTheOrderOfTheirBytes() {
        bucket();
        List<String> keys = List.of("\ud83e\udeb5", "\uffee", "a", "B", "a/b", "a!", "\u00e9", "z", "\ud800\udc00", "\ue000", "\u0001");
        keys.forEach(key -> put(key, "1"));

        assertThat(store().list(BUCKET, query("")).blobs()).extracting(Blob::key)
                .containsExactlyElementsOf(keys.stream().sorted(Comparator.comparing(key -> key.getBytes(UTF_8), Arrays::compareUnsigned)).toList());
    }

    @Test
    default void listsGroupsOnce() {
        bucket();
        List.of("a", "b/1", "b/2", "b/c/3", "b0", "c/1").forEach(key -> put(key, "1"));

        Listing all = store().list(BUCKET, new Query("", "/", "", "", 100, false));
        Listing within = store().list(BUCKET, new Query("b/", "/", "", "", 100, false));

        assertThat(all.blobs()).extracting(Blob::key).containsExactly("a", "b0");
        assertThat(all.groups()).containsExactly("b/", "c/");
        assertThat(all.truncated()).isFalse();
        assertThat(within.blobs()).extracting(Blob::key).containsExactly("b/1", "b/2");
        assertThat(within.groups()).containsExactly("b/c/");
    }

    @Test
    default void listsPageByPage() {
        bucket();
        List.of("a", "b/1", "b/2", "b0", "c/1", "c/2", "d").forEach(key -> put(key, "1"));
        List<String> found = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            Listing page = store().list(BUCKET, new Query("", "/", after, "", 1, false));
            page.blobs().forEach(blob -> found.add(blob.key()));
            found.addAll(page.groups());
            after = page.last();
            more = page.truncated();
        }

        assertThat(found).containsExactly("a", "b/", "b0", "c/", "d");
    }

    @Test
    default void listsVersionsPageByPage() {
        bucket();
        for (int i = 0; i < 3; i++) {
            add("a", "1");
            add("b", "1");
            store().mark(BUCKET, "b", Keeping.ADD, Precondition.NONE);
        }
        List<Blob> all = store().list(BUCKET, new Query("", "", "", "", 100, true)).blobs();
        List<Blob> found = new ArrayList<>();
        Listing page = store().list(BUCKET, new Query("", "", "", "", 2, true));
        found.addAll(page.blobs());
        while (page.truncated()) {
            page = store().list(BUCKET, new Query("", "", page.last(), page.lastVersion(), 2, true));
            found.addAll(page.blobs());
        }

        assertThat(found).hasSize(9).isEqualTo(all);
    }

    @Test
    default void goesOnAfterAVersionThatIsGone() {
        bucket();
        for (int i = 0; i < 5; i++) {
            add("a", "1");
        }
        Listing page = store().list(BUCKET, new Query("", "", "", "", 2, true));
        page.blobs().forEach(blob -> delete("a", blob.version()));

        Listing next = store().list(BUCKET, new Query("", "", page.last(), page.lastVersion(), 10, true));

        assertThat(next.blobs()).hasSize(3).isEqualTo(versions("a"));
    }

    @Test
    default void listsNoGroupOfMarkersOnly() {
        bucket();
        add("a/1", "1");
        store().mark(BUCKET, "a/1", Keeping.ADD, Precondition.NONE);

        assertThat(store().list(BUCKET, new Query("", "/", "", "", 100, false)).groups()).isEmpty();
        assertThat(store().list(BUCKET, new Query("", "/", "", "", 100, true)).groups()).containsExactly("a/");
    }

    @Test
    default void makesABlobOfParts() {
        bucket();
        byte[] first = random(200_000);
        Upload upload = store().begin(BUCKET, "k", Map.of("type", "x"));
        Part two = store().put(upload, 2, staged("end".getBytes(UTF_8)), Map.of("etag", "2"));
        Part one = store().put(upload, 1, staged(first), Map.of());
        assertThat(store().parts(upload)).containsExactly(one, two);
        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(0, 200_003));

        reopen();

        assertThat(store().upload(BUCKET, "k", upload.id())).contains(upload);
        assertThat(store().parts(upload)).containsExactly(one, two);
        Blob blob = store().complete(upload, List.of(one, two), Map.of("a", "b"), Keeping.REPLACE, Precondition.NONE);
        assertThat(read(blob)).isEqualTo(ByteBuffer.allocate(200_003).put(first).put("end".getBytes(UTF_8)).array());
        assertThat(blob.attributes()).containsExactly(Map.entry("a", "b"));
        assertThat(store().upload(BUCKET, "k", upload.id())).isEmpty();
        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(1, 200_003));
        reopen();
        assertThat(store().uploads(BUCKET)).isEmpty();
        assertThat(read(blob, 199_999, 4)).isEqualTo(new byte[] { first[199_999], 'e', 'n', 'd' });
    }

    @Test
    default void replacesAPartThatComesAgain() {
        bucket();
        Upload upload = store().begin(BUCKET, "k", Map.of());
        Part old = store().put(upload, 1, staged(random(200_000)), Map.of());

        Part part = store().put(upload, 1, staged("2".getBytes(UTF_8)), Map.of());

        assertThat(store().parts(upload)).containsExactly(part);
        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(0, 1));
        failsWith(Reason.NO_SUCH_PART, () -> store().complete(upload, List.of(old), Map.of(), Keeping.REPLACE, Precondition.NONE));
        assertThat(read(store().complete(upload, List.of(part), Map.of(), Keeping.REPLACE, Precondition.NONE))).isEqualTo("2".getBytes(UTF_8));
    }

    @Test
    default void forgetsTheOtherParts() {
        bucket();
        Upload upload = store().begin(BUCKET, "k", Map.of());
        store().put(upload, 1, staged(random(200_000)), Map.of());
        Part part = store().put(upload, 2, staged("2".getBytes(UTF_8)), Map.of());

        store().complete(upload, List.of(part), Map.of(), Keeping.ADD, Precondition.NONE);

        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(1, 1));
    }

    @Test
    default void keepsAnUploadWhoseCompletionIsRefused() {
        bucket();
        Upload upload = store().begin(BUCKET, "k", Map.of());
        Part part = store().put(upload, 1, staged("2".getBytes(UTF_8)), Map.of());

        assertThatThrownBy(() -> store().complete(upload, List.of(part), Map.of(), Keeping.ADD, latest -> {
            throw new IllegalStateException("no");
        })).hasMessage("no");

        assertThat(store().parts(upload)).containsExactly(part);
    }

    @Test
    default void abortsAnUpload() {
        bucket();
        Upload upload = store().begin(BUCKET, "k", Map.of());
        store().put(upload, 1, staged(random(200_000)), Map.of());

        store().abort(upload);

        assertThat(store().usage(BUCKET)).isEqualTo(new Usage(0, 0));
        failsWith(Reason.NO_SUCH_UPLOAD, () -> store().parts(upload));
        failsWith(Reason.NO_SUCH_UPLOAD, () -> store().abort(upload));
        failsWith(Reason.NO_SUCH_UPLOAD, () -> store().put(upload, 1, staged(new byte[1]), Map.of()));
        failsWith(Reason.NO_SUCH_UPLOAD, () -> store().complete(upload, List.of(), Map.of(), Keeping.ADD, Precondition.NONE));
        assertThat(reopen().uploads(BUCKET)).isEmpty();
    }

    @Test
    default void listsUploadsByKeyAndBeginning() {
        bucket();
        Upload b = store().begin(BUCKET, "b", Map.of());
        Upload first = store().begin(BUCKET, "a", Map.of());
        Upload second = store().begin(BUCKET, "a", Map.of());

        assertThat(store().uploads(BUCKET)).containsExactly(first, second, b);
        assertThat(store().upload(BUCKET, "b", first.id())).isEmpty();
        assertThat(reopen().uploads(BUCKET)).containsExactly(first, second, b);
    }

    @Test
    default void refusesPartsWithOtherNumbers() {
        bucket();
        Upload upload = store().begin(BUCKET, "k", Map.of());

        assertThatThrownBy(() -> store().put(upload, 0, staged(new byte[1]), Map.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().put(upload, 10_001, staged(new byte[1]), Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    default void bucket() {
        store().create(new Bucket(BUCKET, Instant.parse("2026-01-01T00:00:00Z"), Map.of()));
    }

    default Staged staged(byte[] bytes) {
        try {
            return store().stage(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    default Blob put(String key, String content) {
        return put(key, content.getBytes(UTF_8));
    }

    default Blob put(String key, byte[] content) {
        return store().put(BUCKET, key, List.of(staged(content)), Map.of(), Keeping.REPLACE, Precondition.NONE);
    }

    default Blob add(String key, String content) {
        return store().put(BUCKET, key, List.of(staged(content.getBytes(UTF_8))), Map.of(), Keeping.ADD, Precondition.NONE);
    }

    default Optional<Blob> delete(String key, String version) {
        return store().delete(BUCKET, key, version, each -> {
        });
    }

    default List<Blob> versions(String key) {
        return store().list(BUCKET, new Query(key, "", "", "", 1_000, true)).blobs();
    }

    default byte[] read(Blob blob) {
        return read(blob, 0, blob.size());
    }

    default byte[] read(Blob blob, long offset, long length) {
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        try {
            store().read(blob, offset, length, bytes::put);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(bytes.hasRemaining()).isFalse();
        return bytes.array();
    }

    static Query query(String prefix) {
        return new Query(prefix, "", "", "", 1_000, false);
    }

    static Blob old(Blob blob) {
        return new Blob(blob.bucket(), blob.key(), blob.version(), blob.modified(), blob.size(), blob.marker(), false, blob.attributes());
    }

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static void failsWith(Reason reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BlobException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
