package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/** Clients that keep adding and removing versions of objects, each of keys of its own, and know which versions must be found, and which may be. */
final class VersionLoad {

    private static final int KEYS = 6;
    private static final int VERSIONS = 6;
    private static final int SIZE = 150 * 1024;
    /** In place of the digest of a version that only says that the object is gone. */
    private static final String MARKER = "marker";

    /** What must be there of a key. One client changes it, and the test looks at it when the client has ended. */
    private static final class History {

        /** Digests by version, in the order in which they came. */
        private final Map<String, String> versions = new LinkedHashMap<>();
        /** What was not acknowledged: the digest of a version that may have come, and a version that may have gone. */
        private Optional<String> coming = Optional.empty();
        private Optional<String> going = Optional.empty();

        void add(String digest, Supplier<String> request) {
            coming = Optional.of(digest);
            versions.put(request.get(), digest);
            coming = Optional.empty();
        }

        void remove(String version, Runnable request) {
            going = Optional.of(version);
            request.run();
            versions.remove(version);
            going = Optional.empty();
        }

        void become(Map<String, String> found) {
            versions.clear();
            versions.putAll(found);
            coming = Optional.empty();
            going = Optional.empty();
        }

        Optional<String> latest() {
            return versions.keySet().stream().reduce((before, last) -> last);
        }
    }

    /**
     * What is there of a key.
     *
     * @param versions digests by version, in no order
     * @param latest   the versions that are said to be the latest
     */
    private record Found(Map<String, String> versions, List<String> latest) {

        void add(String version, String digest, boolean isLatest) {
            versions.put(version, digest);
            if (isLatest) {
                latest.add(version);
            }
        }
    }

    private final Map<String, History> histories = new ConcurrentHashMap<>();
    private final S3Client client;
    private final String bucket;

    /** @param bucket that is there, and empty */
    VersionLoad(S3Client client, String bucket) {
        this.client = client;
        this.bucket = bucket;
        client.putBucketVersioning(put -> put.bucket(bucket).versioningConfiguration(to -> to.status(BucketVersioningStatus.ENABLED)));
    }

    /** Lets so many more clients work, until these are closed. */
    void work(Clients clients, int number) {
        for (int i = 0; i < number; i++) {
            String prefix = i + "/";
            clients.add(() -> act(clients, prefix));
        }
    }

    private void act(Clients clients, String prefix) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String key = prefix + random.nextInt(KEYS);
        History history = histories.computeIfAbsent(key, name -> new History());
        if (history.versions.size() >= VERSIONS) {
            String oldest = history.versions.keySet().iterator().next();
            clients.request("delete version", () -> history.remove(oldest,
                    () -> client.deleteObject(delete -> delete.bucket(bucket).key(key).versionId(oldest))));
        } else if (random.nextInt(4) == 0) {
            clients.request("put marker", () -> history.add(MARKER,
                    () -> client.deleteObject(delete -> delete.bucket(bucket).key(key)).versionId()));
        } else {
            byte[] content = ObjectLoad.bytes(random.nextInt(SIZE));
            clients.request("put version", () -> history.add(ObjectLoad.digest(content),
                    () -> client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(content)).versionId()));
        }
    }

    /** Looks for every version, while nobody works: those that must be there are, as a whole, and no others but those that may be. */
    void check() {
        Map<String, Found> found = found();
        assertThat(histories.keySet()).as("keys").containsAll(found.keySet());
        histories.forEach((key, history) -> {
            Found now = found.getOrDefault(key, nothing());
            Map<String, String> expected = new LinkedHashMap<>(history.versions);
            history.going.filter(version -> !now.versions.containsKey(version)).ifPresent(expected::remove);
            List<String> more = new ArrayList<>(now.versions.keySet());
            more.removeAll(expected.keySet());
            if (history.coming.isPresent() && more.size() == 1) {
                expected.put(more.get(0), history.coming.get());
            }
            assertThat(now.versions).as("the versions of %s", key).isEqualTo(expected);
            history.become(expected);
            assertThat(now.latest).as("the latest version of %s", key).isEqualTo(history.latest().stream().toList());
        });
    }

    private Map<String, Found> found() {
        Map<String, Found> found = new HashMap<>();
        for (ListObjectVersionsResponse page : client.listObjectVersionsPaginator(list -> list.bucket(bucket))) {
            page.versions().forEach(version -> found.computeIfAbsent(version.key(), key -> nothing())
                    .add(version.versionId(), digest(version.key(), version.versionId()), version.isLatest()));
            page.deleteMarkers().forEach(marker -> found.computeIfAbsent(marker.key(), key -> nothing())
                    .add(marker.versionId(), MARKER, marker.isLatest()));
        }
        return found;
    }

    private static Found nothing() {
        return new Found(new HashMap<>(), new ArrayList<>());
    }

    private String digest(String key, String version) {
        return ObjectLoad.digest(client.getObjectAsBytes(get -> get.bucket(bucket).key(key).versionId(version)).asByteArray());
    }
}
