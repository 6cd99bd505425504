package org.kumiki.e2e;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Clients that keep putting, replacing and deleting objects of a bucket, each under keys of its own, and know for every key what may be found
 * there. Each request is made once: what fails has failed, and they all stop. Closing it stops them, too.
 */
final class ObjectLoad implements AutoCloseable {

    /** What is found where there is no object. */
    static final String NOTHING = "nothing";

    private static final int KEYS = 12;
    private static final int PART = 5 * 1024 * 1024; // less S3 allows only in the last part
    private static final Duration TO_STOP = Duration.ofSeconds(90);

    /**
     * An upload whose parts were acknowledged, and that nobody has tried to complete.
     *
     * @param digest of the object that it would be
     */
    record Upload(String key, String id, List<CompletedPart> parts, String digest) {
    }

    /** Digests of what a key may have: one of what was acknowledged, and one more for each request that was not. */
    final Map<String, Set<String>> possible;
    final Queue<Upload> begun = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong requests = new AtomicLong();
    private final S3Client client;
    private final String bucket;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** @param before what keys have already */
    ObjectLoad(S3Client client, String bucket, int clients, Map<String, String> before) {
        this.client = client;
        this.bucket = bucket;
        this.possible = new ConcurrentHashMap<>();
        before.forEach((key, digest) -> possible.put(key, Set.of(digest)));
        for (int i = 0; i < clients; i++) {
            String prefix = i + "/";
            threads.add(new Thread(() -> live(prefix), "objects-" + i));
        }
        threads.forEach(Thread::start);
    }

    private void live(String prefix) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!stopped) {
            String key = prefix + random.nextInt(KEYS);
            try {
                switch (random.nextInt(20)) {
                    case 0 -> upload(key, true);
                    case 1 -> upload(key, false);
                    case 2, 3 -> change(key, NOTHING, () -> client.deleteObject(delete -> delete.bucket(bucket).key(key)));
                    default -> put(key, bytes(random.nextInt(1024, 1024 * 1024)));
                }
                requests.incrementAndGet();
            } catch (SdkException e) {
                failures.add(key + ": " + e.getMessage());
                stopped = true;
            }
        }
    }

    private void put(String key, byte[] content) {
        change(key, digest(content), () -> client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(content)));
    }

    private void upload(String key, boolean completes) {
        byte[] first = bytes(PART);
        byte[] second = bytes(ThreadLocalRandom.current().nextInt(1, 1024 * 1024));
        String id = client.createMultipartUpload(create -> create.bucket(bucket).key(key)).uploadId();
        List<CompletedPart> parts = List.of(part(key, id, 1, first), part(key, id, 2, second));
        Upload upload = new Upload(key, id, parts, digest(first, second));
        if (completes) {
            change(key, upload.digest(), () -> complete(upload));
        } else {
            begun.add(upload);
        }
    }

    private CompletedPart part(String key, String upload, int number, byte[] content) {
        String tag = client.uploadPart(part -> part.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                RequestBody.fromBytes(content)).eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    void complete(Upload upload) {
        client.completeMultipartUpload(complete -> complete.bucket(bucket).key(upload.key()).uploadId(upload.id())
                .multipartUpload(parts -> parts.parts(upload.parts())));
    }

    /** Until a change is acknowledged, what there was before may be found as well. */
    private void change(String key, String to, Runnable request) {
        String before = possible.getOrDefault(key, Set.of(NOTHING)).iterator().next();
        possible.put(key, before.equals(to) ? Set.of(to) : Set.of(before, to));
        request.run();
        possible.put(key, Set.of(to));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        ThreadLocalRandom.current().nextBytes(bytes);
        return bytes;
    }

    static String digest(byte[]... content) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            for (byte[] bytes : content) {
                md5.update(bytes);
            }
            return HexFormat.of().formatHex(md5.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until so many more requests were answered. */
    void more(int number) {
        long goal = requests.get() + number;
        Await.until(number + " more requests", Duration.ofSeconds(120), () -> requests.get() >= goal || stopped);
        if (stopped) {
            throw new AssertionError("a request failed: " + failures);
        }
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(TO_STOP.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " hangs");
            }
        }
    }
}
