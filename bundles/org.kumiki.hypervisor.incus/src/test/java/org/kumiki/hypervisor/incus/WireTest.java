package org.kumiki.hypervisor.incus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a peer that listens as LXD does on its socket: who connects is let in once those before have said something. */
@Timeout(150)
class WireTest {

    private static final int AT_A_TIME = 12;
    private static final int TIMES = 3;
    private static final int ROUNDS = 80;
    private static final int SUCCESS = 200;
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    @TempDir
    Path temp;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private ServerSocketChannel peer;
    private Endpoint endpoint;
    private volatile Wire wire;

    @BeforeEach
    void begin() throws IOException {
        Path socket = temp.resolve("socket");
        peer = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        threads.execute(this::listen);
        endpoint = new Endpoint.Socket(socket);
    }

    @AfterEach
    void end() throws IOException {
        peer.close();
        threads.shutdownNow();
    }

    private void listen() {
        try {
            while (true) {
                SocketChannel client = peer.accept();
                BufferedReader in = new BufferedReader(new InputStreamReader(Channels.newInputStream(client), ISO_8859_1));
                String first = in.readLine();
                threads.execute(() -> answer(client, in, first));
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private static void answer(SocketChannel client, BufferedReader in, String first) {
        try (client) {
            for (String line = first; line != null; line = in.readLine()) {
                if (line.isEmpty()) {
                    client.write(ByteBuffer.wrap(ANSWER.getBytes(ISO_8859_1)));
                }
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    /** A connection that was opened for a request may have nothing to carry, since an earlier one became free in the meantime. */
    @Test
    void noConnectionKeepsTheOthersOut() throws Exception {
        Callable<Integer> asking = () -> {
            int answered = 0;
            while (answered < TIMES && wire.exchange(wire.request("GET", "/1.0"), Duration.ofSeconds(30)).status() == SUCCESS) {
                answered++;
            }
            return answered;
        };

        for (int round = 0; round < ROUNDS; round++) {
            try (Wire fresh = new Wire(endpoint)) {
                wire = fresh;
                for (Future<Integer> each : threads.invokeAll(Collections.nCopies(AT_A_TIME, asking))) {
                    assertThat(each.get()).isEqualTo(TIMES);
                }
            }
        }
    }
}
