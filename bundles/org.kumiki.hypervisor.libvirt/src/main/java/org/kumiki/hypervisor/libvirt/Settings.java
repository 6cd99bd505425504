package org.kumiki.hypervisor.libvirt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.kumiki.api.model.HostId;

/**
 * How one host of ours is reached and used.
 *
 * @param name             of the configuration
 * @param credentials      for TLS
 * @param domainType       instead of what libvirt says can be had; e.g. {@code qemu} where {@code kvm} is there and does not work
 * @param network          a network of libvirt's for guests that have none of ours
 * @param consoleDirectory on libvirt's host, where consoles are kept
 * @param container        how containers are made
 * @param migrationUri     how libvirt of another host reaches this one
 */
record Settings(String name, ConnectionUri uri, Kind kind, HostId host, Optional<Credentials> credentials, Optional<String> domainType,
        Optional<String> network, Path consoleDirectory, Container container, Limits limits, Duration shutdownPatience,
        Optional<String> migrationUri) {

    /**
     * What containers are made of.
     *
     * @param root    a directory on libvirt's host that a container without a root disk has as its root, to read
     * @param init    the program that is its first process
     * @param firstId where its users begin on the host; 0 if they are the host's own
     */
    record Container(Optional<Path> root, String init, int firstId) {
    }

    /**
     * What guests may take.
     *
     * @param cpuOvercommit how many virtual CPUs are promised for each that is there
     * @param memoryShare   how much of the memory that others leave, from 0 to 1
     * @param diskMiB       which libvirt does not say
     * @param networkMbps   which libvirt does not say
     */
    record Limits(double cpuOvercommit, double memoryShare, long diskMiB, int networkMbps) {
    }

    Settings {
        check(!(uri.way() instanceof ConnectionUri.Tls) || credentials.isPresent(),
                "TLS takes a certificate authority, a certificate and its key: caFile, certificateFile, keyFile");
        check(consoleDirectory.isAbsolute(), "a directory on libvirt's host is absolute: " + consoleDirectory);
        check(container.root().map(Path::isAbsolute).orElse(true), "a directory on libvirt's host is absolute: " + container.root());
        check(limits.cpuOvercommit() > 0 && limits.memoryShare() > 0 && limits.memoryShare() <= 1, "shares are positive, that of memory at most 1");
        check(shutdownPatience.toSeconds() > 0, "patience is positive");
    }

    static Settings of(String name, Config config) {
        ConnectionUri uri = ConnectionUri.parse(config.uri());
        return new Settings(name, uri, Kind.of(uri), new HostId(config.host().replace("{name}", name)),
                Credentials.of(config.caFile(), config.certificateFile(), config.keyFile()), some(config.domainType()), some(config.network()),
                Path.of(config.consoleDirectory()), new Container(some(config.containerRoot()).map(Path::of), config.containerInit(),
                        config.firstId()),
                new Limits(config.cpuOvercommit(), config.memoryShare(), config.diskMiB(), config.networkMbps()),
                Duration.ofSeconds(config.shutdownSeconds()), some(config.migrationUri()));
    }

    private static Optional<String> some(String text) {
        return Optional.of(text.strip()).filter(stripped -> !stripped.isEmpty());
    }

    private static void check(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }
}
