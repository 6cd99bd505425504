package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;

/**
 * What sends a guest away: {@code xl migrate} at the source, and the socat that carries its stream. Both outlive whoever started them, so that a move
 * goes on while a driver is replaced.
 */
record Sender(Node node, GuestFiles files) {

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,252}");
    private static final Pattern SENT = Pattern.compile("^rchar: (\\d{1,18})$", Pattern.MULTILINE);
    private static final int LONGEST = 1 << 20;
    private static final Duration TO_ANSWER = Duration.ofSeconds(20);
    private static final Duration TO_GIVE_UP = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 100;

    void begin(String config, Certificate own, Certificate peer, String address, int port) throws IOException {
        node.write(files.certificate(), own.whole());
        node.write(files.peer(), peer.certificate());
        node.write(files.departure(), config.getBytes(UTF_8));
        process().spawn(command(files, address, port), files.log("send"));
    }

    /** xl hands its last argument to a shell, as it is; nothing in it means anything to one. */
    static List<String> command(GuestFiles files, String address, int port) throws IOException {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IOException("a guest cannot be sent to the address " + address);
        }
        return List.of("xl", "migrate", "-C", files.departure().toString(), "-s", "", files.name(),
                "exec socat - OPENSSL:" + address + ":" + port + "," + Receiver.tls(files) + ",commonname=" + Certificate.NAME);
    }

    Helper process() {
        return new Helper(node, files.pid("send"), "\0" + files.departure() + "\0");
    }

    /** Whether the destination has everything, and the guest stands still. */
    boolean hasSentAll() throws IOException {
        return log().contains("Target has acknowledged transfer");
    }

    String log() throws IOException {
        return Files.read(node, files.log("send"), LONGEST);
    }

    /** How many bytes have been handed to the channel; 0 if that is not known. */
    long sentBytes() throws IOException {
        long sent = 0;
        for (String child : transport()) {
            Matcher read = SENT.matcher(Files.read(node, Path.of("/proc", child, "io"), LONGEST));
            sent = Math.max(sent, read.find() ? Long.parseLong(read.group(1)) : 0);
        }
        return sent;
    }

    private List<String> transport() throws IOException {
        OptionalLong sender = process().find();
        if (sender.isEmpty()) {
            return List.of();
        }
        String pid = Long.toString(sender.getAsLong());
        List<String> found = new ArrayList<>();
        for (String child : Files.read(node, Path.of("/proc", pid, "task", pid, "children"), LONGEST).strip().split(" ")) {
            if (child.matches("[1-9]\\d{0,9}") && Files.read(node, Path.of("/proc", child, "comm"), LONGEST).strip().equals("socat")) {
                found.add(child);
            }
        }
        return found;
    }

    /** Cuts the channel, so that xl lets the guest go on where it is. Returns when it has; it is no error if nothing is sent. */
    void breakOff() throws IOException, InterruptedException {
        for (String child : transport()) {
            node.run(List.of("kill", "-KILL", child), TO_ANSWER);
        }
        long end = System.nanoTime() + TO_GIVE_UP.toNanos();
        while (process().find().isPresent()) {
            if (System.nanoTime() > end) {
                process().end();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    void forget() throws IOException {
        for (Path file : List.of(files.pid("send"), files.certificate(), files.peer(), files.departure(), files.log("send"))) {
            node.delete(file);
        }
    }
}
