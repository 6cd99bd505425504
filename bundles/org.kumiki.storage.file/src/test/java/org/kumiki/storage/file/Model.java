package org.kumiki.storage.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.kumiki.storage.contract.BlobStoreContract.random;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Usage;
import org.kumiki.storage.contract.BlobStoreContract;

/** Does things with a store at random, and knows what must be in it. */
final class Model {

    private final Random random;
    /** Versions by key and version, as they must be. */
    private final Map<String, Blob> blobs = new LinkedHashMap<>();

    Model(long seed) {
        random = new Random(seed);
    }

    void step(BlobStoreContract test) {
        String key = "k" + random.nextInt(20);
        int what = random.nextInt(10);
        if (what < 5) {
            keep(test.put(key, random(1 + random.nextInt(3_000))));
        } else if (what < 6) {
            keep(test.put(key, random(70_000 + random.nextInt(3_000))));
        } else if (what < 8) {
            keep(test.add(key, "x".repeat(random.nextInt(2_000))));
        } else {
            test.versions(key).stream().filter(blob -> blob.key().equals(key)).skip(random.nextInt(2)).findFirst().ifPresent(blob -> {
                test.delete(key, blob.version());
                blobs.remove(key + " " + blob.version());
            });
        }
    }

    private void keep(Blob blob) {
        blobs.put(blob.key() + " " + blob.version(), blob);
    }

    void check(BlobStoreContract test) {
        long bytes = 0;
        for (Blob blob : blobs.values()) {
            assertThat(test.store().find(blob.bucket(), blob.key(), blob.version()).orElseThrow().modified()).isEqualTo(blob.modified());
            byte[] expected = blob.version().equals(Blob.ONLY) ? random((int) blob.size()) : "x".repeat((int) blob.size()).getBytes(UTF_8);
            assertThat(test.read(blob)).isEqualTo(expected);
            bytes += blob.size();
        }
        assertThat(test.store().usage(BlobStoreContract.BUCKET)).isEqualTo(new Usage(blobs.size(), bytes));
    }
}
