package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Clients that keep putting, replacing, copying and deleting objects of a bucket, whole and part by part, each under keys of its own, and know for
 * every key what may be found there.
 */
final class ObjectLoad {

    /** What is found where there is no object. */
    private static final String NOTHING = "nothing";

    private static final int KEYS = 12;
    /** From here on, the store has a file of its own for an object. */
    private static final int LARGE = 64 * 1024;
    private static final int PART = 5 * 1024 * 1024; // less S3 allows only in the last part

    /**
     * An upload whose parts were acknowledged, and that nobody has tried to complete.
     *
     * @param digest of the object that it would be
     */
    private record Upload(String key, String id, List<CompletedPart> parts, String digest) {
    }

    /** Digests of what a key may have: first what was acknowledged, and one more for a request that was not. */
    private final Map<String, List<String>> possible = new ConcurrentHashMap<>();
    private final Queue<Upload> begun = new ConcurrentLinkedQueue<>();
    private final AtomicInteger acts = new AtomicInteger();
    private final S3Client client;
    private final String bucket;

    /** @param bucket that is there, and empty */
    ObjectLoad(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
    }

    /** Lets so many more clients work, until these are closed. */
    void work(Clients clients, int number) {
        for (int i = 0; i < number; i++) {
            String prefix = i + "/";
            clients.add(() -> act(clients, prefix));
        }
    }

    /** Of twenty acts, whoever does them, some are of each kind. */
    private void act(Clients clients, String prefix) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String key = prefix + random.nextInt(KEYS);
        switch (acts.getAndIncrement() % 20) {
            case 5 -> clients.request("complete", () -> completeNew(key));
            case 10 -> clients.request("begin", () -> begun.add(begin(key)));
            case 6, 12, 18 -> clients.request("delete", () -> delete(key));
            case 3, 8, 13, 16 -> existing(prefix).filter(from -> !from.equals(key)).findAny()
                    .ifPresent(from -> clients.request("copy", () -> copy(from, key)));
            case 0, 4, 11, 15 -> clients.request("put large", () -> put(key, bytes(random.nextInt(LARGE, 1024 * 1024))));
            default -> clients.request("put small", () -> put(key, bytes(random.nextInt(LARGE))));
        }
    }

    private void put(String key, byte[] content) {
        change(key, digest(content), () -> client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(content)));
    }

    private void delete(String key) {
        change(key, NOTHING, () -> client.deleteObject(delete -> delete.bucket(bucket).key(key)));
    }

    private void copy(String from, String to) {
        change(to, acknowledged(from), () -> client.copyObject(
                copy -> copy.sourceBucket(bucket).sourceKey(from).destinationBucket(bucket).destinationKey(to)));
    }

    private void completeNew(String key) {
        Upload upload = begin(key);
        change(key, upload.digest(), () -> complete(upload));
    }

    private Upload begin(String key) {
        byte[] first = bytes(PART);
        byte[] second = bytes(ThreadLocalRandom.current().nextInt(1, 1024 * 1024));
        String id = client.createMultipartUpload(create -> create.bucket(bucket).key(key)).uploadId();
        return new Upload(key, id, List.of(part(key, id, 1, first), part(key, id, 2, second)), digest(first, second));
    }

    private CompletedPart part(String key, String upload, int number, byte[] content) {
        String tag = client.uploadPart(part -> part.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                RequestBody.fromBytes(content)).eTag();
        return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    private void complete(Upload upload) {
        client.completeMultipartUpload(complete -> complete.bucket(bucket).key(upload.key()).uploadId(upload.id())
                .multipartUpload(parts -> parts.parts(upload.parts())));
    }

    /** Until a change is acknowledged, what there was before may be found as well. */
    private void change(String key, String to, Runnable request) {
        possible.put(key, List.of(acknowledged(key), to));
        request.run();
        possible.put(key, List.of(to));
    }

    private String acknowledged(String key) {
        return possible.getOrDefault(key, List.of(NOTHING)).get(0);
    }

    /** Keys of objects. */
    private Stream<String> existing(String prefix) {
        return possible.keySet().stream().filter(key -> key.startsWith(prefix) && !acknowledged(key).equals(NOTHING));
    }

    /** Looks for every key, while nobody works: each has what it may have, as a whole, and nothing else is there. */
    void check() {
        possible.replaceAll((key, digests) -> {
            String found = found(key);
            assertThat(digests).as("the content of %s", key).contains(found);
            return List.of(found);
        });
        assertThat(client.listObjectsV2Paginator(list -> list.bucket(bucket)).contents()).extracting(S3Object::key)
                .containsExactlyInAnyOrderElementsOf(existing("").toList());
        checkParts();
    }

    /** Parts that were acknowledged have stayed as well, and make an object once somebody says so. */
    private void checkParts() {
        for (Upload upload = begun.poll(); upload != null; upload = begun.poll()) {
            complete(upload);
            assertThat(found(upload.key())).as("the parts of %s", upload.key()).isEqualTo(upload.digest());
            possible.put(upload.key(), List.of(upload.digest()));
        }
        for (MultipartUpload left : client.listMultipartUploadsPaginator(list -> list.bucket(bucket)).uploads()) {
            client.abortMultipartUpload(abort -> abort.bucket(bucket).key(left.key()).uploadId(left.uploadId()));
        }
    }

    private String found(String key) {
        try {
            return digest(client.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArray());
        } catch (NoSuchKeyException e) {
            return NOTHING;
        }
    }

    static byte[] bytes(int size) {
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
}
