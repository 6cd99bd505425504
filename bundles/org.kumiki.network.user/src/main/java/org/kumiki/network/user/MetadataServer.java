package org.kumiki.network.user;

import java.io.IOException;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.model.InstanceId;
import org.kumiki.api.network.GuestMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the metadata of all guests: a unix-domain socket for each, which its hypervisor connects to, and one thread for all. A guest can
 * send what it likes; what is no request within a few kilobytes and seconds is thrown away. Thread-safe.
 */
final class MetadataServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataServer.class);
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

    /** A guest's door, and what it is told behind it. */
    private static final class Door {

        private final Path socket;
        private final ServerSocketChannel channel;
        private volatile GuestMetadata metadata;

        Door(Path socket, ServerSocketChannel channel, GuestMetadata metadata) {
            this.socket = socket;
            this.channel = channel;
            this.metadata = metadata;
        }
    }

    /** The one stream of a guest, on which its connections follow each other without a mark. */
    private static final class Stream {

        private final Door door;
        private final ByteBuffer in = ByteBuffer.allocate(2 * Request.LONGEST_HEAD);
        private ByteBuffer out = ByteBuffer.allocate(0);
        private long lastHeard = System.nanoTime();

        Stream(Door door) {
            this.door = door;
        }
    }

    private final Metadata metadata;
    private final InstantSource time;
    private final Selector selector;
    private final Map<InstanceId, Door> doors = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "kumiki-metadata");

    MetadataServer(Metadata metadata, InstantSource time) throws IOException {
        this.metadata = metadata;
        this.time = time;
        this.selector = Selector.open();
        thread.setDaemon(true);
        thread.start();
    }

    /** Serves a guest from now on, or tells it something else from now on. */
    synchronized void serve(Path socket, GuestMetadata guest) throws IOException {
        Door door = doors.get(guest.instance());
        if (door != null) {
            door.metadata = guest;
            return;
        }
        Files.deleteIfExists(socket); // of an earlier process; two of them never serve one data directory
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            channel.configureBlocking(false);
            Door opened = new Door(socket, channel, guest);
            channel.register(selector, SelectionKey.OP_ACCEPT, opened);
            doors.put(guest.instance(), opened);
            selector.wakeup();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    synchronized void end(InstanceId instance) throws IOException {
        Door door = doors.remove(instance);
        if (door != null) {
            door.channel.close();
            selector.wakeup();
            Files.deleteIfExists(door.socket);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (InstanceId instance : doors.keySet()) {
            end(instance);
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private void run() {
        while (selector.isOpen()) {
            try {
                selector.select(this::ready);
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
            LOG.debug("a guest's stream broke", e); // its hypervisor connects again
            close(key);
        } catch (RuntimeException e) {
            LOG.error("a guest's request could not be answered", e);
            close(key);
        }
    }

    private void accept(Door door) throws IOException {
        SocketChannel channel = door.channel.accept();
        if (channel != null) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Stream(door));
        }
    }

    private void read(SelectionKey key, Stream stream) throws IOException {
        long now = System.nanoTime();
        if (now - stream.lastHeard > PATIENCE) {
            stream.in.clear(); // the rest of that request will not come any more
        }
        stream.lastHeard = now;
        if (((SocketChannel) key.channel()).read(stream.in) < 0 || !stream.door.channel.isOpen()) {
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
            response = metadata.answer(parsed.get().request(), stream.door.metadata, time.instant());
        } catch (Request.Malformed e) {
            LOG.debug("{} sent no request: {}", stream.door.metadata.instance(), e.getMessage());
            stream.in.clear();
            response = Response.error(400);
        }
        stream.out = ByteBuffer.wrap(response.bytes());
        write(key, stream);
    }

    private void write(SelectionKey key, Stream stream) throws IOException {
        ((SocketChannel) key.channel()).write(stream.out);
        key.interestOps(stream.out.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        if (!stream.out.hasRemaining() && stream.in.position() > 0) {
            answer(key, stream);
        }
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            LOG.debug("a guest's stream could not be closed", e);
        }
    }
}
