package org.kumiki.bench.move;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The same guest without a platform: QEMU with the very arguments that the platform gives it, but for the files that are its own, and driven
 * by nothing but its protocol. It moves from process to process through a channel of the same kind.
 */
final class Bare implements AutoCloseable {

    private static final String USER = "bench";
    /** Stands for the directory of one process, of which each has another. */
    private static final String OWN = "@OWN@";
    /** Else QEMU makes a group of its own for each move, which takes up to a second. */
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
    private static final List<String> CAPABILITIES = List.of("events", "return-path", "auto-converge", "late-block-activate");

    /** What the channel between two QEMUs is like. */
    enum Channel {
        /** Encrypted with what QEMU and its GnuTLS choose by themselves. */
        AS_IT_COMES(""),
        /** Encrypted with what the platform chooses. */
        AS_THE_PLATFORM_HAS_IT("\"priority\": \"NORMAL:-CHACHA20-POLY1305:+CHACHA20-POLY1305\", ");

        private final String ciphers;

        Channel(String ciphers) {
            this.ciphers = ciphers;
        }
    }

    /** How long a move took from the start of the destination to the end of the source, and the guest's standing still in it. */
    record Move(long nanos, long standstillNanos) {
    }

    private final Path directory;
    private final List<String> arguments;
    private int number;
    private Process process;
    private Qmp qmp;
    private String console = "";

    /**
     * @param like      the command line of a guest of the platform
     * @param itsFiles  the directory of that guest
     * @param itsDisk   its root disk, which is replaced by an empty one of the same size over the same image
     * @param directory for the files of this one
     */
    Bare(List<String> like, Path itsFiles, Path itsDisk, Path directory) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        Path disk = directory.resolve("disk.qcow2");
        run("qemu-img", "create", "-q", "-f", "qcow2", disk.toString(),
                Text.between(run("qemu-img", "info", "-U", "--output=json", itsDisk.toString()), "\"virtual-size\": ", ",").strip());
        // One that came from another host was told to wait for that.
        this.arguments = like.stream().filter(argument -> !List.of("-incoming", "defer", "-S").contains(argument)).map(argument -> argument.replace(itsDisk.toString(), disk.toString())
                .replace(itsFiles.toString(), OWN).replaceAll(",hostfwd=[^,]*", "")).toList();
    }

    void start() throws IOException, InterruptedException {
        process = spawn(List.of());
        qmp = Qmp.connect(socket(number));
    }

    private Process spawn(List<String> more) throws IOException {
        Path own = Files.createDirectories(directory.resolve(String.valueOf(number)));
        List<String> command = new ArrayList<>(arguments.stream().map(argument -> argument.replace(OWN, own.toString())).toList());
        command.addAll(more);
        return new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectErrorStream(true)
                .redirectOutput(own.resolve("log").toFile()).start();
    }

    private Path socket(int which) {
        return directory.resolve(String.valueOf(which)).resolve("qmp");
    }

    /** Whether the guest has written this to its console. */
    boolean says(String text) throws IOException, InterruptedException {
        console += qmp.ask("ringbuf-read", "\"device\": \"console\", \"size\": 65536");
        return console.contains(text);
    }

    Move move(Channel channel) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Qmp source = qmp;
        Process old = process;
        Path key = key();
        number++;
        process = spawn(List.of("-incoming", "defer"));
        Qmp destination = Qmp.connect(socket(number));
        prepare(source, key, channel.ciphers + "\"endpoint\": \"client\", \"username\": \"" + USER + "\"");
        prepare(destination, key, channel.ciphers + "\"endpoint\": \"server\"");
        destination.ask("migrate-incoming", "\"uri\": \"tcp:127.0.0.1:0\"");
        String port = Text.between(destination.ask("query-migrate", ""), "\"port\": \"", "\"");
        source.ask("migrate", "\"uri\": \"tcp:127.0.0.1:" + port + "\"");
        source.awaitMigrated();
        long standstill = source.standstillUntil(destination);
        source.ask("quit", "");
        source.close();
        old.waitFor();
        qmp = destination;
        return new Move(System.nanoTime() - began, standstill);
    }

    private Path key() throws IOException {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Path own = Files.createDirectories(directory.resolve("key-" + number));
        Files.writeString(own.resolve("keys.psk"), USER + ":" + HexFormat.of().formatHex(key) + "\n");
        Files.writeString(own.resolve("dh-params.pem"), GROUP);
        return own;
    }

    private static void prepare(Qmp end, Path key, String more) throws IOException, InterruptedException {
        String name = "\"migration\"";
        if (end.ask("qom-list", "\"path\": \"/objects\"").contains(name)) {
            end.ask("migrate-set-parameters", "\"tls-creds\": \"\"");
            end.ask("object-del", "\"id\": " + name);
        }
        end.ask("object-add", "\"qom-type\": \"tls-creds-psk\", \"id\": " + name + ", \"dir\": \"" + key + "\", " + more);
        StringBuilder capabilities = new StringBuilder();
        for (String capability : CAPABILITIES) {
            capabilities.append(capabilities.length() == 0 ? "" : ", ").append("{\"capability\": \"").append(capability).append("\", \"state\": true}");
        }
        end.ask("migrate-set-capabilities", "\"capabilities\": [" + capabilities + "]");
        end.ask("migrate-set-parameters", "\"tls-creds\": " + name + ", \"max-bandwidth\": " + (1L << 40) + ", \"downtime-limit\": 300");
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(program.getInputStream().readAllBytes());
        if (program.waitFor() != 0) {
            throw new IOException(Arrays.toString(command) + ": " + said);
        }
        return said;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
