package org.kumiki.storage.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Query;
import org.kumiki.api.blob.Staged;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;

/** Measures what the store costs: the same objects straight into the cluster, and through the store. Prints a line of Markdown for each size. */
final class Overhead {

    private static final String BUCKET = "measured";
    private static final int CLIENTS = 4;

    /** Something that is done to one object. */
    private interface Operation {
        void run(String key) throws IOException;
    }

    private Overhead() {
    }

    public static void main(String[] arguments) throws Exception {
        TestCluster cluster = TestCluster.shared();
        S3BlobStore store = new S3BlobStore(cluster.settings(), 16, Duration.ofDays(1));
        store.create(new Bucket(BUCKET, Instant.now(), Map.of()));
        try (S3Client client = cluster.client()) {
            for (int round = 0; round < 2; round++) { // the first one warms up
                measure(client, store, "4 KiB", 1 << 12, 200);
                measure(client, store, "1 MiB", 1 << 20, 50);
                measure(client, store, "16 MiB", 1 << 24, 8);
                long begun = System.nanoTime();
                int listed = store.list(BUCKET, new Query("", "", "", "", 1_000, false)).blobs().size();
                System.out.printf("a list of %d from memory: %d ms%n", listed, (System.nanoTime() - begun) / 1_000_000);
            }
        }
        store.close();
        System.exit(0);
    }

    private static void measure(S3Client client, S3BlobStore store, String title, int size, int count) throws Exception {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        double put = rate(count, key -> client.putObject(put1 -> put1.bucket(TestCluster.BUCKET).key(size + "-" + key), RequestBody.fromBytes(bytes)));
        double storePut = rate(count, key -> {
            Staged staged = store.stage(new ByteArrayInputStream(bytes));
            store.put(BUCKET, size + "-" + key, List.of(staged), Map.of(), Keeping.REPLACE, Precondition.NONE);
        });
        double get = rate(count, key -> client.getObject(get1 -> get1.bucket(TestCluster.BUCKET).key(size + "-" + key), ResponseTransformer.toBytes()));
        double storeGet = rate(count, key -> {
            Blob blob = store.find(BUCKET, size + "-" + key).orElseThrow();
            store.read(blob, 0, blob.size(), some -> {
            });
        });
        System.out.printf("| %s | %.1f | %.1f | %.1f | %.1f |%n", title, put, storePut, get, storeGet);
    }

    /** How many a second. */
    private static double rate(int count, Operation operation) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        long begun = System.nanoTime();
        List<? extends Future<?>> all = IntStream.range(0, count).mapToObj(each -> clients.submit(() -> {
            operation.run(Integer.toString(each));
            return each;
        })).toList();
        for (Future<?> each : all) {
            each.get();
        }
        clients.shutdown();
        return count * 1e9 / (System.nanoTime() - begun);
    }
}
