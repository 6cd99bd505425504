package org.kumiki.node.ssh;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.client.keyverifier.ServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;

/**
 * The keys that a host may show: those that an operator has recorded for it in a file of OpenSSH's kind, and no others. Nothing is ever
 * recorded by itself. The file is read for each connection, so a change counts from the next one.
 */
final class HostKeys implements ServerKeyVerifier {

    private final HostSettings host;
    private volatile String refusal = "";

    HostKeys(HostSettings host) {
        this.host = host;
    }

    /** Why the key was refused, and what to do; empty if none was. */
    String refusal() {
        return refusal;
    }

    @Override
    public boolean verifyServerKey(ClientSession session, SocketAddress address, PublicKey shown) {
        try {
            refusal = verdict(host.knownHosts(), host.address(), host.port(), shown);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            refusal = "the known hosts " + host.knownHosts() + " cannot be read: " + e;
        }
        return refusal.isEmpty();
    }

    private static String verdict(Path file, String address, int port, PublicKey shown) throws IOException, GeneralSecurityException {
        List<KnownHostEntry> entries = recorded(file, address, port);
        boolean known = false;
        for (KnownHostEntry entry : entries) {
            if (KeyUtils.compareKeys(entry.getKeyEntry().resolvePublicKey(null, PublicKeyEntryResolver.UNSUPPORTED), shown)) {
                if (entry.getMarker() != null) {
                    return "its key " + KeyUtils.getFingerPrint(shown) + " is marked @" + entry.getMarker() + " in " + file;
                }
                known = true;
            }
        }
        if (known) {
            return "";
        }
        return "its key " + KeyUtils.getKeyType(shown) + " " + KeyUtils.getFingerPrint(shown)
                + (entries.isEmpty() ? " is not recorded in " : " is not the one that is recorded in ") + file
                + (entries.isEmpty() ? "" : ": the host was set up anew, or somebody stands in between")
                + "; compare it with what the host itself says (ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub), and only if they are the "
                + "same, record it: " + (entries.isEmpty() ? "" : "remove the old line, then ") + "ssh-keyscan -p " + port + " " + address
                + " >> " + file;
    }

    private static List<KnownHostEntry> recorded(Path file, String address, int port) throws IOException {
        return Files.exists(file)
                ? KnownHostEntry.readKnownHostEntries(file).stream().filter(entry -> entry.isHostMatch(address, port)).toList()
                : List.of();
    }

    /**
     * Of the algorithms that the host may prove its key with, those that fit a key that is recorded for it; all, if none is. Else a host with
     * keys of several types would show one that nobody has recorded.
     */
    String fitting(String algorithms) {
        try {
            List<String> types = recorded(host.knownHosts(), host.address(), host.port()).stream()
                    .map(entry -> entry.getKeyEntry().getKeyType()).toList();
            String fitting = Stream.of(algorithms.split(",")).filter(algorithm -> types.contains(KeyUtils.getCanonicalKeyType(algorithm)))
                    .collect(Collectors.joining(","));
            return fitting.isEmpty() ? algorithms : fitting;
        } catch (IOException | RuntimeException e) {
            return algorithms; // the key will be refused, and told why
        }
    }
}
