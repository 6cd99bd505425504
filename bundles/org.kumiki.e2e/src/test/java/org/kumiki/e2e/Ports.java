package org.kumiki.e2e;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Looks at ports from outside. */
final class Ports {

    private Ports() {
    }

    /** Whether a connection is taken and something is said over it. */
    static boolean answers(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2_000);
            socket.setSoTimeout(3_000);
            return socket.getInputStream().read() >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
