package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.kumiki.api.hypervisor.ConsoleTail;
import org.kumiki.api.node.Node;
import org.kumiki.api.node.Node.Finished;

/**
 * What guests of one node wrote to their consoles, in the files of xenconsoled. It appends to them for ever, so that whoever looks after the node
 * makes them short in time.
 */
record Console(Node node) {

    private static final Duration TO_ANSWER = Duration.ofSeconds(20);
    private static final Path DAEMON = Path.of("/run/xen/xenconsoled.pid");
    private static final int LONGEST_COMMAND = 64 << 10;
    /** A constant: the files are its arguments. xenconsoled goes on at the new end, for it only appends. */
    private static final String SHORTEN = "umask 077; tail -c \"$1\" -- \"$2\" >\"$3\" && : >\"$2\"";

    /** Whether xenconsoled keeps what guests write, which it does only if it is told to. */
    boolean isKept() throws IOException {
        String pid = Files.read(node, DAEMON, 32).strip();
        return pid.matches("[1-9]\\d{0,9}") && keeps(Files.read(node, Path.of("/proc", pid, "cmdline"), LONGEST_COMMAND));
    }

    static boolean keeps(String commandLine) {
        return List.of(commandLine.split("\0")).stream().anyMatch(word -> word.equals("--log=guest") || word.equals("--log=all"));
    }

    String read(GuestFiles files) throws IOException {
        return new ConsoleTail(tail(files.olderConsole())).then(tail(files.arrivedConsole())).then(tail(files.console())).text().replace("\r\n", "\n");
    }

    private byte[] tail(Path file) throws IOException {
        Finished tail = node.run(List.of("tail", "-c", Integer.toString(ConsoleTail.LIMIT), "--", file.toString()), TO_ANSWER);
        if (!tail.succeeded() && Files.exists(node, file)) {
            throw new IOException("what is on a console is not told by " + node.name() + ": " + tail.errors().strip());
        }
        return tail.output().getBytes(UTF_8);
    }

    /** Keeps the end of what a guest has written, where that is more than enough. */
    void shorten(GuestFiles files, int longest) throws IOException {
        for (Path file : List.of(files.arrivedConsole(), files.console())) {
            Finished found = node.run(List.of("find", file.toString(), "-size", "+" + (longest >> 10) + "k"), TO_ANSWER);
            if (found.succeeded() && !found.output().isBlank()) {
                shorten(file, files.olderConsole());
            }
        }
    }

    private void shorten(Path file, Path kept) throws IOException {
        Finished made = node.run(List.of("sh", "-c", SHORTEN, "sh", Integer.toString(ConsoleTail.LIMIT), file.toString(), kept.toString()), TO_ANSWER);
        if (!made.succeeded()) {
            throw new IOException(file + " on " + node.name() + " grows: " + made.errors().strip());
        }
    }

    /** Takes away what it wrote, and what Xen's programs have written of it. */
    void forget(GuestFiles files) throws IOException {
        node.delete(files.arrivedConsole());
        node.delete(files.console());
        for (String name : node.list(GuestFiles.LOGS)) {
            if (files.isLog(name)) {
                node.delete(GuestFiles.LOGS.resolve(name));
            }
        }
    }
}
