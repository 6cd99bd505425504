package org.kumiki.hypervisor.xen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.node.Node;
import org.kumiki.api.node.NodeProcess;

/** What waits for a guest at the destination of a move: one connection, from the source that shows the right certificate, for a minute at most. */
record Receiver(Node node, GuestFiles files) {

    /** What the stream is carried in; each block costs the same. */
    static final String BLOCK = "65536";
    private static final Pattern LISTENS = Pattern.compile("listening on ");
    private static final int LONGEST_LOG = 1 << 20;
    private static final int ATTEMPTS = 4;
    private static final long PAUSE_MILLIS = 100;

    /** @return the port at which it listens */
    int begin(Certificate own, Certificate peer, int firstPort) throws IOException, InterruptedException {
        end();
        node.write(files.certificate(), own.whole());
        node.write(files.peer(), peer.certificate());
        int offset = Math.floorMod(files.guest().hashCode(), XenSettings.PORTS);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = firstPort + (offset + attempt) % XenSettings.PORTS;
            process().spawn(command(files, port), files.log("receive"));
            if (listens()) {
                return port;
            }
        }
        throw new IOException("no port for a guest that comes, from " + firstPort + " on, could be opened on " + node.name() + ": " + log());
    }

    /** All in socat's own words; the paths are those of this guest's directory, and were looked at. */
    static List<String> command(GuestFiles files, int port) throws IOException {
        return List.of("socat", "-d", "-d", "-b", BLOCK, "OPENSSL-LISTEN:" + port + ",reuseaddr,accept-timeout=60," + tls(files), "EXEC:xl migrate-receive");
    }

    /** How either side proves who it is. */
    static String tls(GuestFiles files) throws IOException {
        Matcher plain = Pattern.compile("/[A-Za-z0-9/._-]*").matcher(files.directory().toString());
        if (!plain.matches()) {
            throw new IOException("guests move only from and to nodes whose directory has a name of letters, digits, dots and dashes: " + files.directory());
        }
        return "cert=" + files.certificate() + ",cafile=" + files.peer() + ",verify=1";
    }

    private boolean listens() throws IOException, InterruptedException {
        while (!LISTENS.matcher(log()).find()) {
            if (process().find().isEmpty()) {
                return LISTENS.matcher(log()).find();
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return true;
    }

    String log() throws IOException {
        return node.text(files.log("receive"), LONGEST_LOG);
    }

    NodeProcess process() {
        return new NodeProcess(node, files.pid("receive"), files.certificate().toString());
    }

    /** Ends it, and with it whatever is just arriving. */
    void end() throws IOException, InterruptedException {
        process().end();
    }

    void forget() throws IOException {
        for (Path file : List.of(files.pid("receive"), files.certificate(), files.peer(), files.log("receive"))) {
            node.delete(file);
        }
    }
}
