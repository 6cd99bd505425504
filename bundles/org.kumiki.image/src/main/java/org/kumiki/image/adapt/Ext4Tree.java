package org.kumiki.image.adapt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import org.kumiki.image.Sandbox;

/**
 * The files of an ext2, ext3 or ext4 file system on a raw disk, read and written by debugfs(8) in a sandbox: no kernel mounts what a stranger
 * wrote, and nothing of his is run.
 */
final class Ext4Tree implements Tree {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration TO_CHECK = Duration.ofHours(2);
    /** What debugfs takes as a word of its own. */
    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9._+@:/-]*");
    private static final int MENDED = 1;
    /** e2fsck has brought into the file system what was in its journal, and then forgets that both are only a part of the disk. */
    private static final String WORKED_OFF = "while trying to re-open";
    private static final int DIRECTORY = 040000;
    private static final int FILE = 0100000;
    private static final int TYPE = 0170000;

    private final Sandbox sandbox;
    private final Path disk;
    private final Part part;

    /** @param disk a raw disk, alone in its directory, which is where the programs work */
    Ext4Tree(Sandbox sandbox, Path disk, Part part) {
        this.sandbox = sandbox;
        this.disk = disk;
        this.part = part;
    }

    /** What is known of a name in a directory. */
    private record Name(String name, int mode, String user, String group) {
    }

    @Override
    public Optional<byte[]> read(String path, int limit) throws IOException {
        Optional<Name> name = find(path);
        if (name.isEmpty() || (name.get().mode() & TYPE) != FILE) {
            return Optional.empty();
        }
        Path file = aside();
        try {
            debugfs(false, "dump " + plain(path) + " " + Sandbox.WORK.resolve(file.getFileName()));
            if (Files.size(file) > limit) {
                throw new IOException(path + " is larger than the " + limit + " bytes that it may have");
            }
            return Optional.of(Files.readAllBytes(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public List<String> list(String path) throws IOException {
        return names(path).stream().map(Name::name).toList();
    }

    /** Replaces a file, or makes it with mode 0644; what it may hold is the disk's to bound. Its directory must be there. */
    void write(String path, byte[] content) throws IOException {
        Optional<Name> before = find(path);
        Path file = aside();
        try {
            Files.write(file, content);
            List<String> commands = new ArrayList<>();
            before.ifPresent(name -> commands.add("rm " + plain(path)));
            commands.add("write " + Sandbox.WORK.resolve(file.getFileName()) + " " + plain(path));
            commands.add("sif " + plain(path) + " mode 0" + Integer.toOctalString(before.map(Name::mode).orElse(FILE | 0644)));
            commands.add("sif " + plain(path) + " uid " + before.map(Name::user).orElse("0"));
            commands.add("sif " + plain(path) + " gid " + before.map(Name::group).orElse("0"));
            debugfs(true, commands.toArray(String[]::new));
        } finally {
            Files.deleteIfExists(file);
        }
        if (!Optional.of(content.length).equals(read(path, Integer.MAX_VALUE).map(written -> written.length))) {
            throw new IOException(path + " could not be written; is the disk full?");
        }
    }

    void delete(String path) throws IOException {
        debugfs(true, "rm " + plain(path));
    }

    /** Makes a directory unless it is there; the one that it is in must be. */
    void makeDirectory(String path) throws IOException {
        if (find(path).isEmpty()) {
            debugfs(true, "mkdir " + plain(path));
        }
    }

    /**
     * Checks the file system, and mends what a computer mends that was switched off.
     *
     * @throws IOException if it is damaged
     */
    void check() throws IOException {
        try {
            mend();
        } catch (IOException e) {
            throw new IOException("partition " + part.number() + " has no whole ext4 file system: " + e.getMessage(), e);
        }
    }

    private void mend() throws IOException {
        try {
            e2fsck();
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains(WORKED_OFF)) {
                throw e;
            }
            debugfs(true, "feature -needs_recovery");
            e2fsck();
        }
    }

    private void e2fsck() throws IOException {
        sandbox.run(List.of("e2fsck", "-f", "-y", device()), disk.getParent(), Map.of(), Optional.empty(), TO_CHECK, MENDED);
    }

    private Optional<Name> find(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String wanted = path.substring(slash + 1);
        return names(slash == 0 ? "/" : path.substring(0, slash)).stream().filter(name -> name.name().equals(wanted)).findFirst();
    }

    private List<Name> names(String path) throws IOException {
        List<Name> names = new ArrayList<>();
        // The trailing slash, and a dot, follow a link at the end of the path.
        for (String line : debugfs(false, "ls -p " + plain(path.equals("/") ? path : path + "/.")).lines().toList()) {
            String[] fields = line.split("/", -1); // "", inode, mode, user, group, name, size, ""
            if (fields.length >= 7 && !fields[1].equals("0") && !fields[5].equals(".") && !fields[5].equals("..") && fields[2].matches("[0-7]+")) {
                names.add(new Name(fields[5], Integer.parseInt(fields[2], 8), fields[3], fields[4]));
            }
        }
        return names;
    }

    boolean isDirectory(String path) throws IOException {
        return find(path).filter(name -> (name.mode() & TYPE) == DIRECTORY).isPresent();
    }

    private String debugfs(boolean writing, String... commands) throws IOException {
        Path script = aside();
        try {
            Files.writeString(script, String.join("\n", commands) + "\n");
            List<String> command = new ArrayList<>(List.of("debugfs"));
            if (writing) {
                command.add("-w");
            }
            command.addAll(List.of("-f", Sandbox.WORK.resolve(script.getFileName()).toString(), device()));
            byte[] output = sandbox.run(command, disk.getParent(), Map.of(), Optional.empty(), PATIENCE);
            // Commands are repeated there, as they are carried out.
            return new String(output, UTF_8).lines().filter(line -> !line.startsWith("debugfs: ")).reduce("", (one, other) -> one + other + "\n");
        } finally {
            Files.deleteIfExists(script);
        }
    }

    private String device() {
        return Sandbox.WORK.resolve(disk.getFileName()) + "?offset=" + part.offset();
    }

    private Path aside() throws IOException {
        return Files.createTempFile(disk.getParent(), "aside", null);
    }

    private static String plain(String path) {
        if (!PLAIN.matcher(path).matches()) {
            throw new IllegalArgumentException("a path that is not taken here: " + path.replaceAll("\\p{C}", "?"));
        }
        return path;
    }
}
