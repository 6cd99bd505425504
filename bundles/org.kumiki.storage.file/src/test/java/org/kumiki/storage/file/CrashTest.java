package org.kumiki.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.blob.Bucket;
import org.kumiki.storage.contract.BlobStoreContract;
import org.kumiki.testing.DoomedProcess;
import org.kumiki.wal.Disk;

/** What is left when a process is killed. {@code -Dkumiki.crashes=N} says how often one is killed; a few times if nobody asks. */
class CrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.crashes", 4);
    private static final int CLIENTS = 4;
    /** Short, so that some crashes are in the middle of tidying up. */
    private static final long SEGMENT = 150_000;

    @TempDir
    Path temp;

    /** Hundreds of answers, each after a flush or two, take minutes on a slow disk. */
    @Test
    @Timeout(600)
    void everyChangeThatWasAnsweredIsThereAndNoneIsHalfThere() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        int[] acts = new int[CLIENTS];
        for (int crash = 0; crash < CRASHES; crash++) {
            int[] answered = actUntilKilled(acts, 50 + random.nextInt(600));

            FileBlobStore store = store(temp);
            try {
                for (int client = 0; client < CLIENTS; client++) {
                    Traffic traffic = new Traffic(client);
                    boolean oneMore = traffic.isThere(store, answered[client] + 1);
                    acts[client] = answered[client] + (oneMore ? 1 : 0);
                    assertThat(traffic.isThere(store, acts[client])).as("crash %d, client %d after act %d", crash, client, answered[client]).isTrue();
                }
                assertThat(store.scrub().run(progress -> {
                }).defects()).isEmpty();
                assertThat(files(temp.resolve("content"))).hasSize(largeBlobs(store));
            } finally {
                store.close();
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static int largeBlobs(FileBlobStore store) {
        return (int) store.list(Traffic.BUCKET, BlobStoreContract.query("")).blobs().stream().filter(blob -> blob.size() > Intake.SMALL).count();
    }

    /** Kills clients soon after so many answers, and tells the last that each got. */
    private int[] actUntilKilled(int[] before, int answers) throws Exception {
        int[] answered = before.clone();
        String[] arguments = Stream.concat(Stream.of(temp.toString()), Arrays.stream(before).mapToObj(Integer::toString)).toArray(String[]::new);
        for (String line : DoomedProcess.killAfter(answers, Clients.class, arguments)) {
            String[] words = line.split(" ");
            answered[Integer.parseInt(words[0])] = Integer.parseInt(words[1]);
        }
        return answered;
    }

    private static FileBlobStore store(Path directory) throws IOException {
        return new FileBlobStore(directory, Disk.REAL, SEGMENT);
    }

    /** The other process: acts for each client, and answers with the client and the number of each act that has returned. */
    static final class Clients {

        private Clients() {
        }

        public static void main(String[] arguments) throws IOException {
            FileBlobStore store = store(Path.of(arguments[0]));
            if (store.bucket(Traffic.BUCKET).isEmpty()) {
                store.create(new Bucket(Traffic.BUCKET, Instant.EPOCH, Map.of()));
            }
            for (int client = 0; client < CLIENTS; client++) {
                Traffic traffic = new Traffic(client);
                int acts = Integer.parseInt(arguments[1 + client]);
                new Thread(() -> {
                    try {
                        for (int number = acts + 1;; number++) {
                            traffic.act(store, number);
                            // One write a line, or a line could be cut in two.
                            System.out.write((traffic.client() + " " + number + "\n").getBytes(StandardCharsets.US_ASCII));
                            System.out.flush();
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }).start();
            }
        }
    }
}
