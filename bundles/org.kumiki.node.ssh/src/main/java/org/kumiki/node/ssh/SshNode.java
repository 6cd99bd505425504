package org.kumiki.node.ssh;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.kumiki.api.node.Node;

/** A machine on the other side of an SSH connection. */
final class SshNode implements Node, AutoCloseable {

    /** OpenSSH lets a connection have ten sessions; one reads files, and one is left for what is just ending. */
    private static final int MOST_PROGRAMS = 8;
    /** {@code env} could not start it, or did not find it. */
    private static final List<Integer> NOT_STARTED = List.of(126, 127);

    private final HostSettings host;
    private final Connection connection;
    private final RemoteFiles files = new RemoteFiles();
    private final Semaphore programs = new Semaphore(MOST_PROGRAMS, true);

    /** Something that the host does, or fails to. */
    private interface Work<T> {

        T done() throws IOException;
    }

    SshNode(SshClient client, HostSettings host) {
        this.host = host;
        this.connection = new Connection(client, host);
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String name() {
        return host.name();
    }

    @Override
    public String address() {
        return host.address();
    }

    @Override
    public Path directory() {
        return host.directory();
    }

    @Override
    public Finished run(List<String> command, Duration deadline) throws IOException {
        Finished finished = execute(command.get(0), RemoteCommand.run(command, deadline), Optional.empty(), deadline);
        if (NOT_STARTED.contains(finished.exitCode()) && finished.errors().startsWith("env: ")) {
            throw new IOException(host.name() + ": " + finished.errors().strip());
        }
        return finished;
    }

    @Override
    public long spawn(List<String> command, Path log) throws IOException {
        Finished finished = must(command.get(0), RemoteCommand.spawn(command, log.toString()), Optional.empty());
        try {
            return Long.parseLong(finished.output().strip());
        } catch (NumberFormatException e) {
            throw new IOException(host.name() + ": " + command.get(0) + " was started without a process id: " + finished.output(), e);
        }
    }

    @Override
    public byte[] read(Path file, int limit) throws IOException {
        Deadline deadline = Deadline.in(host.patience());
        ClientSession session = connection.session(deadline);
        return told(file.toString(), () -> files.read(session, file, limit, deadline.left()));
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        Deadline deadline = Deadline.in(host.patience());
        ClientSession session = connection.session(deadline);
        return told(directory.toString(), () -> files.list(session, directory, deadline.left()));
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        must(file.toString(), RemoteCommand.write(file.toString(), content.length), Optional.of(content));
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
        must(directory.toString(), RemoteCommand.makeDirectory(directory.toString()), Optional.empty());
    }

    @Override
    public void delete(Path path) throws IOException {
        must(path.toString(), RemoteCommand.delete(path.toString()), Optional.empty());
    }

    @Override
    public ByteChannel connect(Path socket) throws IOException {
        Deadline deadline = Deadline.in(host.patience());
        ClientSession session = connection.session(deadline);
        return told(socket.toString(), () -> UnixSocket.open(session, socket, deadline));
    }

    private Finished must(String subject, RemoteCommand command, Optional<byte[]> input) throws IOException {
        Finished finished = execute(subject, command, input, host.patience());
        if (!finished.succeeded()) {
            throw new IOException(host.name() + ": " + subject + ": " + finished.errors().strip());
        }
        return finished;
    }

    private Finished execute(String subject, RemoteCommand command, Optional<byte[]> input, Duration patience) throws IOException {
        Deadline deadline = Deadline.in(patience);
        ClientSession session = connection.session(deadline);
        return told(subject, () -> {
            takeTurn(deadline);
            try (RemoteProgram program = RemoteProgram.start(session, command, deadline)) {
                if (input.isPresent()) {
                    program.feed(input.get());
                }
                return program.finish(deadline);
            } finally {
                programs.release();
            }
        });
    }

    private void takeTurn(Deadline deadline) throws IOException {
        try {
            if (!programs.tryAcquire(deadline.left().toNanos(), NANOSECONDS)) {
                throw new IOException("did not start within " + deadline.patience() + ", because " + MOST_PROGRAMS + " others still run");
            }
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException("was interrupted").initCause(e);
        }
    }

    /** Says which host it was, and what about; and that it was an interruption, if it was one. */
    private <T> T told(String subject, Work<T> work) throws IOException {
        try {
            return work.done();
        } catch (InterruptedIOException e) {
            Thread.currentThread().interrupt();
            throw e;
        } catch (IOException e) {
            throw new IOException(host.name() + ": " + subject + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()), e);
        }
    }
}
