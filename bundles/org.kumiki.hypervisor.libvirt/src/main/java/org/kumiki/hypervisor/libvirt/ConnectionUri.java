package org.kumiki.hypervisor.libvirt;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which hypervisor of libvirt, and how it is reached, in libvirt's own notation: {@code driver[+transport]://[host][:port]/path[?name=value&…]}.
 *
 * @param driver in lower case, e.g. {@code qemu}
 * @param way    how the daemon is reached
 * @param remote what the daemon itself is to open, e.g. {@code qemu:///system}
 */
record ConnectionUri(String driver, Way way, String remote) {

    private static final int TLS_PORT = 16514;
    private static final int TCP_PORT = 16509;
    private static final Path SYSTEM_SOCKET = Path.of("/run/libvirt/libvirt-sock");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    /** How a daemon is reached. */
    sealed interface Way {
    }

    /** On this machine. */
    record Unix(Path socket) implements Way {
    }

    /** In the clear, which is for loopback alone. */
    record Tcp(String host, int port) implements Way {
    }

    /** Where both sides prove who they are. */
    record Tls(String host, int port) implements Way {
    }

    /** @throws IllegalArgumentException if it is none, or none that is spoken here; the message says what to write instead */
    static ConnectionUri parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no connection URI of libvirt: " + e.getMessage(), e);
        }
        if (uri.getScheme() == null || uri.getRawAuthority() == null && uri.getRawPath() == null) {
            throw new IllegalArgumentException("\"" + text + "\" is no connection URI of libvirt; one is qemu:///system");
        }
        String[] scheme = uri.getScheme().toLowerCase(Locale.ROOT).split("\\+", 2);
        String path = Optional.ofNullable(uri.getRawPath()).orElse("");
        Optional<String> socket = Optional.empty();
        List<String> others = new ArrayList<>();
        for (String parameter : Optional.ofNullable(uri.getRawQuery()).orElse("").split("&")) {
            if (parameter.startsWith("socket=")) {
                socket = Optional.of(uriPart(parameter.substring("socket=".length())));
            } else if (parameter.startsWith("no_verify=") || parameter.startsWith("pkipath=")) {
                throw new IllegalArgumentException("\"" + parameter
                        + "\" is not known here: certificates are named in the configuration, and verified");
            } else if (!parameter.isEmpty()) {
                others.add(parameter);
            }
        }
        String query = others.isEmpty() ? "" : "?" + String.join("&", others);
        return new ConnectionUri(scheme[0], way(text, uri, scheme.length > 1 ? scheme[1] : "", socket), scheme[0] + "://" + path + query);
    }

    private static Way way(String text, URI uri, String transport, Optional<String> socket) {
        String host = uri.getHost();
        if (uri.getRawAuthority() != null && host == null) {
            throw new IllegalArgumentException("\"" + text + "\" names no host that could be understood");
        }
        return switch (transport.isEmpty() ? host == null ? "unix" : "tls" : transport) {
        case "unix" -> {
            if (host != null) {
                throw new IllegalArgumentException("\"" + text + "\" names a host, which no unix socket reaches; " + scheme(uri) + "+tls does");
            }
            yield new Unix(socket.map(Path::of).orElse(SYSTEM_SOCKET));
        }
        case "tls" -> new Tls(host == null ? "localhost" : host, uri.getPort() < 0 ? TLS_PORT : uri.getPort());
        case "tcp" -> {
            if (host != null && !LOOPBACK.contains(host)) {
                throw new IllegalArgumentException("\"" + text + "\" would be spoken in the clear, and anybody may listen, or call; " + scheme(uri)
                        + "+tls keeps others out, and +tcp is for loopback, e.g. a port that ssh forwards");
            }
            yield new Tcp(host == null ? "localhost" : host, uri.getPort() < 0 ? TCP_PORT : uri.getPort());
        }
        default -> throw new IllegalArgumentException("\"" + text + "\" asks for the transport \"" + transport
                + "\", of which there are unix, tls and tcp here; ssh can forward a port or a socket for one of them");
        };
    }

    private static String scheme(URI uri) {
        return uri.getScheme().split("\\+", 2)[0];
    }

    private static String uriPart(String encoded) {
        return URI.create("x:" + encoded).getSchemeSpecificPart();
    }
}
