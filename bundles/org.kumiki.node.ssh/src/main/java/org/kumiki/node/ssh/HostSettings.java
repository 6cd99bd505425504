package org.kumiki.node.ssh;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a host is reached.
 *
 * @param name       what it is called in the datacenter
 * @param key        the private key that we show, for our owner alone
 * @param knownHosts the keys of hosts that an operator has recorded
 * @param directory  where drivers keep their things on it
 * @param patience   for connecting, and for what has no deadline of its own
 */
record HostSettings(String name, String address, int port, String user, Path key, Path knownHosts, Path directory, Duration patience) {

    HostSettings {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException("a host's name is made of letters, digits, dots, dashes and underscores, not " + name);
        }
        if (address.isBlank() || user.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException(name + " needs an address, a user, and a port from 1 to 65535");
        }
        if (!key.isAbsolute() || !knownHosts.isAbsolute() || !directory.isAbsolute()) {
            throw new IllegalArgumentException(name + " needs absolute paths: of its key, of the known hosts, of its directory");
        }
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException(name + " needs more patience than " + patience);
        }
    }

    /** The host as an operator knows it. */
    String place() {
        return name + " (" + user + "@" + address + ":" + port + ")";
    }
}
