package org.kumiki.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.BlobStore;
import org.kumiki.api.blob.Keeping;
import org.kumiki.api.blob.Precondition;
import org.kumiki.api.blob.Staged;

/** What one client does, the same every time, so that two processes can know what a store must hold. Each has keys of his own. */
record Traffic(int client) {

    static final String BUCKET = "bucket";

    private static final int KEYS = 12;

    /** Does what comes as number so-and-so, from 1. */
    void act(BlobStore store, int number) throws IOException {
        String key = key(number);
        if (isDeletion(number)) {
            store.delete(BUCKET, key, Blob.ONLY, blob -> {
            });
            return;
        }
        try (Staged bytes = store.stage(new ByteArrayInputStream(content(number)))) {
            store.put(BUCKET, key, List.of(bytes), Map.of("number", Integer.toString(number)), Keeping.REPLACE, Precondition.NONE);
        }
    }

    /** Whether the store holds what it must after so many acts. */
    boolean isThere(BlobStore store, int acts) throws IOException {
        Map<String, Integer> last = new HashMap<>();
        for (int number = 1; number <= acts; number++) {
            last.put(key(number), number);
        }
        for (int at = 0; at < KEYS; at++) {
            String key = key(at);
            Optional<Integer> expected = Optional.ofNullable(last.get(key)).filter(number -> !isDeletion(number));
            Optional<Blob> found = store.find(BUCKET, key);
            if (!found.map(Traffic::number).equals(expected)) {
                return false;
            }
            if (found.isPresent()) {
                assertThat(read(store, found.get())).isEqualTo(content(expected.orElseThrow()));
            }
        }
        return true;
    }

    static int number(Blob blob) {
        return Integer.parseInt(blob.attributes().get("number"));
    }

    static byte[] read(BlobStore store, Blob blob) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) blob.size());
        store.read(blob, 0, blob.size(), bytes::put);
        return bytes.array();
    }

    byte[] content(int number) {
        Random random = new Random(31L * client + number);
        byte[] content = new byte[number % 7 == 0 ? 66_000 + random.nextInt(90_000) : random.nextInt(6_000)];
        random.nextBytes(content);
        return content;
    }

    private String key(int number) {
        return client + "/" + number % KEYS;
    }

    private static boolean isDeletion(int number) {
        return number % 5 == 3;
    }
}
