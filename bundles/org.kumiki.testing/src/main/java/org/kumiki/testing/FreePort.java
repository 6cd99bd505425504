package org.kumiki.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** A port for a server that is started in a moment, and perhaps started again. */
public final class FreePort {

    private static final int LOWEST = 10_000;
    /** From here on Linux gives ports to whoever asks for any. */
    private static final int EPHEMERAL = 32_768;

    private FreePort() {
    }

    /** A port of the loopback interface that nobody has now, and that the system gives to nobody by itself. */
    public static int choose() throws IOException {
        while (true) {
            int candidate = ThreadLocalRandom.current().nextInt(LOWEST, EPHEMERAL);
            try (ServerSocket free = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (BindException e) {
                continue; // somebody has it
            }
        }
    }
}
