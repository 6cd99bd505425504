package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.image.Program;
import org.kumiki.image.Sandbox;

/** A real file system in a part of a disk. */
class Ext4TreeTest {

    private static final int START = 1 << 20;
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private Path disk;
    private Ext4Tree tree;

    @BeforeEach
    void make() throws IOException {
        disk = Files.createFile(Files.createDirectory(directory.resolve("work")).resolve("disk"));
        run("truncate", "-s", "17M", disk.toString());
        run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-E", "offset=" + START, disk.toString(), "16M");
        tree = new Ext4Tree(new Sandbox(64 << 20), disk, new Part(1, START, 16 << 20, Part.Content.EXT, ""));
    }

    private String run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Program.find(program).orElseThrow().toString()));
        command.addAll(List.of(arguments));
        return new String(Program.run(command, directory, Optional.empty(), SOON), UTF_8);
    }

    private String debugfs(String command) throws IOException {
        return run("debugfs", "-w", "-R", command, disk + "?offset=" + START);
    }

    @Test
    void keepsWhatWasWritten() throws IOException {
        tree.makeDirectory("/etc");
        tree.write("/etc/fstab", "one".getBytes(UTF_8));
        tree.write("/etc/fstab", "another".getBytes(UTF_8));

        tree.check();

        assertThat(tree.list("/etc")).containsExactly("fstab");
        assertThat(tree.read("/etc/fstab", 100)).map(bytes -> new String(bytes, UTF_8)).contains("another");
        tree.delete("/etc/fstab");
        assertThat(tree.read("/etc/fstab", 100)).isEmpty();
    }

    /** As of a machine that was cut off: what its journal holds is not where it belongs yet. */
    @Test
    void bringsInWhatIsInTheJournal() throws IOException {
        tree.write("/file", "old".getBytes(UTF_8));
        String block = debugfs("bmap /file 0").strip();
        Path news = Files.write(directory.resolve("news"), Arrays.copyOf("new".getBytes(UTF_8), 4096));
        Path commands = Files.writeString(directory.resolve("commands"), "jo\njw -b " + block + " " + news + "\njc\n");
        run("debugfs", "-w", "-f", commands.toString(), disk + "?offset=" + START);
        assertThat(debugfs("features")).contains("needs_recovery");
        assertThat(tree.read("/file", 100)).map(bytes -> new String(bytes, UTF_8)).contains("old");

        tree.check();

        assertThat(debugfs("features")).doesNotContain("needs_recovery");
        assertThat(tree.read("/file", 100)).map(bytes -> new String(bytes, UTF_8)).contains("new");
    }

    @Test
    void saysThatThereIsNone() throws IOException {
        run("dd", "if=/dev/zero", "of=" + disk, "bs=1M", "count=17", "conv=notrunc", "status=none");

        assertThatIOException().isThrownBy(tree::check).withMessageStartingWith("partition 1 has no whole ext4 file system");
    }
}
