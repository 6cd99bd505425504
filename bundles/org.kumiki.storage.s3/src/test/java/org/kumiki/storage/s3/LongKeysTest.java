package org.kumiki.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Listing;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;

/** Keys that do not fit into one name of the cluster are in order among the others. */
class LongKeysTest {

    private static final String BUCKET = "bucket";

    private final S3BlobStore store = new S3BlobStore(TestCluster.shared().settings(), 2, Duration.ZERO);
    /** Of lengths around those at which lists branch, and names are split. */
    private final List<String> keys = List.of("a", "b".repeat(99), "b".repeat(100), "b".repeat(101), "b".repeat(200) + "/", "c".repeat(383),
            "c".repeat(384), "c".repeat(384) + "!", "c".repeat(384) + "c", "c".repeat(385) + "a", "c".repeat(767), "c".repeat(768), "c".repeat(769),
            "c".repeat(1_024), "c".repeat(768) + "d", "c".repeat(400) + "d", "c".repeat(383) + "d", "d", "\u00e9".repeat(192),
            "\u00e9".repeat(300), "\u00e9".repeat(512));
    private final List<String> ordered = keys.stream().sorted(Comparator.comparing(key -> key.getBytes(UTF_8), Arrays::compareUnsigned)).toList();

    LongKeysTest() {
        store.create(new Bucket(BUCKET, Instant.EPOCH, Map.of()));
        keys.forEach(key -> store.put(BUCKET, key, List.of(), Map.of(), Keeping.REPLACE, Precondition.NONE));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void areListedInOrder() {
        assertThat(list("", "", 1_000)).isEqualTo(ordered);
    }

    @Test
    void areListedPageByPage() {
        for (int size : new int[] { 1, 2, 3 }) {
            List<String> found = new ArrayList<>();
            Listing page = store.list(BUCKET, new Query("", "", "", "", size, false));
            while (page.truncated()) {
                page.blobs().forEach(blob -> found.add(blob.key()));
                page = store.list(BUCKET, new Query("", "", page.last(), "", size, false));
            }
            page.blobs().forEach(blob -> found.add(blob.key()));

            assertThat(found).isEqualTo(ordered);
        }
    }

    @Test
    void areListedFromAnywhere() {
        for (String from : keys) {
            assertThat(list(from, "", 1_000)).isEqualTo(ordered.stream().filter(key -> key.startsWith(from)).toList());
            assertThat(list("", from, 1_000)).isEqualTo(ordered.subList(ordered.indexOf(from) + 1, ordered.size()));
        }
        assertThat(list("c".repeat(500), "", 1_000)).hasSize(5);
    }

    @Test
    void areGroupedWithOthers() {
        Listing listing = store.list(BUCKET, new Query("", "c".repeat(380), "", "", 100, false));

        assertThat(listing.groups()).containsExactly("c".repeat(380));
        assertThat(listing.blobs()).extracting(Blob::key).noneMatch(key -> key.startsWith("c"));
    }

    @Test
    void fitIntoNames() {
        assertThat(Names.key("0".repeat(24), "x".repeat(1_024).getBytes(UTF_8)).length()).isLessThan(1_000);
        assertThat(Names.key("0".repeat(24), "x".repeat(384).getBytes(UTF_8)).length()).isLessThan(900);
    }

    @Test
    void countLikeOthers() {
        assertThat(store.usage(BUCKET).blobs()).isEqualTo(keys.size());
    }

    private List<String> list(String prefix, String after, int limit) {
        return store.list(BUCKET, new Query(prefix, "", after, "", limit, false)).blobs().stream().map(Blob::key).toList();
    }
}
