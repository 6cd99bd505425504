package org.kumiki.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Clients that upload at the same time what is larger than the platform's whole heap. {@code kumiki bench uploads} does it with more. */
class ObjectMemoryTest {

    private static final String BUCKET = "large";
    private static final String HEAP = "-Xmx96m";
    private static final int CLIENTS = 8;
    private static final int PIECE = 1 << 20;
    private static final int PIECES = 64;

    private Platform platform;

    @BeforeEach
    void start() {
        platform = Platform.prepare();
        platform.starting().with(Map.of("KUMIKI_JAVA_OPTS", HEAP)).run().text();
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void takesNoMoreMemoryForLargeObjects() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (S3Client client = platform.objects()) {
            client.createBucket(create -> create.bucket(BUCKET));
            List<Future<?>> uploads = new ArrayList<>();
            for (int number = 0; number < CLIENTS; number++) {
                String key = "object-" + number;
                byte[] piece = piece(number);
                // The client sends a checksum after the bytes, which the platform compares with its own.
                uploads.add(threads.submit(() -> client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromContentProvider(
                        () -> stream(piece), (long) PIECE * PIECES, "application/octet-stream"))));
            }
            for (Future<?> upload : uploads) {
                upload.get();
            }

            for (int number = 0; number < CLIENTS; number++) {
                String key = "object-" + number;
                try (InputStream found = client.getObject(get -> get.bucket(BUCKET).key(key))) {
                    // By digests: whoever reads slowly is hung up on.
                    assertThat(digest(found)).as(key).isEqualTo(digest(stream(piece(number))));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static byte[] piece(int seed) {
        byte[] piece = new byte[PIECE];
        new Random(seed).nextBytes(piece);
        return piece;
    }

    private static byte[] digest(InputStream stream) throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (DigestInputStream digested = new DigestInputStream(stream, digest)) {
            digested.transferTo(OutputStream.nullOutputStream());
        }
        return digest.digest();
    }

    private static InputStream stream(byte[] piece) {
        List<InputStream> pieces = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            pieces.add(new ByteArrayInputStream(piece));
        }
        return new SequenceInputStream(Collections.enumeration(pieces));
    }
}
