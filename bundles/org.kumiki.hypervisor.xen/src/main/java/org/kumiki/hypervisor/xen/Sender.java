package org.kumiki.hypervisor.xen;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodeProcess;

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
    private static final long PAUSE_MILLIS = 200;

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
                "exec socat -b " + Receiver.BLOCK + " - OPENSSL:" + address + ":" + port + "," + Receiver.tls(files) + ",commonname=" + Certificate.NAME);
    }

    NodeProcess process() {
        return NodeProcess.withArgument(node, files.pid("send"), files.departure().toString());
    }

    /** Whether the destination has everything, and the guest stands still. */
    boolean hasSentAll() throws IOException {
        return log().contains("Target has acknowledged transfer");
    }

    String log() throws IOException {
        return node.text(files.log("send"), LONGEST);
    }

    /** How many bytes a carrier of the stream has been given; 0 if that is not known. */
    long sentBytes(long carrier) throws IOException {
        Matcher read = SENT.matcher(node.text(Path.of("/proc", Long.toString(carrier), "io"), LONGEST));
        return read.find() ? Long.parseLong(read.group(1)) : 0;
    }

    /** The process that carries the stream of a sender. */
    OptionalLong carrier(long sender) throws IOException {
        String pid = Long.toString(sender);
        for (String child : node.text(Path.of("/proc", pid, "task", pid, "children"), LONGEST).strip().split(" ")) {
            if (child.matches("[1-9]\\d{0,9}") && node.text(Path.of("/proc", child, "comm"), LONGEST).strip().equals("socat")) {
                return OptionalLong.of(Long.parseLong(child));
            }
        }
        return OptionalLong.empty();
    }

    /** Cuts the channel, so that xl lets the guest go on where it is. Returns when it has; it is no error if nothing is sent. */
    void breakOff() throws IOException, InterruptedException {
        OptionalLong sender = process().find();
        OptionalLong carrier = sender.isPresent() ? carrier(sender.getAsLong()) : OptionalLong.empty();
        if (carrier.isPresent()) {
            node.run(List.of("kill", "-KILL", Long.toString(carrier.getAsLong())), TO_ANSWER);
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
