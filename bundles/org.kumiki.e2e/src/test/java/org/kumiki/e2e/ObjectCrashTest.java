package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The platform is killed while clients write, again and again: every acknowledged object is there afterwards and whole, and no half one. */
class ObjectCrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.e2e.object.crashes", 5);
    private static final int CLIENTS = 4;
    private static final String BUCKET = "crashes";

    private Platform platform;

    @BeforeEach
    void start() {
        platform = Platform.prepare().start();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void losesNoAcknowledgedObjectAndShowsNoHalfOne() {
        try (S3Client client = platform.objects()) {
            client.createBucket(create -> create.bucket(BUCKET));
            Map<String, String> objects = Map.of();
            for (int crash = 0; crash < CRASHES; crash++) {
                ObjectLoad load = new ObjectLoad(client, BUCKET, CLIENTS, objects);
                load.more(30 + ThreadLocalRandom.current().nextInt(60));
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000_000)); // not always at the same point
                platform.kill();
                load.close();
                platform.start();
                objects = check(client, load);
            }
        }
    }

    /** @return what every key has now */
    private static Map<String, String> check(S3Client client, ObjectLoad load) {
        Map<String, String> found = new HashMap<>();
        load.possible.forEach((key, digests) -> {
            String digest = digest(client, key);
            assertThat(digests).as("the content of %s", key).contains(digest);
            found.put(key, digest);
        });
        assertThat(client.listObjectsV2Paginator(list -> list.bucket(BUCKET)).contents()).extracting(S3Object::key)
                .containsExactlyInAnyOrderElementsOf(existing(found));
        // Parts that were acknowledged have stayed as well, and make an object once somebody says so.
        for (ObjectLoad.Upload upload : load.begun) {
            load.complete(upload);
            assertThat(digest(client, upload.key())).isEqualTo(upload.digest());
            found.put(upload.key(), upload.digest());
        }
        for (MultipartUpload left : client.listMultipartUploadsPaginator(list -> list.bucket(BUCKET)).uploads()) {
            client.abortMultipartUpload(abort -> abort.bucket(BUCKET).key(left.key()).uploadId(left.uploadId()));
        }
        return found;
    }

    private static Set<String> existing(Map<String, String> found) {
        return found.keySet().stream().filter(key -> !found.get(key).equals(ObjectLoad.NOTHING)).collect(Collectors.toSet());
    }

    private static String digest(S3Client client, String key) {
        try {
            return ObjectLoad.digest(client.getObjectAsBytes(get -> get.bucket(BUCKET).key(key)).asByteArray());
        } catch (NoSuchKeyException e) {
            return ObjectLoad.NOTHING;
        }
    }
}
