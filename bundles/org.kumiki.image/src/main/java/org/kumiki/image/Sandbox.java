package org.kumiki.image;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a program on the disk of a stranger where it can do no harm: bubblewrap gives it namespaces of its own, in which there is nothing but
 * the system's programs, the files it is given, and one directory to write to. It has no network, no privilege, a limit for what it writes,
 * for its memory, and for its time. Whatever a disk talks the program into, that is all there is.
 *
 * @param mostFileBytes how large a file it may write
 */
public record Sandbox(long mostFileBytes) {

    /** What a program calls the directory that it works in, and may write to. */
    public static final Path WORK = Path.of("/work");
    /** What it calls the files that it is given to read are below this. */
    public static final Path GIVEN = Path.of("/given");
    private static final long MOST_MEMORY = 4L << 30;

    /**
     * Runs a program to its end.
     *
     * @param work    the directory that it calls {@link #WORK}
     * @param given   files that it may read, by the names that it knows them by below {@link #GIVEN}
     * @return what it wrote to its standard output
     * @throws IOException if it cannot be run, takes too long, or fails; the message has the end of what it complained
     */
    public byte[] run(List<String> command, Path work, Map<String, Path> given, Optional<Path> input, Duration limit) throws IOException {
        return run(command, work, given, input, limit, 0);
    }

    /** @param worst the highest exit code that is no failure */
    public byte[] run(List<String> command, Path work, Map<String, Path> given, Optional<Path> input, Duration limit, int worst) throws IOException {
        if (Program.find("bwrap").isEmpty()) {
            throw new IOException("disks of strangers are worked on in a sandbox, and the program bwrap is needed for it; please install bubblewrap");
        }
        return Program.run(wrapped(command, work, given, limit), work, input, limit, worst);
    }

    /** The command that does it. A pure function. */
    List<String> wrapped(List<String> command, Path work, Map<String, Path> given, Duration limit) {
        List<String> whole = new ArrayList<>(List.of("bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv",
                "--setenv", "PATH", "/usr/bin:/usr/sbin", "--setenv", "LC_ALL", "C.UTF-8", "--ro-bind", "/usr", "/usr",
                "--symlink", "usr/bin", "/bin", "--symlink", "usr/sbin", "/sbin", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
                "--dev", "/dev", "--tmpfs", "/tmp", "--bind", work.toString(), WORK.toString()));
        given.forEach((name, file) -> whole.addAll(List.of("--ro-bind", file.toString(), GIVEN.resolve(name).toString())));
        whole.addAll(List.of("--chdir", WORK.toString(), "--", "prlimit", "--fsize=" + mostFileBytes, "--as=" + MOST_MEMORY, "--core=0",
                "--cpu=" + Math.max(1, limit.toSeconds()), "--"));
        whole.addAll(command);
        return whole;
    }
}
