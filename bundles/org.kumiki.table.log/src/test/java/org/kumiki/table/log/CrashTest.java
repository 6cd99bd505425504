package org.kumiki.table.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.table.DomainId;
import org.kumiki.api.table.Expectation;
import org.kumiki.api.table.Item;
import org.kumiki.api.table.ItemChange;
import org.kumiki.api.table.ItemChange.Assignment;
import org.kumiki.api.table.ItemChange.Put;
import org.kumiki.testing.FaultyDisk;
import org.kumiki.wal.Disk;

/** What is left when a process dies, or a machine. {@code -Dkumiki.crashes=N} says how often a process is killed; a few times if nobody asks. */
class CrashTest {

    private static final int CRASHES = Integer.getInteger("kumiki.crashes", 4);
    private static final int CLIENTS = 4;
    /** Short, so that some crashes are in the middle of a checkpoint. */
    private static final long SEGMENT = 30_000;
    private static final DomainId DOMAIN = new DomainId(new AccountId("000000000001"), "crashes");

    @TempDir
    Path temp;

    /** Each client counts, in two items at once, and only on from the number that it has had answered. */
    private static void count(LogTableStore store, int client, int number) {
        Optional<Expectation> before = Optional.of(new Expectation("n", number == 1 ? Optional.empty() : Optional.of("" + (number - 1))));
        List<ItemChange> changes = List.of(counted("one" + client, number), counted("other" + client, number));
        store.change(DOMAIN, changes, before);
    }

    private static Put counted(String item, int number) {
        return new Put(item, List.of(new Assignment("n", "" + number, true), new Assignment("text", "x".repeat(number % 500), true)));
    }

    private static int counted(LogTableStore store, String item) {
        return store.item(DOMAIN, item).map(found -> Integer.parseInt(found.values("n").get(0))).orElse(0);
    }

    @Test
    void whatWasAnsweredSurvivesAKillAndNothingIsHalfThere() throws Exception {
        int[] counted = new int[CLIENTS];
        for (int crash = 0; crash < CRASHES; crash++) {
            int[] answered = countUntilKilled(counted, 100 + 150 * crash);
            LogTableStore store = new LogTableStore(temp, Disk.REAL, SEGMENT, Long.MAX_VALUE, Long.MAX_VALUE);
            for (int client = 0; client < CLIENTS; client++) {
                counted[client] = counted(store, "one" + client);
                assertThat(counted[client]).as("crash %d", crash).isBetween(answered[client], answered[client] + 1);
                assertThat(counted(store, "other" + client)).isEqualTo(counted[client]);
            }
            store.close();
        }
    }

    /** A disk that loses what was not flushed, and some of that only in part, while clients count. */
    @Test
    void whatWasAnsweredSurvivesALossOfPower() throws Exception {
        FaultyDisk disk = new FaultyDisk();
        Path directory = temp.resolve("tables");
        LogTableStore store = new LogTableStore(directory, disk::open, 1 << 30, Long.MAX_VALUE, Long.MAX_VALUE);
        store.create(DOMAIN);
        Map<Integer, Integer> answered = new ConcurrentHashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger answers = new AtomicInteger();
        List<CompletableFuture<Void>> clients = IntStream.range(0, CLIENTS).mapToObj(client -> CompletableFuture.runAsync(() -> {
            for (int number = 1; !done.get(); number++) {
                count(store, client, number);
                answered.put(client, number);
                answers.incrementAndGet();
            }
        })).toList();
        Random random = new Random(1);
        for (int round = 0; round < 10; round++) {
            int before = answers.get();
            while (answers.get() < before + 30) {
                Thread.onSpinWait();
            }
            Map<Integer, Integer> must = Map.copyOf(answered);
            Path copy = temp.resolve("copy" + round);
            disk.copyAsIfPowerWereCut(directory, copy, random);
            check(copy, must);
        }
        done.set(true);
        clients.forEach(CompletableFuture::join);
        store.close();
    }

    private static void check(Path copy, Map<Integer, Integer> must) throws IOException {
        LogTableStore store = new LogTableStore(copy, Disk.REAL, SEGMENT, Long.MAX_VALUE, Long.MAX_VALUE);
        must.forEach((client, number) -> {
            assertThat(counted(store, "one" + client)).isGreaterThanOrEqualTo(number);
            assertThat(counted(store, "other" + client)).isEqualTo(counted(store, "one" + client));
        });
        for (int client = 0; client < CLIENTS; client++) {
            int number = counted(store, "one" + client);
            assertThat(store.item(DOMAIN, "one" + client).map(Item::size).orElse(2)).isEqualTo(2);
            count(store, client, number + 1);
        }
        store.close();
    }

    /** Kills clients soon after so many answers, and tells the last that each got. */
    private int[] countUntilKilled(int[] before, int answersBefore) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), Clients.class.getName(), temp.toString()));
        Arrays.stream(before).forEach(number -> command.add(Integer.toString(number)));
        Process clients = new ProcessBuilder(command).redirectError(temp.resolveSibling(temp.getFileName() + ".err").toFile()).start();
        int[] answered = before.clone();
        int answers = 0;
        try (BufferedReader lines = clients.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                answered[Integer.parseInt(words[0])] = Integer.parseInt(words[1]);
                if (++answers == answersBefore) {
                    // Not the process's own destroyForcibly(), which would close the answers as well.
                    clients.toHandle().destroyForcibly();
                }
            }
        }
        clients.waitFor();
        assertThat(answers).isGreaterThanOrEqualTo(answersBefore);
        return answered;
    }

    /** The other process: counts for each client, and answers with the client and each number that is durable. */
    static final class Clients {

        private Clients() {
        }

        public static void main(String[] arguments) throws IOException {
            LogTableStore store = new LogTableStore(Path.of(arguments[0]), Disk.REAL, SEGMENT, Long.MAX_VALUE, Long.MAX_VALUE);
            store.create(DOMAIN);
            for (int client = 0; client < CLIENTS; client++) {
                int self = client;
                int before = Integer.parseInt(arguments[1 + client]);
                new Thread(() -> {
                    for (int number = before + 1;; number++) {
                        count(store, self, number);
                        // One write a line, or a line could be cut in two.
                        byte[] line = (self + " " + number + "\n").getBytes(StandardCharsets.US_ASCII);
                        System.out.write(line, 0, line.length);
                        System.out.flush();
                    }
                }).start();
            }
        }
    }
}
