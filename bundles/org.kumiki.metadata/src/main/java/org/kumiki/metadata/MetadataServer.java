package org.kumiki.metadata;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.GuestMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the metadata of all guests on one thread. A guest is known by its own unix-domain socket, which its hypervisor connects to, or by
 * the address that it connects from, where its network makes sure that nobody else can use it; never by anything it says. A guest can send
 * what it likes; what is no request within a few kilobytes and seconds is thrown away. Thread-safe.
 */
public final class MetadataServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** What one guest may have open at a time; what comes on top is closed at once. */
    private static final int MOST_CONNECTIONS = 16;

    /** Where guests knock. */
    private sealed interface Door {

        ServerSocketChannel channel();
    }

    /** The door of one guest, and what it is told behind it. */
    private static final class Own implements Door {

        private final Path socket;
        private final ServerSocketChannel channel;
        private volatile GuestMetadata metadata;

        Own(Path socket, ServerSocketChannel channel, GuestMetadata metadata) {
            this.socket = socket;
            this.channel = channel;
            this.metadata = metadata;
        }

        @Override
        public ServerSocketChannel channel() {
            return channel;
        }
    }

    /** The door of all guests that are known by their addresses. */
    private record Common(ServerSocketChannel channel) implements Door {
    }

    /**
     * What a guest sends and is sent. Through a door of its own its connections follow each other on one stream without a mark; through the
     * common one each connection is one request.
     */
    private static final class Stream {

        private final Door door;
        private final Supplier<Optional<GuestMetadata>> guest;
        private final Optional<String> address;
        private final ByteBuffer in = ByteBuffer.allocate(2 * Request.LONGEST_HEAD);
        private ByteBuffer out = ByteBuffer.allocate(0);
        private long lastHeard = System.nanoTime();

        Stream(Door door, Supplier<Optional<GuestMetadata>> guest, Optional<String> address) {
            this.door = door;
            this.guest = guest;
            this.address = address;
        }

        boolean isOneRequest() {
            return address.isPresent();
        }

        boolean isQuiet() {
            return System.nanoTime() - lastHeard > PATIENCE.toNanos();
        }
    }

    private final Metadata metadata = new Metadata(new Tokens());
    private final InstantSource time;
    private final Selector selector;
    /** By socket: a guest that moves has one on both hosts. */
    private final Map<Path, Own> doors = new ConcurrentHashMap<>();
    private final Map<String, GuestMetadata> addresses = new ConcurrentHashMap<>();
    private final Map<String, Integer> connections = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "kumiki-metadata");
    private ServerSocketChannel common;

    public MetadataServer(InstantSource time) throws IOException {
        this.time = time;
        this.selector = Selector.open();
        thread.setDaemon(true);
        thread.start();
    }

    /** Serves a guest at a socket of its own from now on, or tells it something else from now on. */
    public synchronized void serve(Path socket, GuestMetadata guest) throws IOException {
        Own door = doors.get(socket);
        if (door != null) {
            door.metadata = guest;
            return;
        }
        Files.deleteIfExists(socket); // of an earlier process; two of them never serve one data directory
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            Own opened = new Own(socket, channel, guest);
            open(opened);
            doors.put(socket, opened);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens the door of all guests that are known by their addresses, unless it is open.
     *
     * @return where it is
     */
    public synchronized InetSocketAddress listen(InetSocketAddress address) throws IOException {
        if (common != null) {
            return (InetSocketAddress) common.getLocalAddress();
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(address);
            open(new Common(channel));
            common = channel;
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Serves a guest by its private address from now on, or tells it something else from now on. */
    public synchronized void serve(GuestMetadata guest) {
        addresses.put(guest.nic().privateAddress(), guest);
    }

    /** Forgets a guest. It is no error if it is not known. */
    public synchronized void end(InstanceId instance) throws IOException {
        addresses.values().removeIf(guest -> guest.instance().equals(instance));
        for (Own door : List.copyOf(doors.values())) {
            if (door.metadata.instance().equals(instance)) {
                end(door.socket);
            }
        }
    }

    /** Serves nobody at a socket any more. It is no error if nobody is served there. */
    public synchronized void end(Path socket) throws IOException {
        Own door = doors.remove(socket);
        if (door != null) {
            door.channel.close();
            selector.wakeup();
            Files.deleteIfExists(door.socket);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (Path socket : List.copyOf(doors.keySet())) {
            end(socket);
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private void open(Door door) throws IOException {
        door.channel().configureBlocking(false);
        door.channel().register(selector, SelectionKey.OP_ACCEPT, door);
        selector.wakeup();
    }

    private void run() {
        while (selector.isOpen()) {
            try {
                if (connections.isEmpty()) {
                    selector.select(this::ready);
                } else {
                    selector.select(this::ready, PATIENCE.toMillis());
                    selector.keys().forEach(this::closeIfQuiet);
                }
            } catch (IOException e) {
                LOG.error("the metadata service cannot wait for guests", e);
                return;
            } catch (ClosedSelectorException e) {
                LOG.debug("the metadata service ends");
                return;
            }
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (!key.isValid()) {
                return;
            }
            if (key.isAcceptable()) {
                accept((Door) key.attachment());
            } else if (key.isReadable()) {
                read(key, (Stream) key.attachment());
            } else if (key.isWritable()) {
                write(key, (Stream) key.attachment());
            }
        } catch (IOException e) {
            LOG.debug("a guest's stream broke", e); // it, or its hypervisor, connects again
            close(key);
        } catch (RuntimeException e) {
            LOG.error("a guest's request could not be answered", e);
            close(key);
        }
    }

    private void accept(Door door) throws IOException {
        SocketChannel channel = door.channel().accept();
        if (channel == null) {
            return;
        }
        if (door instanceof Own own) {
            register(channel, new Stream(door, () -> Optional.of(own.metadata), Optional.empty()));
            return;
        }
        String address = address(channel.getRemoteAddress());
        if (connections.getOrDefault(address, 0) >= MOST_CONNECTIONS) {
            channel.close();
            return;
        }
        register(channel, new Stream(door, () -> Optional.ofNullable(addresses.get(address)), Optional.of(address)));
        connections.merge(address, 1, Integer::sum);
    }

    private static String address(SocketAddress peer) {
        return ((InetSocketAddress) peer).getAddress().getHostAddress();
    }

    private void register(SocketChannel channel, Stream stream) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, stream);
    }

    private void read(SelectionKey key, Stream stream) throws IOException {
        if (stream.isQuiet()) {
            stream.in.clear(); // the rest of that request will not come any more
        }
        stream.lastHeard = System.nanoTime();
        if (((SocketChannel) key.channel()).read(stream.in) < 0 || !stream.door.channel().isOpen()) {
            close(key);
            return;
        }
        answer(key, stream);
    }

    /** Answers one request at a time; while an answer waits to be taken, nothing more is read. */
    private void answer(SelectionKey key, Stream stream) throws IOException {
        Response response;
        try {
            Optional<Request.Parsed> parsed = Request.parse(stream.in.array(), stream.in.position());
            if (parsed.isEmpty()) {
                return;
            }
            stream.in.flip().position(parsed.get().length());
            stream.in.compact();
            response = stream.guest.get().map(guest -> metadata.answer(parsed.get().request(), guest, time.instant()))
                    .orElseGet(() -> Response.error(404));
        } catch (Request.Malformed e) {
            LOG.debug("{} sent no request: {}", stream.guest.get().map(GuestMetadata::instance), e.getMessage());
            stream.in.clear();
            response = Response.error(400);
        }
        stream.out = ByteBuffer.wrap(response.bytes());
        write(key, stream);
    }

    private void write(SelectionKey key, Stream stream) throws IOException {
        ((SocketChannel) key.channel()).write(stream.out);
        if (stream.out.hasRemaining()) {
            key.interestOps(SelectionKey.OP_WRITE);
        } else if (stream.isOneRequest()) {
            close(key);
        } else {
            key.interestOps(SelectionKey.OP_READ);
            if (stream.in.position() > 0) {
                answer(key, stream);
            }
        }
    }

    /** A connection of a guest that is known by its address; the stream of one with its own door is its hypervisor's, and stays. */
    private void closeIfQuiet(SelectionKey key) {
        if (key.attachment() instanceof Stream stream && stream.isOneRequest() && stream.isQuiet()) {
            close(key);
        }
    }

    private void close(SelectionKey key) {
        if (key.isValid() && key.attachment() instanceof Stream stream) {
            stream.address.ifPresent(address -> connections.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1));
        }
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException e) {
            LOG.debug("a guest's stream could not be closed", e);
        }
    }
}
