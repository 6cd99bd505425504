package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.node.Node;
import org.kumiki.node.contract.PlainNode;

/** Copies of a "disk" of this machine, which is a file, by the program that is started on machines. */
class CopyingTest {

    private static final int MIB = 1 << 20;
    private static final int SIZE = 100 * MIB + 512 * 7;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Node node;
    private Path disk;
    private Path copy;
    private Path sums;
    private final Random random = new Random(1);

    @BeforeEach
    void begin() throws IOException {
        node = new PlainNode("here", directory);
        disk = directory.resolve("a disk");
        copy = directory.resolve("copy");
        sums = directory.resolve("sums");
        write(SIZE - 1, new byte[1]);
        for (int place : new int[] {0, 3, 64, 65, 99, 100}) {
            scribble(place * MIB + 100, 3_000);
        }
    }

    private void scribble(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        write(position, bytes);
    }

    private void write(long position, byte[] bytes) throws IOException {
        try (FileChannel file = FileChannel.open(disk, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private long follow() throws IOException {
        try (SourceDisk source = SourceDisk.open(node, disk.toString()); CopiedDisk copied = new CopiedDisk(copy, sums, source.size())) {
            source.flush();
            return copied.follow(source, looked -> { });
        }
    }

    @Test
    void copiesWhatIsThereAndLeavesHoles() throws IOException {
        assertThat(follow()).isEqualTo(5 * MIB + 512 * 7);

        assertThat(Files.mismatch(disk, copy)).isEqualTo(-1);
        assertThat(blocks()).isLessThan(6L * MIB / 512 + 100);
    }

    private long blocks() throws IOException {
        return Long.parseLong(node.run(List.of("stat", "--format=%b", copy.toString()), PATIENCE).output().strip());
    }

    @Test
    void copiesTheNextTimeWhatHasChanged() throws IOException {
        follow();
        scribble(65 * MIB + 5, 9);
        write(3 * MIB, new byte[MIB]);
        scribble(50 * MIB, 1);

        assertThat(follow()).isEqualTo(3 * MIB);
        assertThat(Files.mismatch(disk, copy)).isEqualTo(-1);
        assertThat(follow()).isZero();
    }

    /** What was written before a crash is not known afterwards, whatever it was. */
    @Test
    void trustsNothingThatWasUnderWay() throws IOException {
        follow();
        byte[] before = Files.readAllBytes(sums);
        scribble(3 * MIB, 10);
        write(64 * MIB, new byte[MIB]);
        try (SourceDisk source = SourceDisk.open(node, disk.toString()); CopiedDisk copied = new CopiedDisk(copy, sums, source.size())) {
            assertThatThrownBy(() -> copied.follow(source, looked -> {
                throw new IOException("the end");
            })).hasMessage("the end");
        }
        byte[] torn = before.clone();
        Arrays.fill(torn, 3 * SourceDisk.SUM, 4 * SourceDisk.SUM, (byte) -1);
        Files.write(sums, torn); // as it is between a block and its checksum
        write(3 * MIB, new byte[MIB]);

        follow();

        assertThat(Files.mismatch(disk, copy)).isEqualTo(-1);
    }

    @Test
    void withoutPerlsDigestAProgramIsAsked() throws IOException {
        follow();
        scribble(99 * MIB, 77);
        Path programs = Files.createDirectory(directory.resolve("lib"));
        Files.createDirectory(programs.resolve("Digest"));
        Files.writeString(programs.resolve("Digest/SHA.pm"), "die 'there is none';");
        node = new PlainNode("bare", directory, List.of("env", "PERL5LIB=" + programs));

        assertThat(follow()).isEqualTo(MIB);
        assertThat(Files.mismatch(disk, copy)).isEqualTo(-1);
    }

    @Test
    void isNotConnectedToBeforeItListens() throws IOException {
        Path programs = Files.createDirectory(directory.resolve("lib"));
        Files.writeString(programs.resolve("Late.pm"), "*CORE::GLOBAL::listen = sub (*$) { select undef, undef, undef, 0.5; CORE::listen($_[0], $_[1]) }; 1;");
        node = new PlainNode("late", directory, List.of("env", "PERL5LIB=" + programs, "PERL5OPT=-MLate"));

        assertThat(follow()).isPositive();
    }

    @Test
    void saysWhatIsWrongAndLeavesNothing() throws Exception {
        assertThatThrownBy(() -> SourceDisk.open(node, directory.resolve("none").toString())).hasMessageContaining("No such file");

        SourceDisk source = SourceDisk.open(node, disk.toString());
        assertThatThrownBy(() -> source.freeze(Duration.ofSeconds(5), List.of("/proc"))).hasMessageContaining("/proc");
        assertThatThrownBy(() -> source.freeze(Duration.ofSeconds(5), List.of("/no where"))).hasMessageContaining("/no where: No such file");
        assertThat(source.size()).isEqualTo(SIZE);
        source.close();

        while (node.run(List.of("ps", "ax"), PATIENCE).output().contains(disk.toString())) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        try (Stream<Path> left = Files.list(Path.of("/run/kumiki-p2v"))) {
            assertThat(left.filter(file -> file.toString().endsWith(".log")).filter(file -> contains(file, directory.toString()))).isEmpty();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            return false; // of somebody else, and gone meanwhile
        }
    }

    @Test
    void endsWhenItIsGivenUp() throws IOException {
        SourceDisk source = SourceDisk.open(node, disk.toString());
        source.hangUp();

        assertThatThrownBy(source::size).isInstanceOf(IOException.class);
        source.close();
    }
}
