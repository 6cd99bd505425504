package org.kumiki.node.ssh;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.ChannelListener;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.kumiki.api.node.Node.Finished;

/** One run of a program on the other side. Closing it ends the program. */
final class RemoteProgram implements AutoCloseable {

    private static final int OUTPUT_LIMIT = 1 << 20;
    private static final int ERRORS_LIMIT = 64 << 10;
    private static final Duration LONGEST_CROWD = Duration.ofSeconds(5);
    /**
     * How long what a dead program wrote may take to arrive, in case a child of its own holds the pipe open. On a busy machine it takes a while in any
     * case: so does the end of the one that has watched over it.
     */
    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final ChannelExec channel;
    private final Beginning output = new Beginning(OUTPUT_LIMIT);
    private final Beginning errors = new Beginning(ERRORS_LIMIT);
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final CompletableFuture<Void> silence = new CompletableFuture<>();

    private RemoteProgram(ChannelExec channel) {
        this.channel = channel;
    }

    /** A server may still count programs that have just ended, and turn a new one away. */
    static RemoteProgram start(ClientSession session, RemoteCommand command, Deadline deadline) throws IOException {
        Deadline crowded = deadline.orIn(LONGEST_CROWD);
        while (true) {
            try {
                return open(session, command, deadline);
            } catch (IOException e) {
                if (!isTurnedAway(e) || !session.isOpen() || crowded.left().isZero()) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static boolean isTurnedAway(Throwable failure) {
        return failure instanceof SshChannelOpenException || failure.getCause() != null && isTurnedAway(failure.getCause());
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    private static RemoteProgram open(ClientSession session, RemoteCommand command, Deadline deadline) throws IOException {
        RemoteProgram program = new RemoteProgram(session.createExecChannel(command.line()));
        program.channel.setOut(program.output);
        program.channel.setErr(program.errors);
        program.channel.addChannelListener(program.new Watch());
        try {
            program.channel.open().verify(deadline.left());
        } catch (IOException e) {
            program.close();
            throw e;
        }
        return program;
    }

    private final class Watch implements ChannelListener {

        @Override
        public void channelStateChanged(Channel changed, String hint) {
            Integer status = channel.getExitStatus();
            if (status != null) {
                exit.complete(status);
            } else if (channel.getExitSignal() != null) {
                exit.completeExceptionally(new IOException("was killed there by SIG" + channel.getExitSignal()));
            }
        }

        @Override
        public void channelClosed(Channel closed, Throwable reason) {
            exit.completeExceptionally(new IOException("the connection broke", reason));
            silence.complete(null);
        }
    }

    /** Hands the program all that it reads. */
    void feed(byte[] content) throws IOException {
        try (OutputStream in = channel.getInvertedIn()) {
            in.write(content);
        }
    }

    /** Waits for its end. */
    Finished finish(Deadline deadline) throws IOException {
        try {
            int status = exit.get(deadline.left().toNanos(), NANOSECONDS);
            try {
                silence.get(LAST_WORDS.toNanos(), NANOSECONDS);
            } catch (TimeoutException e) {
                throw new IOException("a child of the program holds its output open", e);
            }
            return new Finished(status, output.text(), errors.text());
        } catch (InterruptedException e) {
            throw (IOException) new InterruptedIOException("was interrupted").initCause(e);
        } catch (TimeoutException e) {
            throw new IOException("did not end within " + deadline.patience(), e);
        } catch (ExecutionException e) {
            throw (IOException) e.getCause();
        }
    }

    @Override
    public void close() {
        channel.close(false);
    }
}
