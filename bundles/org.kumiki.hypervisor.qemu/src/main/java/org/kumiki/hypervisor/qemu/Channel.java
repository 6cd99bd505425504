package org.kumiki.hypervisor.qemu;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.kumiki.api.model.InstanceId;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The channel between two QEMUs, for one migration of one guest: TLS with a key that is made for it, given to both ends and nobody else, and
 * gone with it (TLS-PSK, RFC 4279). Whoever else connects to the destination knows no key, and the destination listens for one connection.
 */
final class Channel {

    private static final String CREDENTIALS = "migration";
    private static final int MOST_CHOSEN = 8;
    private static final int KEY_BYTES = 32;
    private static final String KEY_FILE = "keys.psk";
    /**
     * The group ffdhe2048 of RFC 7919. Without this file QEMU makes a group of its own for each server, which takes between a tenth of a second
     * and a whole one.
     */
    private static final String GROUP_FILE = "dh-params.pem";
    private static final String GROUP = """
            -----BEGIN DH PARAMETERS-----
            MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
            +8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
            87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
            YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
            7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
            ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==
            -----END DH PARAMETERS-----
            """;
    /**
     * AES first. With a key of this kind GnuTLS would else take ChaCha20, which takes a processor with instructions for AES nine times as long.
     */
    private static final String CIPHERS = "NORMAL:-CHACHA20-POLY1305:+CHACHA20-POLY1305";
    private static final List<String> CAPABILITIES = List.of("events", "return-path", "pause-before-switchover", "auto-converge",
            "late-block-activate");

    private final QemuHost from;
    private final QemuHost to;
    private final InstanceId id;
    private final boolean postcopy;
    private final int streams;
    private Path atDestination;

    /** @param postcopy whether it may come to that, which QEMU does by one stream only */
    Channel(QemuHost from, QemuHost to, InstanceId id, boolean postcopy) {
        this.from = from;
        this.to = to;
        this.id = id;
        this.postcopy = postcopy;
        this.streams = postcopy ? 1 : streams(from.settings().streams(), Math.min(from.cpus(), to.cpus()));
    }

    /**
     * A stream takes a processor at either end, which encrypts or decrypts, and the guest wants some, too. On two processors two streams were no
     * faster than one.
     */
    static int streams(int wanted, int cpus) {
        return wanted > 0 ? wanted : Math.max(1, Math.min(MOST_CHOSEN, cpus / 2));
    }

    /** Makes a key for both ends, and gives it to the source. */
    void prepare(Monitor source) throws IOException, InterruptedException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        byte[] line = (id + ":" + HexFormat.of().formatHex(key) + "\n").getBytes(US_ASCII);
        atDestination = to.keepKey(id, Map.of(KEY_FILE, line, GROUP_FILE, GROUP.getBytes(US_ASCII)));
        Path atSource = from.keepKey(id, Map.of(KEY_FILE, line));
        if (source.has("tls-creds-psk", CREDENTIALS)) { // it came here itself, or this is not the first attempt
            source.ask("migrate-set-parameters", Monitor.arguments().put("tls-creds", ""));
            source.ask("object-del", Monitor.arguments().put("id", CREDENTIALS));
        }
        tell(source, credentials("client", atSource).put("username", id.value()));
    }

    /** Opens a port at a destination that was made for this, of those that are free, and lets the source connect. */
    void begin(Monitor source, Monitor destination) throws InterruptedException {
        tell(destination, credentials("server", atDestination));
        source.ask("migrate", Monitor.arguments().put("uri", listen(destination, "migrate-incoming")));
    }

    private void tell(Monitor end, ObjectNode credentials) throws InterruptedException {
        ObjectNode arguments = Monitor.arguments();
        ArrayNode capabilities = arguments.putArray("capabilities");
        CAPABILITIES.forEach(name -> capabilities.addObject().put("capability", name).put("state", true));
        capabilities.addObject().put("capability", "postcopy-ram").put("state", postcopy);
        capabilities.addObject().put("capability", "multifd").put("state", streams > 1);
        Monitor.await(List.of(end.tell("object-add", credentials), end.tell("migrate-set-capabilities", arguments),
                end.tell("migrate-set-parameters", Monitor.arguments().put("tls-creds", CREDENTIALS).put("multifd-channels", streams))));
    }

    private static ObjectNode credentials(String endpoint, Path directory) {
        return Monitor.arguments().put("qom-type", "tls-creds-psk").put("id", CREDENTIALS).put("endpoint", endpoint)
                .put("dir", directory.toString()).put("priority", CIPHERS);
    }

    /** Connects both ends anew after a post-copy has lost its channel. */
    void recover(Monitor source, Monitor destination) throws InterruptedException {
        source.ask("migrate", Monitor.arguments().put("uri", listen(destination, "migrate-recover")).put("resume", true));
    }

    private String listen(Monitor destination, String command) throws InterruptedException {
        String address = "tcp:" + to.address() + ":";
        CompletableFuture<JsonNode> listens = destination.tell(command, Monitor.arguments().put("uri", address + "0"));
        JsonNode state = destination.ask("query-migrate");
        Monitor.await(List.of(listens));
        for (JsonNode socket : state.path("socket-address")) {
            if (socket.path("type").asText().equals("inet") && socket.path("port").asText().matches("[1-9][0-9]{0,4}")) {
                return address + socket.path("port").asText();
            }
        }
        throw new IllegalStateException("the destination does not say where it listens");
    }
}
