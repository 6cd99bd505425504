package org.kumiki.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in: a socket in the data directory, which its owner alone can open. The first line of a client is a command, or empty for a
 * conversation; the answer ends with a NUL and the exit status.
 */
@Component(service = Door.class, immediate = true)
public class Door {

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final int LONGEST_PATH = 107; // of a unix-domain socket, says the operating system
    private static final int VISITORS = 32;

    private final CommandProcessor processor;
    private final Path socket;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> visitors = ConcurrentHashMap.newKeySet();

    @Activate
    public Door(@Reference CommandProcessor processor, BundleContext context) throws IOException {
        this(processor, Path.of(Objects.requireNonNullElse(context.getProperty("kumiki.data"), "data")));
    }

    Door(CommandProcessor processor, Path data) throws IOException {
        this.processor = processor;
        socket = data.toAbsolutePath().resolve("run").resolve("shell.sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new IOException("the shell cannot be reached: " + socket + " is longer than " + LONGEST_PATH
                    + " bytes, which is all that a socket's path may have; choose a data directory with a shorter name");
        }
        server = listen(socket);
        start("kumiki-shell-door", this::welcome);
        LOG.info("The shell is at {}", socket);
    }

    @Deactivate
    void close() throws IOException {
        server.close();
        Files.deleteIfExists(socket);
        for (SocketChannel visitor : visitors) {
            visitor.close();
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        Files.createDirectories(socket.getParent());
        // First the directory, so that there is no moment in which anyone else could open the socket.
        Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwx------"));
        Files.deleteIfExists(socket); // the platform before this one has left it; there is one a data directory
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private void welcome() {
        while (server.isOpen()) {
            try {
                SocketChannel visitor = server.accept();
                visitors.add(visitor);
                if (visitors.size() > VISITORS) {
                    leave(visitor);
                } else {
                    start("kumiki-shell", () -> serve(visitor));
                }
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.warn("A client of the shell was not let in", e);
                }
            }
        }
    }

    private void serve(SocketChannel visitor) {
        Streams streams = new Streams(visitor);
        try (visitor; PrintStream out = new PrintStream(streams.output(), true, StandardCharsets.UTF_8)) {
            InputStream in = streams.input();
            String line = Session.readLine(in);
            if (line != null) {
                int status = line.isBlank() ? converse(in, out) : run(line, in, out);
                out.flush();
                streams.end(status);
            }
        } catch (IOException e) {
            LOG.debug("A client of the shell is gone", e);
        } finally {
            visitors.remove(visitor);
        }
    }

    private int converse(InputStream in, PrintStream out) throws IOException {
        Session session = new Session(processor, in, out);
        try {
            return session.converse();
        } finally {
            session.close();
        }
    }

    /** One command, which has no keyboard; when its client leaves, it is interrupted. */
    private int run(String line, InputStream in, PrintStream out) {
        Session session = new Session(processor, InputStream.nullInputStream(), out);
        Thread runner = Thread.currentThread();
        start("kumiki-shell-watch", () -> {
            try {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                LOG.trace("The client of a command is gone", e);
            }
            runner.interrupt();
        });
        try {
            return session.run(line);
        } finally {
            session.close();
        }
    }

    private void leave(SocketChannel visitor) throws IOException {
        visitors.remove(visitor);
        visitor.close();
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
