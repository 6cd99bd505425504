package org.kumiki.image.p2v;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.kumiki.api.node.Node;
import org.kumiki.image.Program;
import org.kumiki.node.ssh.SshNodes;
import org.kumiki.testing.FreePort;

/**
 * A machine as it stands in a rack: Debian with an IDE disk, GRUB, and a program that never stops writing. It is QEMU's, but knows nothing of
 * that: what it starts with has drivers for IDE alone. Its disk is made of the distribution's packages once, which takes minutes.
 */
final class PhysicalMachine implements AutoCloseable {

    private static final Duration TO_MAKE = Duration.ofMinutes(15);
    private static final Path CACHE = Path.of("target", "machine");

    private final Process process;
    private final Path console;
    private final SshNodes nodes;

    private PhysicalMachine(Process process, Path console, SshNodes nodes) {
        this.process = process;
        this.console = console;
        this.nodes = nodes;
    }

    /** The disk of a machine that is off; a copy of its own. */
    static Path disk(Path directory) throws IOException {
        Path made = home().resolve("disk.raw");
        if (!Files.exists(made)) {
            make(made);
        }
        Path disk = directory.resolve("machine.raw");
        Program.run(List.of("cp", "--sparse=always", made.toString(), disk.toString()), directory, Optional.empty(), Duration.ofMinutes(2));
        return disk;
    }

    private static Path home() throws IOException {
        try (InputStream recipe = PhysicalMachine.class.getResourceAsStream("machine.sh")) {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(recipe.readAllBytes());
            return Files.createDirectories(CACHE.toAbsolutePath().resolve(HexFormat.of().formatHex(sum, 0, 8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static Path key() throws IOException {
        return home().resolve("key");
    }

    private static void make(Path disk) throws IOException {
        Path work = disk.resolveSibling("work");
        Program.run(List.of("rm", "-rf", "--one-file-system", work.toString(), key().toString(), key() + ".pub"), disk.getParent(), Optional.empty(), TO_MAKE);
        Files.createDirectory(work);
        Program.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key().toString()), work, Optional.empty(), Duration.ofMinutes(1));
        Files.copy(Path.of(key() + ".pub"), work.resolve("key.pub"));
        Path recipe = work.resolve("machine.sh");
        try (InputStream in = PhysicalMachine.class.getResourceAsStream("machine.sh")) {
            Files.copy(in, recipe);
        }
        Path part = disk.resolveSibling("disk.part");
        Files.deleteIfExists(part);
        Program.run(List.of("sh", recipe.toString(), work.toString(), part.toString()), work, Optional.empty(), TO_MAKE);
        Program.run(List.of("rm", "-rf", "--one-file-system", work.toString()), disk.getParent(), Optional.empty(), TO_MAKE);
        Files.move(part, disk, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Switches it on, and waits until it is up. */
    static PhysicalMachine on(Path disk) throws IOException, InterruptedException {
        int port = FreePort.choose();
        Path console = disk.resolveSibling("console");
        Process process = new ProcessBuilder("qemu-system-x86_64", "-nodefaults", "-machine", "pc", "-accel", "tcg", "-cpu", "qemu64", "-m", "256M", "-display",
                "none", "-serial", "file:" + console, "-drive", "file=" + disk + ",format=raw,if=ide", "-netdev",
                "user,id=net,hostfwd=tcp:127.0.0.1:" + port + "-:22", "-device", "virtio-net-pci,netdev=net,romfile=")
                .redirectErrorStream(true).redirectOutput(disk.resolveSibling("qemu.log").toFile()).start();
        try {
            return on(disk, port, process, console);
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static PhysicalMachine on(Path disk, int port, Process process, Path console) throws IOException, InterruptedException {
        Path known = disk.resolveSibling("known");
        while (!Files.exists(console) || !Files.readString(console, ISO_8859_1).contains("machine is up")) {
            if (!process.isAlive()) {
                throw new IOException("the machine broke down: " + Files.readString(disk.resolveSibling("qemu.log")));
            }
            if (Files.exists(console) && Files.readString(console, ISO_8859_1).contains("Kernel panic")) {
                throw new IOException("the machine's kernel gave up: " + Files.readString(console, ISO_8859_1));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        Files.write(known, Program.run(List.of("ssh-keyscan", "-T", "120", "-p", Integer.toString(port), "-t", "ed25519", "127.0.0.1"), disk.getParent(), Optional.empty(),
                Duration.ofMinutes(5)));
        return new PhysicalMachine(process, console, new SshNodes("rack-1", port, key(), known));
    }

    Node node() {
        return nodes.node();
    }

    String console() throws IOException {
        return new String(Files.readAllBytes(console), ISO_8859_1);
    }

    /** Runs a program there. */
    String run(String... command) throws IOException {
        Node.Finished finished = node().run(List.of(command), Duration.ofSeconds(60));
        if (!finished.succeeded()) {
            throw new IOException(command[0] + ": " + finished.errors());
        }
        return finished.output();
    }

    @Override
    public void close() {
        nodes.close();
        process.destroyForcibly();
        process.onExit().join();
    }
}
