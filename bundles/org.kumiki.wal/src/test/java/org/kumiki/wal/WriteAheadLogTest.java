package org.kumiki.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.testing.FaultyDisk;
import org.kumiki.wal.Notes.Entry;
import org.kumiki.wal.Notes.Erased;
import org.kumiki.wal.Notes.Written;

class WriteAheadLogTest {

    private static final long LONG = 1 << 20;

    @TempDir
    Path temp;

    private final FaultyDisk disk = new FaultyDisk();
    private Path directory;
    private Notes notes;
    private WriteAheadLog<Entry> log;

    @BeforeEach
    void open() throws IOException {
        directory = temp.resolve("log");
        open(directory, LONG);
    }

    private void open(Path where, long segmentBytes) throws IOException {
        notes = new Notes();
        log = WriteAheadLog.open(new Options("notes", where, disk::open, segmentBytes, Runnable::run), notes, notes);
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    private void reopen() throws IOException {
        log.close();
        open(directory, LONG);
    }

    private void append(Entry... entries) {
        log.append(List.of(entries)).join();
    }

    @Test
    void keepsWhatWasAppended() throws IOException {
        append(new Written(1, "one"), new Written(2, "two"));
        append(new Erased(1));

        assertThat(notes.texts(log)).isEqualTo(Map.of(2L, "two"));
        reopen();
        assertThat(notes.texts(log)).isEqualTo(Map.of(2L, "two"));
    }

    @Test
    void carriesOutBeforeItAnswers() {
        List<Map<Long, Place>> seen = new ArrayList<>();

        log.append(List.of(new Written(1, "one"))).thenRun(() -> seen.add(notes.places())).join();

        assertThat(seen.get(0)).containsKey(1L);
    }

    @Test
    void manyShareAFlush() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        disk.holdFlushes(gate);
        CompletableFuture<Void> first = log.append(List.of(new Written(0, "first")));
        while (disk.dataFlushes() == 0) {
            Thread.onSpinWait();
        }
        List<CompletableFuture<Void>> others = LongStream.range(1, 100).mapToObj(number -> log.append(List.of(new Written(number, "")))).toList();
        assertThat(first).isNotDone();

        gate.countDown();
        others.forEach(CompletableFuture::join);

        assertThat(disk.dataFlushes()).isEqualTo(2);
    }

    @Test
    void refusesASecondOwner() {
        assertThatThrownBy(() -> WriteAheadLog.open(new Options("notes", directory, disk::open, LONG, Runnable::run), notes, new Notes()))
                .isInstanceOf(IOException.class).hasMessageContaining("somebody else uses " + directory);
    }

    @Test
    void takesNothingWhenItIsClosed() throws IOException {
        log.close();

        assertThatThrownBy(() -> append(new Written(1, "one"))).hasCauseInstanceOf(ClosedException.class);
    }

    @Test
    void cutsOffWhatWasBeingWritten() throws IOException {
        append(new Written(1, "one"));
        log.close();
        long whole = Files.size(segment(1));
        Files.write(segment(1), new byte[] { 0, 0, 0, 9, 1, 2 }, StandardOpenOption.APPEND);

        open();

        assertThat(notes.texts(log)).containsOnlyKeys(1L);
        assertThat(Files.size(segment(1))).isEqualTo(whole);
        append(new Written(2, "two"));
        reopen();
        assertThat(notes.texts(log)).containsOnlyKeys(1L, 2L);
    }

