package org.kumiki.store.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.journal.JournalException;
import org.kumiki.storage.contract.JournalContract;
import org.kumiki.storage.contract.JournalTraffic;

class LogJournalTest implements JournalContract {

    private static final long LONG = 1 << 30;
    private static final long SHORT = 50_000;

    @TempDir
    Path data;

    private final FullDisk disk = new FullDisk();
    private Path directory;
    private LogJournal journal;

    @BeforeEach
    void open() {
        directory = data.resolve("journal");
        journal = new LogJournal(directory, LONG, disk);
    }

    @AfterEach
    void close() throws IOException {
        journal.close();
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public Journal reopenJournal() {
        try {
            reopen(LONG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return journal;
    }

    @Test
    void putsItsLogsTogetherWhenTheyAreLong() throws IOException {
        reopen(SHORT);
        append(1, 400);
        assertThat(entries()).as("while it may be at it").isEqualTo(JournalTraffic.after(400));
        awaitPuttingTogether();
        reopen(SHORT);

        assertThat(entries()).isEqualTo(JournalTraffic.after(400));
        assertThat(names()).filteredOn(name -> name.endsWith(".base")).hasSize(1);
        assertThat(names()).noneMatch(name -> name.startsWith("0000000001"));
    }

    @Test
    void removesWhatACrashLeftOfPuttingLogsTogether() throws IOException {
        reopen(SHORT);
        append(1, 400);
        awaitPuttingTogether();
        reopen(SHORT);
        entries();
        Files.write(directory.resolve("0000000001.log"), new Frame(1, JournalTraffic.append(1)).toBytes());
        Files.write(directory.resolve("0000000099.base.new"), new byte[100]);
        reopen(SHORT);

        assertThat(entries()).isEqualTo(JournalTraffic.after(400));
        assertThat(names()).doesNotContain("0000000001.log");
    }

    @Test
    void goesOnByItselfWhenTheDiskHasRoomAgain() {
        SplittableRandom random = new SplittableRandom(1);
        int appended = 0;
        for (int round = 0; round < 200; round++) {
            disk.room = random.nextInt(20_000);
            disk.stuck = round % 3 == 0;
            try {
                journal.append(JournalTraffic.append(appended + 1));
                appended++;
            } catch (JournalException e) {
                assertThat(e.retryable()).isTrue();
            }
            disk.room = Long.MAX_VALUE;
            disk.stuck = false;
            assertThat(entries()).isEqualTo(JournalTraffic.after(appended));
        }
        assertThat(appended).isBetween(1, 199);
    }

    @Test
    void isReadableIfTheProcessDiesWhileTheDiskIsFull() throws IOException {
        append(1, 10);
        disk.room = 100;
        disk.stuck = true;
        assertThatThrownBy(() -> journal.append(JournalTraffic.append(11))).isInstanceOf(JournalException.class);
        reopen(LONG);
        disk.room = Long.MAX_VALUE;
        disk.stuck = false;

        assertThat(entries()).isEqualTo(JournalTraffic.after(10));
        append(11, 20);
        reopen(LONG);
        assertThat(entries()).isEqualTo(JournalTraffic.after(20));
    }

    @Test
    void doesNotBeginTheNextLogBeforeThisOneIsSound() throws IOException {
        reopen(1);
        append(1, 1);
        disk.room = 10;
        disk.stuck = true;
        assertThatThrownBy(() -> append(2, 2)).isInstanceOf(JournalException.class);
        disk.room = Long.MAX_VALUE;
        assertThatThrownBy(() -> append(2, 2)).isInstanceOf(JournalException.class);
        disk.stuck = false;
        append(2, 5);
        reopen(1);

        assertThat(entries()).isEqualTo(JournalTraffic.after(5));
    }

    @Test
    void noticesEveryFlippedBit() throws IOException {
        append(1, 30);
        journal.close();
        byte[] good = Files.readAllBytes(log(1));
        SplittableRandom random = new SplittableRandom(1);
        for (int flip = 0; flip < 500; flip++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(log(1), bad);
            refuses();
        }
    }

    @Test
    void noticesThatItsEndIsMissing() throws IOException {
        append(1, 30);
        journal.close();
        byte[] good = Files.readAllBytes(log(1));
        for (int missing = 1; missing < 2_000; missing += 37) {
            Files.write(log(1), Arrays.copyOf(good, good.length - missing));
            refuses();
        }
    }

    @Test
    void noticesThatItsEndIsZero() throws IOException {
        append(1, 30);
        journal.close();
        byte[] bytes = Files.readAllBytes(log(1));
        int last = new Frame(30, JournalTraffic.append(30)).toBytes().length;
        Arrays.fill(bytes, bytes.length - last, bytes.length, (byte) 0);
        Files.write(log(1), bytes);
        refuses();
    }

    @Test
    void noticesThatALogIsMissing() throws IOException {
        reopen(SHORT);
        append(1, 400);
        awaitPuttingTogether();
        journal.close();
        Files.delete(directory.resolve(names().stream().filter(name -> name.endsWith(".base")).findFirst().orElseThrow()));
        refuses();
    }

    @Test
    void leavesOutWhatWasBeingWrittenWhenTheProcessDied() throws IOException {
        append(1, 30);
        journal.close();
        byte[] whole = Files.readAllBytes(log(1));
        byte[] next = new Frame(31, JournalTraffic.append(31)).toBytes();
        for (int written = 1; written < next.length; written += 97) {
            byte[] torn = Arrays.copyOf(whole, whole.length + written);
            System.arraycopy(next, 0, torn, whole.length, written);
            Files.write(log(1), torn);
            reopen(LONG);
            assertThat(entries()).isEqualTo(JournalTraffic.after(30));
        }
        append(31, 40);
        reopen(LONG);
        assertThat(entries()).isEqualTo(JournalTraffic.after(40));
    }

    @Test
    void leavesOutWhatTheFileSystemHadNotFilledInWhenThePowerWent() throws IOException {
        append(1, 30);
        journal.close();
        byte[] whole = Files.readAllBytes(log(1));
        Files.write(log(1), Arrays.copyOf(whole, whole.length + 10_000));
        reopen(LONG);

        assertThat(entries()).isEqualTo(JournalTraffic.after(30));
    }

    @Test
    void believesTheLogIfNothingElseWasWrittenDown() throws IOException {
        append(1, 20);
        journal.close();
        Files.write(directory.resolve("appends"), new byte[19]);
        reopen(LONG);

        assertThat(entries()).isEqualTo(JournalTraffic.after(20));
    }

    @Test
    void isRefusedToASecondJournal() {
        append(1, 1);
        LogJournal second = new LogJournal(directory, LONG, disk);

        assertThatThrownBy(() -> second.append(JournalTraffic.append(2))).isInstanceOf(JournalException.class)
                .hasMessageContaining("somebody else uses");
    }

    @Test
    void letsNobodyElseReadIt() throws IOException {
        append(1, 1);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
    }

    private void refuses() throws IOException {
        LogJournal damaged = new LogJournal(directory, LONG, disk);
        List<Entry> entries = new ArrayList<>();
        assertThatThrownBy(() -> damaged.replay(entries::add)).isInstanceOf(JournalException.class).hasMessageContaining("is damaged")
                .extracting(e -> ((JournalException) e).retryable()).isEqualTo(false);
        assertThat(entries).isEmpty();
        damaged.close();
    }

    private void append(int first, int last) {
        for (int number = first; number <= last; number++) {
            journal.append(JournalTraffic.append(number));
        }
    }

    private void reopen(long logBytes) throws IOException {
        journal.close();
        journal = new LogJournal(directory, logBytes, disk);
    }

    private Path log(int number) {
        return directory.resolve("%010d.log".formatted(number));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** It goes on beside what is appended, and is called off when the journal is closed. */
    private void awaitPuttingTogether() throws IOException {
        while (names().stream().anyMatch(name -> name.startsWith("0000000001"))) {
            Thread.onSpinWait();
        }
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        journal.replay(entries::add);
        return entries;
    }
}
