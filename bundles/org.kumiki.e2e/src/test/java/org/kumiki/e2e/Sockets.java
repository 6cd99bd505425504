package org.kumiki.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The sockets of a process, as the kernel tells. */
final class Sockets {

    private static final String LISTENING = "0A";
    /** An unconnected UDP socket. */
    private static final String UNCONNECTED = "07";

    private Sockets() {
    }

    /** Where a process takes connections or datagrams, as {@code address:port}. */
    static Set<String> listening(long pid) {
        Path process = Path.of("/proc", String.valueOf(pid));
        Set<String> inodes = new HashSet<>();
        Set<String> sockets = new TreeSet<>();
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            for (Path descriptor : descriptors.toList()) {
                read(descriptor).ifPresent(inodes::add);
            }
            for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
                for (String line : Files.readAllLines(process.resolve("net").resolve(table))) {
                    String[] words = line.strip().split("\\s+");
                    if (Set.of(LISTENING, UNCONNECTED).contains(words[3]) && inodes.contains("socket:[" + words[9] + "]")) {
                        sockets.add(address(words[1]));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sockets;
    }

    /** None if the process has closed it meanwhile. */
    private static Optional<String> read(Path descriptor) throws IOException {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The kernel writes an address as words in the order of the machine's bytes. */
    private static String address(String text) throws UnknownHostException {
        String[] parts = text.split(":");
        ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(parts[0])).order(ByteOrder.nativeOrder());
        ByteBuffer bytes = ByteBuffer.allocate(words.capacity());
        while (words.hasRemaining()) {
            bytes.putInt(words.getInt());
        }
        InetAddress address = InetAddress.getByAddress(bytes.array());
        return address.getHostAddress() + ":" + Integer.parseInt(parts[1], 16);
    }
}