    @Test
    void aCommitOfWhichSomeIsMissingIsMissing() throws IOException {
        append(new Written(1, "one"));
        append(new Written(2, "two"), new Written(3, "three"));
        log.close();
        try (FileChannel file = FileChannel.open(segment(1), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
        }

        open();

        assertThat(notes.texts(log)).containsOnlyKeys(1L);
    }

    @Test
    void aBadByteInTheMiddleIsDamage() throws IOException {
        append(new Written(1, "one"));
        append(new Written(2, "two"));
        Place first = notes.places().get(1L);
        log.close();
        flip(segment(1), first.position() + first.length() - 1);

        assertThatThrownBy(this::open).isInstanceOf(DamagedException.class).hasMessageContaining(segment(1) + " is not as it was written from byte "
                + first.position());
    }

    @Test
    void aBadByteIsNotRead() throws IOException {
        append(new Written(1, "one"));
        Place place = notes.places().get(1L);
        flip(segment(1), place.position() + place.length() - 1);

        assertThatThrownBy(() -> log.read(place)).isInstanceOf(DamagedException.class);
    }

    @Test
    void readsTheBytesOfARecordIntoABuffer() throws IOException {
        append(new Written(1, "one"));
        Place place = notes.places().get(1L);
        ByteBuffer buffer = ByteBuffer.allocateDirect(100).position(7);

        ByteBuffer record = log.read(place, buffer);

        assertThat(notes.read(new Decoder(record))).isEqualTo(new Written(1, "one"));
        flip(segment(1), place.position() + place.length() - 1);
        assertThatThrownBy(() -> log.read(place, buffer)).isInstanceOf(DamagedException.class);
    }

    @Test
    void whatIsCutOffIsNotRead() throws IOException {
        append(new Written(1, "one"));
        Place place = notes.places().get(1L);
        try (FileChannel file = FileChannel.open(segment(1), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
        }

        assertThatThrownBy(() -> log.read(place)).isInstanceOf(DamagedException.class).hasMessageContaining(log.file(place).toString());
    }

    @Test
    void knowsWhichPlacesThereAre() {
        append(new Written(1, "one"));
        Place place = notes.places().get(1L);

        assertThat(log.has(place)).isTrue();
        assertThat(log.has(new Place(place.segment(), place.position() + 1, place.length()))).isFalse();
        assertThat(log.has(new Place(place.segment() + 1, place.position(), place.length()))).isFalse();
    }

    /** Without that flush, the file is lost in some of the cuts. */
    @Test
    void namesAreDurableBeforeTheRecordsThatSpeakOfThem() throws IOException {
        Path files = Files.createDirectories(temp.resolve("files"));
        assertThat(cuts(files, Set.of())).contains(false);

        assertThat(cuts(files, Set.of(files))).containsOnly(true);
    }

    private List<Boolean> cuts(Path files, Set<Path> directories) throws IOException {
        Path file = files.resolve("file" + directories.size());
        disk.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE).close();
        log.append(List.of(new Written(1, file.toString())), directories).join();
        List<Boolean> isThere = new ArrayList<>();
        Random random = new Random(1);
        for (int cut = 0; cut < 20; cut++) {
            Path copy = temp.resolve("cut" + directories.size() + "-" + cut);
            disk.copyAsIfPowerWereCut(files, copy, random);
            isThere.add(Files.exists(copy.resolve(file.getFileName())));
        }
        return isThere;
    }

    private static void flip(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 1)).flip();
            channel.write(one, position);
        }
    }

    @Test
    void aFullDiskTakesNothingButWhatMakesRoom() throws Exception {
        append(new Written(1, "one"), new Written(2, "two"));
        awaitFile(directory.resolve("reserve"), 1 << 18);
        disk.leaveRoom(10);

        assertThatThrownBy(() -> append(new Written(3, "three"))).cause().matches(Disk::isFull);
        append(new Erased(1));

        disk.hasRoom();
        append(new Written(4, "four"));
        assertThat(notes.texts(log)).containsOnlyKeys(2L, 4L);
        reopen();
        assertThat(notes.texts(log)).containsOnlyKeys(2L, 4L);
    }

    @Test
    void whatCouldNotBeFlushedIsNotThere() throws IOException {
        append(new Written(1, "one"));
        disk.flushes(false);
        assertThatThrownBy(() -> append(new Written(2, "two"))).hasCauseInstanceOf(IOException.class);
        disk.flushes(true);

        reopen();

        assertThat(notes.texts(log)).containsOnlyKeys(1L);
    }

    @Test
    void segmentsOfWhichNothingIsNeededGo() throws Exception {
        reopenWithShortSegments();
        append(new Written(1, "stays"));
        Path first = segment(notes.places().get(1L).segment());

        for (int round = 0; Files.exists(first); round++) {
            append(new Written(2, "x".repeat(500) + round));
        }

        assertThat(notes.texts(log)).containsEntry(1L, "stays");
        reopen();
        assertThat(notes.texts(log)).containsOnlyKeys(1L, 2L).containsEntry(1L, "stays");
    }

    @Test
    void callsCheckpointsAsItIsTold() throws IOException {
        log.close();
        log = WriteAheadLog.open(new Options("notes", directory, disk::open, 2_000, Runnable::run, "index"), notes, notes);
        append(new Written(1, "stays"));

        for (int round = 0; Files.exists(segment(1)); round++) {
            append(new Written(2, "x".repeat(500) + round));
        }

        log.close();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.endsWith(".checkpoint"))
                    .anyMatch(name -> name.matches("[0-9]{10}\\.index"));
        }
        notes = new Notes();
        log = WriteAheadLog.open(new Options("notes", directory, disk::open, 2_000, Runnable::run, "index"), notes, notes);
        assertThat(notes.texts(log)).containsOnlyKeys(1L, 2L).containsEntry(1L, "stays");
    }

    @Test
    void readsSegmentsThatTheStoreBeganItself() throws IOException {
        log.close();
        long salt = 4711;
        Frame begun = Commit.frame(0, notes, new Notes.Begun(salt));
        Frame written = Commit.frame(0, notes, new Written(1, "one"));
        ByteBuffer bytes = ByteBuffer.allocate(begun.size() + written.size());
        begun.putHeader(bytes, 0, FrameWriter.NO_SALT);
        bytes.put(begun.payload());
        written.putHeader(bytes, begun.size(), salt);
        bytes.put(written.payload());
        Files.write(segment(1), bytes.array());

        open();

        append(new Written(2, "two"));
        assertThat(notes.texts(log)).isEqualTo(Map.of(1L, "one", 2L, "two"));
        reopen();
        assertThat(notes.texts(log)).isEqualTo(Map.of(1L, "one", 2L, "two"));
    }

    @Test
    void isClosedWhileItIsMoved() throws Exception {
        log.close();
        CountDownLatch moving = new CountDownLatch(1);
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        State<Entry> endless = new Forwarding(notes) {
            @Override
            public void move(Set<Long> segments, WriteAheadLog<Entry> to) {
                moving.countDown();
                try {
                    while (true) {
                        to.append(List.of(new Erased(0))).join();
                    }
                } catch (CompletionException e) {
                    end.complete(e.getCause());
                    throw e;
                }
            }
        };
        log = WriteAheadLog.open(new Options("notes", directory, disk::open, 2_000, Runnable::run), notes, endless);
        append(new Written(1, "stays"));
        for (int round = 0; moving.getCount() > 0; round++) {
            append(new Written(2, "x".repeat(500) + round));
        }

        log.close();

        assertThat(end).isCompletedWithValueMatching(ClosedException.class::isInstance);
    }

    /** Damaged ones, for instance. Each further try would begin a segment and write a checkpoint. */
    @Test
    void doesNotTryAgainAndAgainToMoveWhatCannotBeMoved() throws Exception {
        log.close();
        AtomicInteger tries = new AtomicInteger();
        State<Entry> immovable = new Forwarding(notes) {
            @Override
            public void move(Set<Long> segments, WriteAheadLog<Entry> to) {
                tries.incrementAndGet();
            }
        };
        log = WriteAheadLog.open(new Options("notes", directory, disk::open, 2_000, Runnable::run), notes, immovable);
        for (long number = 1; number <= 8 || tries.get() == 0; number++) {
            append(new Written(number, "stays"));
            IntStream.range(0, 5).forEach(each -> append(new Written(0, "x".repeat(500))));
        }
        int before = tries.get();

        int appended = 0;
        for (; tries.get() < before + 10; appended++) {
            append(new Written(0, "y"));
        }

        assertThat(appended).as("some segments full of them between two tries").isGreaterThan(800);
        assertThat(segment(1)).exists();
    }

    /** The notes, but for what a test has otherwise. */
    private static class Forwarding implements State<Entry> {

        private final Notes notes;

        Forwarding(Notes notes) {
            this.notes = notes;
        }

        @Override
        public void apply(Entry entry, Place place) {
            notes.apply(entry, place);
        }

        @Override
        public Snapshot<Entry> snapshot() {
            return notes.snapshot();
        }

        @Override
        public long live(long segment) {
            return notes.live(segment);
        }

        @Override
        public long live() {
            return notes.live();
        }
    }

    private void reopenWithShortSegments() throws IOException {
        log.close();
        open(directory, 2_000);
    }

    /** While it is written, moved and checkpointed, the directory is copied as a crash would leave it. */
    @Test
    void whatWasAnsweredSurvivesACrash() throws Exception {
        long seed = Long.getLong("kumiki.seed", System.nanoTime());
        Random random = new Random(seed);
        reopenWithShortSegments();
        Map<Long, String> expected = new TreeMap<>();
        Path current = directory;
        for (int crash = 0; crash < 30; crash++) {
            for (int round = 0; round < random.nextInt(60); round++) {
                long number = random.nextInt(12);
                if (random.nextInt(3) == 0) {
                    append(new Erased(number));
                    expected.remove(number);
                } else {
                    String text = "x".repeat(random.nextInt(300)) + round;
                    append(new Written(number, text));
                    expected.put(number, text);
                }
            }
            disk.flushes(false);
            List<CompletableFuture<Void>> unanswered = List.of(log.append(List.of(new Written(99, "never answered"))));
            unanswered.forEach(each -> assertThatThrownBy(each::join).hasCauseInstanceOf(IOException.class));
            disk.flushes(true);
            log.close();
            Path copy = temp.resolve("crash" + crash);
            disk.copyAsIfPowerWereCut(current, copy, random);

            open(copy, 2_000);
            current = copy;

            assertThat(notes.texts(log)).as("seed %d, crash %d", seed, crash).isEqualTo(expected);
        }
    }

    private Path segment(long number) {
        return directory.resolve("%010d.log".formatted(number));
    }

    private static void awaitFile(Path file, long size) throws IOException {
        while (!Files.exists(file) || Files.size(file) < size) {
            Thread.onSpinWait();
        }
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        append(new Written(1, "one"));
        awaitFile(directory.resolve("reserve"), 1 << 18);
        log.close();

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsOnly("lock", "reserve", "0000000001.log");
        }
    }
}
