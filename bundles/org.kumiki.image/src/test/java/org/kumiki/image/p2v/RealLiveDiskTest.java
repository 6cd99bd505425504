package org.kumiki.image.p2v;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.image.Program;
import org.kumiki.image.p2v.Takeover.Copied;
import org.kumiki.image.p2v.Takeover.Wish;
import org.kumiki.node.contract.PlainNode;

/** A disk of this machine, by a loop device, that a program writes to while it is copied. Takes root. */
@Tag("guest")
@Timeout(300)
class RealLiveDiskTest {

    /** Pairs of files that must agree. */
    private static final String WRITER = "n=0; while :; do n=$((n + 1)); head -c 100000 /dev/urandom >new; sha256sum <new >sum.new; mv new file.$((n % 8));"
            + " mv sum.new sum.$((n % 8)); done";
    private static final int FILES = 8;

    @TempDir
    Path directory;

    private String loop;
    private Path mount;
    private Process writer;

    @BeforeEach
    void begin() throws IOException {
        run("truncate", "-s", "200M", directory.resolve("disk").toString());
        run("mkfs.ext4", "-q", directory.resolve("disk").toString());
        loop = run("losetup", "--find", "--show", directory.resolve("disk").toString()).strip();
        mount = Files.createDirectory(directory.resolve("a mount"));
        run("mount", loop, mount.toString());
        writer = new ProcessBuilder("sh", "-c", WRITER).directory(mount.toFile()).start();
    }

    @AfterEach
    void end() throws IOException {
        writer.descendants().forEach(ProcessHandle::destroyForcibly);
        writer.destroyForcibly();
        writer.onExit().join();
        run("umount", "--lazy", mount.toString());
        run("losetup", "--detach", loop);
    }

    private String run(String... command) throws IOException {
        command[0] = Program.find(command[0]).orElseThrow().toString();
        return new String(Program.run(List.of(command), directory, Optional.empty(), Duration.ofMinutes(2)));
    }

    @Test
    void isCopiedAsItWasAtOneMoment() throws Exception {
        while (!Files.exists(mount.resolve("sum.7"))) {
            Thread.sleep(20);
        }
        Path copy = directory.resolve("copy");

        Copied copied = new Takeover(new PlainNode("here", directory), new Wish(loop, true, true, Duration.ofMinutes(4)), words -> { })
                .copy("s", copy, directory.resolve("sums"), size -> { });

        assertThat(copied.moment()).isTrue();
        assertThat(copied.stood()).isPositive();
        assertThat(writer.isAlive()).isTrue();
        Files.writeString(mount.resolve("after"), "file systems are let go on");
        run("e2fsck", "-f", "-n", copy.toString());
        int torn = 0;
        for (int file = 0; file < FILES; file++) {
            run("debugfs", "-R", "dump /file." + file + " " + directory.resolve("content"), copy.toString());
            run("debugfs", "-R", "dump /sum." + file + " " + directory.resolve("sum"), copy.toString());
            String sum = run("sha256sum", directory.resolve("content").toString()).substring(0, 64);
            torn += Files.readString(directory.resolve("sum")).startsWith(sum) ? 0 : 1;
        }
        assertThat(torn).as("pairs that do not agree; one may have been between its two renames").isLessThanOrEqualTo(1);
    }
}
