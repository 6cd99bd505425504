package org.kumiki.network.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.network.NetworkLink;
import org.kumiki.api.node.Node;

/**
 * The one dnsmasq of a host's bridge. It knows the guests by their hardware addresses, and nobody else; it keeps nothing, since all leases
 * are written in its configuration. That is read once, while it may still read it, so a change takes another dnsmasq, some milliseconds.
 */
final class DhcpServer {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int LONGEST = 4 << 20;
    /** From which files are sent: none that a system gives away by itself. */
    static final String BOOT_DATA_PORTS = "6900-6999";
    private static final String BOOTS = "boots";

    private final Node node;
    private final Path configuration;
    private final Path pidFile;
    private final Path bootFiles;

    /** @param bootFiles where the files are that guests boot, in a directory of its own for each */
    DhcpServer(Node node, Path directory, Path bootFiles) {
        this.node = node;
        this.bootFiles = bootFiles;
        this.configuration = directory.resolve("dnsmasq.conf");
        this.pidFile = directory.resolve("dnsmasq.pid");
    }

    /** What dnsmasq is told. Pure. */
    static String configuration(Segment segment, Collection<Port> ports, Path pidFile, Path bootFiles) {
        StringBuilder text = new StringBuilder();
        text.append("# Written by Kumiki, which writes it anew with every change.\n");
        text.append("interface=").append(segment.bridge()).append("\nexcept-interface=lo\nbind-interfaces\n");
        text.append("pid-file=").append(pidFile).append('\n');
        text.append(segment.dns() ? "port=53\ndomain-needed\nbogus-priv\nno-hosts\n" : "port=0\nno-resolv\nno-hosts\n");
        text.append("dhcp-authoritative\nleasefile-ro\nno-ping\n");
        text.append("dhcp-range=").append(segment.cidr().network()).append(",static,").append(segment.cidr().netmask()).append(",1h\n");
        text.append("dhcp-ignore=tag:!known\n");
        text.append("dhcp-option=option:router,").append(segment.gateway()).append('\n');
        text.append(segment.dns() ? "dhcp-option=option:dns-server," + segment.gateway() + "\n" : "dhcp-option=option:dns-server\n");
        if (ports.stream().anyMatch(Port::boots)) {
            // Whoever asks is led into the directory of its own hardware address, and by no name out of it.
            text.append("enable-tftp=").append(segment.bridge()).append("\ntftp-root=").append(bootFiles);
            text.append("\ntftp-unique-root=mac\ntftp-port-range=").append(BOOT_DATA_PORTS.replace('-', ',')).append("\ntftp-no-fail\n");
            text.append("dhcp-boot=tag:").append(BOOTS).append(',').append(NetworkLink.BOOT_FILE).append('\n');
        }
        ports.stream().sorted(Comparator.comparing(Port::instance))
                .forEach(port -> text.append("dhcp-host=").append(port.mac()).append(port.boots() ? ",set:" + BOOTS : "")
                        .append(',').append(port.address()).append('\n'));
        return text.toString();
    }

    /** Makes sure that one runs and knows these guests. */
    void serve(Segment segment, Collection<Port> ports) throws IOException {
        String wanted = configuration(segment, ports, pidFile, bootFiles);
        Optional<Long> running = running();
        if (running.isPresent() && content(configuration).filter(wanted::equals).isPresent()) {
            return;
        }
        if (running.isPresent()) {
            end(running.get());
        }
        node.write(configuration, wanted.getBytes(UTF_8));
        Commands.run(node, DEADLINE, "dnsmasq", "--conf-file=" + configuration); // goes into the background when it is ready
    }

    void end() throws IOException {
        Optional<Long> running = running();
        if (running.isPresent()) {
            end(running.get());
        }
        node.delete(configuration);
        node.delete(pidFile);
    }

    private void end(long pid) throws IOException {
        String number = String.valueOf(pid);
        node.run(List.of("kill", number), DEADLINE); // it may end by itself meanwhile
        Commands.run(node, DEADLINE, "tail", "--pid=" + number, "-s", "0.02", "-f", "/dev/null");
    }

    /** Ours, if it runs: a number may have been given to another process since. */
    private Optional<Long> running() throws IOException {
        Optional<String> pid = content(pidFile).map(String::strip).filter(text -> text.matches("[0-9]{1,10}"));
        if (pid.isEmpty()) {
            return Optional.empty();
        }
        return content(Path.of("/proc", pid.get(), "cmdline")).filter(line -> line.contains("--conf-file=" + configuration + "\0"))
                .map(line -> Long.parseLong(pid.get()));
    }

    private Optional<String> content(Path file) throws IOException {
        if (!node.list(file.getParent()).contains(file.getFileName().toString())) {
            return Optional.empty();
        }
        return Optional.of(new String(node.read(file, LONGEST), UTF_8));
    }
}
