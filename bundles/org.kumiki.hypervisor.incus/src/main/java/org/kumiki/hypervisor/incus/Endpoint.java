package org.kumiki.hypervisor.incus;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;

/** Where a server is asked. */
sealed interface Endpoint {

    /** Whether the server is on this machine, so that it sees our files, and we reach its ports. */
    boolean isHere();

    /** By its socket, as only root and its administrators may. */
    record Socket(Path path) implements Endpoint {

        public Socket {
            check(path.isAbsolute(), "a socket's path is absolute: " + path);
        }

        @Override
        public boolean isHere() {
            return true;
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /**
     * Over the network.
     *
     * @param address     {@code https://HOST:PORT}
     * @param certificate ours
     * @param key         that of our certificate
     * @param server      the server's own certificate, which it must show
     */
    record Https(URI address, Path certificate, Path key, Path server) implements Endpoint {

        private static final int PORT = 8443;

        public Https {
            check(address.getHost() != null && address.getPath().isEmpty() && address.getQuery() == null && address.getUserInfo() == null,
                    "a server's address is https://HOST:PORT: " + address);
            check(certificate.isAbsolute() && key.isAbsolute() && server.isAbsolute(),
                    "over HTTPS it takes certificate, key and serverCertificate, each as the absolute path of a file");
        }

        String host() {
            return address.getHost();
        }

        int port() {
            return address.getPort() < 0 ? PORT : address.getPort();
        }

        @Override
        public boolean isHere() {
            try {
                return InetAddress.getByName(host()).isLoopbackAddress();
            } catch (UnknownHostException e) {
                return false; // where it is not known, it is not here
            }
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /** @throws IllegalArgumentException if it is none; the message says what to write */
    static Endpoint of(String server, String certificate, String key, String serverCertificate) {
        String address = server.strip();
        if (address.startsWith("unix:")) {
            return new Socket(Path.of(address.substring("unix:".length())));
        }
        check(address.startsWith("https://"), "a server is unix:/PATH or https://HOST:PORT: " + server);
        String bare = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        return new Https(URI.create(bare), Path.of(certificate.strip()), Path.of(key.strip()), Path.of(serverCertificate.strip()));
    }

    private static void check(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
