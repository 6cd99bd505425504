package org.kumiki.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;
import org.kumiki.api.journal.JournalException;
import org.kumiki.storage.contract.JournalContract;
import org.kumiki.storage.contract.JournalTraffic;
import org.kumiki.testing.FaultyDisk;

class JdbcJournalTest implements JournalContract {

    /** What H2 writes at a time. */
    private static final int BLOCK = 4096;

    @TempDir
    Path data;

    private final FaultyDisk disk = FaultyFileSystem.DISK;
    private Path directory;
    private JdbcJournal journal;

    @BeforeEach
    void open() throws IOException {
        directory = data.resolve("journal");
        journal = journal(EmbeddedDatabase.url(directory));
    }

    @AfterEach
    void close() throws IOException {
        disk.hasRoom();
        disk.flushes(true);
        journal.close();
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public Journal reopenJournal() {
        try {
            reopen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return journal;
    }

    @Test
    void goesOnWithSmallerNumbersIfTheLatestThingsAreGone() throws IOException {
        journal.append(List.of(entry(1, "a", "1"), entry(2, "b", "1")));
        journal.append(List.of(new Entry(3, "instance", "b", Optional.empty())));
        reopen();
        journal.append(List.of(entry(2, "c", "1")));
        reopen();

        assertThat(entries()).containsExactly(entry(1, "a", "1"), entry(2, "c", "1"));
    }

    @Test
    void isOnStableStorageWhenAnAppendReturns() throws IOException {
        useFaultyDisk();
        for (int number = 1; number <= 20; number++) {
            journal.append(JournalTraffic.append(number));
            assertThat(disk.unflushedWrites(directory)).isZero();
        }
    }

    @Test
    void goesOnByItselfWhenTheDiskHasRoomAgain() throws IOException {
        useFaultyDisk();
        int appended = 0;
        for (int room = 0; room < 60; room++) {
            disk.leaveRoom(room % 12 * BLOCK);
            try {
                journal.append(JournalTraffic.append(appended + 1));
                appended++;
            } catch (JournalException e) {
                assertThat(e.retryable()).isTrue();
            }
            disk.hasRoom();
            assertThat(entries()).isEqualTo(JournalTraffic.after(appended));
        }
        assertThat(appended).isBetween(1, 59);
    }

    @Test
    void staysFullForAsLongAsTheDiskIs() throws IOException {
        useFaultyDisk();
        journal.append(JournalTraffic.append(1));
        disk.leaveRoom(0);
        for (int attempt = 0; attempt < 5; attempt++) {
            assertThatThrownBy(() -> journal.append(JournalTraffic.append(2))).isInstanceOf(JournalException.class)
                    .extracting(e -> ((JournalException) e).retryable()).isEqualTo(true);
        }
        disk.hasRoom();
        journal.append(JournalTraffic.append(2));
        assertThat(entries()).isEqualTo(JournalTraffic.after(2));
    }

    @Test
    void doesNotCallAnAppendDoneThatTheDiskWouldNotVouchFor() throws IOException {
        useFaultyDisk();
        journal.append(JournalTraffic.append(1));
        disk.flushes(false);
        assertThatThrownBy(() -> journal.append(JournalTraffic.append(2))).isInstanceOf(JournalException.class);
    }

    @Test
    void neverHandsOverWhatWasNotWritten() throws IOException {
        append(60);
        journal.close();
        Path database = directory.resolve("kumiki.mv.db");
        byte[] good = Files.readAllBytes(database);
        SplittableRandom random = new SplittableRandom(1);
        int noticed = 0;
        for (int round = 0; round < 20; round++) {
            byte[] bad = good.clone();
            for (int flip = 0; flip <= round; flip++) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(database, bad);
            noticed += replaysOrRefuses(60) ? 0 : 1;
        }
        assertThat(noticed).as("rounds in which a flipped bit mattered").isPositive();
    }

    @Test
    void noticesThatItsEndIsMissing() throws IOException {
        append(20);
        journal.close();
        Path database = directory.resolve("kumiki.mv.db");
        byte[] before = Files.readAllBytes(database);
        reopen();
        journal.append(JournalTraffic.append(21));
        journal.close();
        Files.write(database, before);
        journal = journal(EmbeddedDatabase.url(directory));

        assertThatThrownBy(this::entries).isInstanceOf(JournalException.class).hasMessageContaining("20 appends")
                .hasMessageContaining("21");
    }

    @Test
    void believesTheDatabaseIfNothingElseWasWrittenDown() throws IOException {
        append(20);
        journal.close();
        Files.write(directory.resolve("appends"), new byte[19]);
        journal = journal(EmbeddedDatabase.url(directory));

        assertThat(entries()).isEqualTo(JournalTraffic.after(20));
    }

    @Test
    void letsNobodyElseReadIt() throws IOException {
        append(1);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory))).isEqualTo("rwx------");
    }

    /** Whether a journal with a damaged file is as it was; it may only be that, or damaged. */
    private boolean replaysOrRefuses(int appends) throws IOException {
        JdbcJournal damaged = journal(EmbeddedDatabase.url(directory));
        try {
            List<Entry> entries = new ArrayList<>();
            damaged.replay(entries::add);
            assertThat(entries).isEqualTo(JournalTraffic.after(appends));
            return true;
        } catch (JournalException e) {
            return false;
        } finally {
            damaged.close();
        }
    }

    private void append(int appends) {
        for (int number = 1; number <= appends; number++) {
            journal.append(JournalTraffic.append(number));
        }
    }

    private void useFaultyDisk() throws IOException {
        journal.close();
        journal = journal(FaultyFileSystem.url(EmbeddedDatabase.url(directory)));
    }

    private void reopen() throws IOException {
        journal.close();
        journal = journal(EmbeddedDatabase.url(directory));
    }

    private JdbcJournal journal(String url) throws IOException {
        return new JdbcJournal(directory, () -> DriverManager.getConnection(url, "kumiki", ""));
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        journal.replay(entries::add);
        return entries;
    }

    private static Entry entry(long sequence, String key, String value) {
        return new Entry(sequence, "instance", key, Optional.of(value));
    }
}
