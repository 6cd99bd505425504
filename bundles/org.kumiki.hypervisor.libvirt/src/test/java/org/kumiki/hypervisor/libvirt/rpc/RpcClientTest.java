package org.kumiki.hypervisor.libvirt.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protocol, with a peer that says what the test wants. */
@Timeout(60)
class RpcClientTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private ServerSocket listening;
    private Socket peer;
    private DataInputStream heard;
    private RpcClient client;

    @BeforeEach
    void connect() throws IOException {
        listening = new ServerSocket(0);
        client = client(Duration.ofSeconds(20));
        heard = new DataInputStream(peer.getInputStream());
    }

    private RpcClient client(Duration keepalive) throws IOException {
        RpcClient made = new RpcClient(Transport.tcp("127.0.0.1", listening.getLocalPort(), LONG), "test", keepalive, new RpcClient.Listener() {

            @Override
            public void event(Procedure procedure, XdrReader body) {
                told.add(procedure + " " + body.text());
            }

            @Override
            public void closed(String reason) {
                told.add("closed: " + reason);
            }
        });
        peer = listening.accept();
        return made;
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        peer.close();
        listening.close();
    }

    private void say(Message message) throws IOException {
        peer.getOutputStream().write(message.toBytes());
    }

    private static Message to(Message call, Message.Type type, Message.Status status, byte[] body) {
        return new Message(call.program(), 1, call.procedure(), type, call.serial(), status, body);
    }

    private CompletableFuture<String> asked(String what) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.call(Procedure.CONNECT_GET_HOSTNAME, new XdrWriter().text(what), LONG).text();
            } catch (IOException | LibvirtError | InterruptedException e) {
                return e.toString();
            }
        });
    }

    @Test
    void givesEachCallerHisOwnAnswer() throws Exception {
        CompletableFuture<String> one = asked("one");
        Message first = Message.read(heard);
        CompletableFuture<String> other = asked("other");
        Message second = Message.read(heard);
        assertEquals(59, first.procedure());
        assertEquals("one", new XdrReader(first.body()).text());
        say(to(second, Message.Type.REPLY, Message.Status.OK, new XdrWriter().text("2").toBytes()));
        say(to(first, Message.Type.REPLY, Message.Status.OK, new XdrWriter().text("1").toBytes()));
        assertEquals("1", one.get());
        assertEquals("2", other.get());
    }

    @Test
    void throwsWhatLibvirtRefuses() throws Exception {
        CompletableFuture<Object> refused = CompletableFuture.supplyAsync(() -> assertThrows(LibvirtError.class,
                () -> client.call(Procedure.DOMAIN_CREATE, new XdrWriter(), LONG)).code());
        say(to(Message.read(heard), Message.Type.REPLY, Message.Status.ERROR,
                new XdrWriter().integer(42).integer(10).optional(Optional.of("Domain not found\n")).toBytes()));
        assertEquals(42, refused.get());
    }

    @Test
    void tellsOfEventsAndAnswersPings() throws Exception {
        say(new Message(Message.REMOTE, 1, 318, Message.Type.EVENT, 0, Message.Status.OK, new XdrWriter().text("it stopped").toBytes()));
        assertEquals("EVENT_LIFECYCLE it stopped", told.take());
        say(new Message(Message.REMOTE, 1, 99_999, Message.Type.EVENT, 0, Message.Status.OK, new byte[0])); // which nobody here knows
        say(Message.keepalive(Message.PING));
        assertEquals(Message.PONG, Message.read(heard).procedure());
    }

    @Test
    void streamsUntilTheEndAndConfirmsIt() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CompletableFuture<RpcStream> opened = CompletableFuture.supplyAsync(() -> {
            try {
                return client.stream(Procedure.STORAGE_VOL_DOWNLOAD, new XdrWriter(), LONG, bytes::writeBytes);
            } catch (IOException | LibvirtError | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Message call = Message.read(heard);
        say(to(call, Message.Type.REPLY, Message.Status.OK, new byte[0]));
        say(to(call, Message.Type.STREAM, Message.Status.CONTINUE, "kumi".getBytes(UTF_8)));
        say(to(call, Message.Type.STREAM, Message.Status.CONTINUE, "ki".getBytes(UTF_8)));
        say(to(call, Message.Type.STREAM, Message.Status.CONTINUE, new byte[0]));
        opened.get().end().get();
        assertEquals("kumiki", bytes.toString(UTF_8));
        Message end = Message.read(heard);
        assertEquals(Message.Type.STREAM, end.type());
        assertEquals(Message.Status.OK, end.status());
        assertEquals(call.serial(), end.serial());
    }

    @Test
    void outlivesACallerWhoIsInterrupted() throws Exception {
        CompletableFuture<Object> failure = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            Thread.currentThread().interrupt();
            failure.complete(assertThrows(InterruptedException.class, () -> client.call(Procedure.DOMAIN_CREATE, new XdrWriter(), LONG)));
        });
        caller.start();
        failure.get();
        Message forgotten = Message.read(heard);
        say(to(forgotten, Message.Type.REPLY, Message.Status.OK, new byte[0]));
        CompletableFuture<String> next = asked("next");
        say(to(Message.read(heard), Message.Type.REPLY, Message.Status.OK, new XdrWriter().text("answer").toBytes()));
        assertEquals("answer", next.get());
    }

    @Test
    void failsAllWhoWaitWhenTheConnectionBreaks() throws Exception {
        CompletableFuture<String> waiting = asked("anything");
        Message.read(heard);
        peer.close();
        assertTrue(waiting.get().contains("the connection to libvirt broke"), waiting.get());
        assertTrue(told.take().startsWith("closed: "));
        assertThrows(IOException.class, () -> client.call(Procedure.CONNECT_GET_VERSION, new XdrWriter(), LONG));
    }

    @Test
    void givesUpAPeerThatSaysNothing() throws Exception {
        try (RpcClient impatient = client(Duration.ofMillis(20))) {
            assertTrue(told.take().contains("has said nothing"));
            assertThrows(IOException.class, () -> impatient.call(Procedure.CONNECT_GET_VERSION, new XdrWriter(), LONG));
        }
    }

    @Test
    void givesUpAPeerThatSpeaksSomethingElse() throws Exception {
        peer.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
        assertTrue(told.take().contains("a message is said to have"));
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        assertThrows(IOException.class, () -> client.call(Procedure.CONNECT_GET_VERSION, new XdrWriter(), Duration.ofMillis(10)));
        Message late = Message.read(heard);
        say(to(late, Message.Type.REPLY, Message.Status.OK, new byte[0]));
        CompletableFuture<String> next = asked("next");
        say(to(Message.read(heard), Message.Type.REPLY, Message.Status.OK, new XdrWriter().text("answer").toBytes()));
        assertEquals("answer", next.get(30, TimeUnit.SECONDS));
    }
}
