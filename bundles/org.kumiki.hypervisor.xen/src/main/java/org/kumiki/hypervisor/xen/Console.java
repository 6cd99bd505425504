package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    static final String SHORTEN = "umask 077; tail -c \"$1\" -- \"$2\" >\"$3\" && : >\"$2\"";

    /** Whether xenconsoled keeps what guests write, which it does only if it is told to. */
    boolean isKept() throws IOException {
        String pid = node.text(DAEMON, 32).strip();
        return pid.matches("[1-9]\\d{0,9}") && keeps(node.text(Path.of("/proc", pid, "cmdline"), LONGEST_COMMAND));
    }

    static boolean keeps(String commandLine) {
        return List.of(commandLine.split("\0")).stream().anyMatch(word -> word.equals("--log=guest") || word.equals("--log=all"));
    }

    String read(GuestFiles files) throws IOException {
        ConsoleTail console = new ConsoleTail(new byte[0]);
        if (node.exists(files.olderConsole())) {
            console = console.then(tail(files.olderConsole()));
        }
        List<String> kept = node.list(GuestFiles.CONSOLES);
        for (Path file : List.of(files.arrivedConsole(), files.console())) {
            if (kept.contains(file.getFileName().toString())) {
                console = console.then(tail(file));
            }
        }
        return console.text().replace("\r\n", "\n");
    }

    /** Most are short, and then are read without a program on the other side. */
    private byte[] tail(Path file) throws IOException {
        try {
            return node.read(file, ConsoleTail.LIMIT);
        } catch (IOException e) {
            return tailOfLong(file);
        }
    }

    private byte[] tailOfLong(Path file) throws IOException {
        Finished tail = node.run(List.of("tail", "-c", Integer.toString(ConsoleTail.LIMIT), "--", file.toString()), TO_ANSWER);
        if (!tail.succeeded() && node.exists(file)) {
            throw new IOException("what is on a console is not told by " + node.name() + ": " + tail.errors().strip());
        }
        return tail.output().getBytes(UTF_8);
    }

    /** Keeps the end of what guests have written, where that is more than enough; one look finds them all. */
    void shorten(List<GuestFiles> guests, int longest) throws IOException {
        Finished found = node.run(List.of("find", GuestFiles.CONSOLES.toString(), "-name", "guest-i-*", "-size", "+" + (longest >> 10) + "k"), TO_ANSWER);
        List<String> grown = found.output().lines().toList();
        for (GuestFiles files : guests) {
            for (Path file : List.of(files.arrivedConsole(), files.console())) {
                if (grown.contains(file.toString())) {
                    shorten(file, files.olderConsole());
                }
            }
        }
    }

    private void shorten(Path file, Path kept) throws IOException {
        Finished made = node.run(List.of("sh", "-c", SHORTEN, "sh", Integer.toString(ConsoleTail.LIMIT), file.toString(), kept.toString()), TO_ANSWER);
        if (!made.succeeded()) {
            throw new IOException(file + " on " + node.name() + " grows: " + made.errors().strip());
        }
    }

    /** Where it is what a guest wrote, and what Xen's programs have written of it. */
    List<Path> all(GuestFiles files) throws IOException {
        List<Path> all = new ArrayList<>(List.of(files.arrivedConsole(), files.console()));
        node.list(GuestFiles.LOGS).stream().filter(files::isLog).map(GuestFiles.LOGS::resolve).forEach(all::add);
        return all;
    }
}
