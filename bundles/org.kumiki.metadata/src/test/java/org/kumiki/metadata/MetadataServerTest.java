package org.kumiki.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.model.InstanceId;

@Timeout(60)
class MetadataServerTest {

    private static final String ASK_ID = "GET /latest/meta-data/instance-id HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n";

    @TempDir
    Path directory;

    MetadataServer server;

    @BeforeEach
    void start() throws IOException {
        server = new MetadataServer(() -> Instant.EPOCH);
        server.serve(directory.resolve("one"), Guests.guest(1, Optional.empty()));
        server.serve(directory.resolve("two"), Guests.guest(2, Optional.empty()));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void aGuestIsKnownByItsChannel() throws IOException {
        try (SocketChannel one = connect("one"); SocketChannel two = connect("two")) {
            assertThat(ask(one, ASK_ID)).endsWith("i-00000000000000001");
            assertThat(ask(two, ASK_ID)).endsWith("i-00000000000000002");
        }
    }

    @Test
    void requestsFollowEachOtherOnOneStreamInWhateverPieces() throws IOException {
        try (SocketChannel one = connect("one")) {
            assertThat(ask(one, ASK_ID.substring(0, 10), ASK_ID.substring(10))).endsWith("i-00000000000000001");
            assertThat(ask(one, ASK_ID + ASK_ID)).endsWith("i-00000000000000001");
            assertThat(read(one)).endsWith("i-00000000000000001");
        }
    }

    @Test
    void nonsenseIsAnsweredAndForgotten() throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            byte[] noise = new byte[1 + random.nextInt(9_000)];
            random.nextBytes(noise);
            try (SocketChannel one = connect("one")) {
                one.write(ByteBuffer.wrap(noise));
                one.write(ByteBuffer.wrap("\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
                assertThat(read(one)).startsWith("HTTP/1.1 400");
            }
        }
        try (SocketChannel one = connect("one")) {
            assertThat(ask(one, ASK_ID)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whatAGuestIsToldCanChange() throws IOException {
        assertThat(askOnce("GET /latest/user-data HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404");

        server.serve(directory.resolve("one"), Guests.guest(1, Optional.of("now")));

        assertThat(askOnce("GET /latest/user-data HTTP/1.0\r\n\r\n")).endsWith("now");
    }

    @Test
    void aSocketIsItsOwnersAloneAndGoesWithItsGuest() throws IOException {
        Path socket = directory.resolve("one");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-------");

        server.end(new InstanceId("i-00000000000000001"));
        server.end(new InstanceId("i-00000000000000001"));

        assertThat(socket).doesNotExist();
    }

    @Test
    void theNextServerTakesTheSocketsOver() throws IOException {
        try (MetadataServer next = new MetadataServer(() -> Instant.EPOCH)) {
            next.serve(directory.resolve("one"), Guests.guest(1, Optional.of("of the next")));

            assertThat(askOnce("GET /latest/user-data HTTP/1.0\r\n\r\n")).endsWith("of the next");
        }
    }

    @Test
    void aGuestIsKnownByItsAddress() throws IOException {
        InetSocketAddress address = listen();
        server.serve(Guests.at("127.0.0.11", 1));
        server.serve(Guests.at("127.0.0.12", 2));

        assertThat(askFrom("127.0.0.11", address, ASK_ID)).endsWith("i-00000000000000001");
        assertThat(askFrom("127.0.0.12", address, ASK_ID)).endsWith("i-00000000000000002");
        assertThat(askFrom("127.0.0.13", address, ASK_ID)).startsWith("HTTP/1.1 404");

        server.end(new InstanceId("i-00000000000000001"));
        assertThat(askFrom("127.0.0.11", address, ASK_ID)).startsWith("HTTP/1.1 404");
    }

    @Test
    void aConnectionIsClosedAfterItsAnswer() throws IOException {
        InetSocketAddress address = listen();
        server.serve(Guests.at("127.0.0.11", 1));

        try (SocketChannel one = connectFrom("127.0.0.11", address)) {
            assertThat(ask(one, ASK_ID)).startsWith("HTTP/1.1 200");
            assertThat(one.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aGuestHoldsFewConnectionsAndShutsNobodyElseOut() throws IOException {
        InetSocketAddress address = listen();
        server.serve(Guests.at("127.0.0.11", 1));
        server.serve(Guests.at("127.0.0.12", 2));
        List<SocketChannel> held = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            held.add(connectFrom("127.0.0.11", address));
        }

        assertThat(held.get(16).read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(askFrom("127.0.0.12", address, ASK_ID)).endsWith("i-00000000000000002");
        assertThat(held.get(0).read(ByteBuffer.allocate(1))).as("a connection that says nothing is given up").isEqualTo(-1);
        for (SocketChannel channel : held) {
            channel.close();
        }
    }

    private InetSocketAddress listen() throws IOException {
        return server.listen(new InetSocketAddress("127.0.0.1", 0));
    }

    private static SocketChannel connectFrom(String own, InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open().bind(new InetSocketAddress(own, 0));
        channel.connect(address);
        return channel;
    }

    private static String askFrom(String own, InetSocketAddress address, String request) throws IOException {
        try (SocketChannel channel = connectFrom(own, address)) {
            return ask(channel, request);
        }
    }

    private String askOnce(String request) throws IOException {
        try (SocketChannel one = connect("one")) {
            return ask(one, request);
        }
    }

    private SocketChannel connect(String name) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve(name)));
    }

    private static String ask(SocketChannel channel, String... pieces) throws IOException {
        for (String piece : pieces) {
            channel.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)));
        }
        return read(channel);
    }

    /** One answer, by its own word about its length. */
    private static String read(SocketChannel channel) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (!isWhole(text) && channel.read(one.clear()) >= 0) {
            text.append((char) one.get(0));
        }
        return text.toString();
    }

    private static boolean isWhole(StringBuilder text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        String head = text.substring(0, end);
        int length = Integer.parseInt(head.substring(head.indexOf("Content-Length: ") + 16).split("\r\n")[0]);
        return text.length() == end + 4 + length;
    }
}
