package org.kumiki.bench.objects;

import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

import org.kumiki.bench.Operation;

/**
 * One kind of request that is measured, among as many objects as it says.
 *
 * @param title  for people
 * @param prefix of the names of the objects; after it comes a number
 * @param aims   what the project wants
 */
record Measure(String title, String prefix, int objects, Bucket.Body body, Kind kind, List<Aim> aims) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    static final String PUT_MIB = "PUT 1 MiB";

    enum Kind { PUT, PUT_CHECKED, GET }

    /** How many times as many a second as others, or as a measure of the same server. */
    record Aim(double ratio, String than) {
    }

    static List<Measure> all() {
        Bucket.Body small = body(4 * KIB);
        Bucket.Body mib = body(MIB);
        String proxy = Peer.S3PROXY.title();
        List<Aim> large = List.of(new Aim(1.3, proxy), new Aim(1 / 1.5, Nginx.TITLE));
        return List.of(
                new Measure("PUT 4 KiB", "put-small-", 256, small, Kind.PUT, List.of(new Aim(1.5, proxy))),
                new Measure("GET 4 KiB", "small-", 256, small, Kind.GET, List.of(new Aim(2, proxy))),
                new Measure(PUT_MIB, "put-mib-", 256, mib, Kind.PUT, List.of(new Aim(1.5, proxy))),
                new Measure("PUT 1 MiB with CRC32", "put-mib-", 256, mib, Kind.PUT_CHECKED, List.of(new Aim(0.85, PUT_MIB))),
                new Measure("GET 1 MiB", "mib-", 64, mib, Kind.GET, large),
                new Measure("GET 64 MiB", "large-", 4, body(64 * MIB), Kind.GET, large));
    }

    /** Bytes that nothing can make smaller. */
    private static Bucket.Body body(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Bucket.Body.of(bytes);
    }

    Operation<Bucket> operation(int share) {
        return new Operation<>(title, share, switch (kind) {
            case PUT -> bucket -> bucket.put(any(), body);
            case PUT_CHECKED -> bucket -> bucket.putChecked(any(), body);
            case GET -> bucket -> bucket.get(any(), body.bytes().length);
        });
    }

    private String any() {
        return prefix + ThreadLocalRandom.current().nextInt(objects);
    }
}
