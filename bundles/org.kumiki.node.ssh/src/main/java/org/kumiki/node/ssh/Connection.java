package org.kumiki.node.ssh;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;

/**
 * The one connection to a host: made when somebody needs it, shared by all, kept, and made anew when it has broken. Thread-safe.
 * <p>
 * Whoever comes first while there is none waits as long as connecting may take. While the last attempt has failed, nobody waits long: a
 * host that is away costs its callers next to nothing, and is there again a moment after it is back.
 */
final class Connection implements AutoCloseable {

    /** Between two attempts at a host that is away. */
    private static final Duration PAUSE = Duration.ofSeconds(2);
    /** How long an attempt at such a host is waited for: one that is back answers sooner. */
    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final Set<PosixFilePermission> OWNER = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final SshClient client;
    private final HostSettings host;
    private CompletableFuture<ClientSession> attempt;
    private String failure = "";
    private long failedAt;
    private boolean closed;

    Connection(SshClient client, HostSettings host) {
        this.client = client;
        this.host = host;
    }

    /** The session, when it stands. */
    ClientSession session(Deadline deadline) throws IOException {
        CompletableFuture<ClientSession> standing;
        String before;
        synchronized (this) {
            if (closed) {
                throw new IOException(host.place() + " is no host any longer");
            }
            before = failure;
            if (attempt == null || gone(attempt)) {
                if (!before.isEmpty() && System.nanoTime() - failedAt < PAUSE.toNanos()) {
                    throw new IOException(before);
                }
                attempt = connect();
            }
            standing = attempt;
        }
        Deadline until = before.isEmpty() ? deadline : deadline.orIn(GLANCE);
        try {
            return standing.get(until.left().toNanos(), NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while connecting to " + host.place()).initCause(e);
        } catch (TimeoutException e) {
            throw new IOException(before.isEmpty() ? host.place() + " does not answer within " + until.patience() : before, e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private static boolean gone(CompletableFuture<ClientSession> attempt) {
        return attempt.isCompletedExceptionally() || attempt.isDone() && !attempt.join().isOpen();
    }

    private CompletableFuture<ClientSession> connect() {
        HostKeys keys = new HostKeys(host);
        CompletableFuture<ClientSession> made = new CompletableFuture<>();
        try {
            List<KeyPair> ours = ours();
            client.connect(host.user(), host.address(), host.port(), AttributeRepository.ofKeyValuePair(SshClients.HOST_KEYS, keys), null)
                    .addListener(connected -> {
                        if (connected.isConnected()) {
                            authenticate(connected.getSession(), ours, made);
                        } else {
                            made.completeExceptionally(connected.getException());
                        }
                    });
        } catch (IOException | RuntimeException e) {
            made.completeExceptionally(e);
        }
        return made.orTimeout(host.patience().toNanos(), NANOSECONDS)
                .handle((session, reason) -> settle(session, reason, keys));
    }

    private static void authenticate(ClientSession session, List<KeyPair> ours, CompletableFuture<ClientSession> made) {
        made.whenComplete((standing, reason) -> {
            if (reason != null) {
                session.close(true);
            }
        });
        ours.forEach(session::addPublicKeyIdentity);
        try {
            session.auth().addListener(authenticated -> {
                if (authenticated.isSuccess()) {
                    made.complete(session);
                } else {
                    made.completeExceptionally(authenticated.getException());
                }
            });
        } catch (IOException e) {
            made.completeExceptionally(e);
        }
    }

    /** Remembers how the attempt ended, in words for an operator. */
    private ClientSession settle(ClientSession session, Throwable reason, HostKeys keys) {
        String told = reason == null ? "" : host.place() + " " + explain(reason, keys);
        boolean unwanted;
        synchronized (this) {
            failure = told;
            failedAt = System.nanoTime();
            unwanted = closed;
        }
        if (reason != null) {
            throw new CompletionException(new IOException(told, reason));
        }
        if (unwanted) {
            session.close(true);
        }
        return session;
    }

    private String explain(Throwable reason, HostKeys keys) {
        if (!keys.refusal().isEmpty()) {
            return "is not trusted: " + keys.refusal();
        }
        Throwable cause = reason instanceof CompletionException && reason.getCause() != null ? reason.getCause() : reason;
        if (cause instanceof TimeoutException) {
            return "does not answer within " + host.patience();
        }
        if (cause instanceof SshException refused && refused.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
            return "does not let us in with the key " + host.key() + ": put its public half into ~" + host.user() + "/.ssh/authorized_keys there";
        }
        return "cannot be reached: " + (cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    /** Our key, which nobody else may read, as with OpenSSH. */
    private List<KeyPair> ours() throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(host.key());
        if (!OWNER.containsAll(permissions)) {
            throw new IOException("the key " + host.key() + " may be read by others: chmod 600 " + host.key());
        }
        try {
            List<KeyPair> keys = new ArrayList<>();
            new FileKeyPairProvider(host.key()).loadKeys(null).forEach(keys::add);
            if (keys.isEmpty()) {
                throw new IOException("there is no private key in " + host.key() + ", or it needs a passphrase");
            }
            return keys;
        } catch (RuntimeException e) {
            throw new IOException("the key " + host.key() + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        CompletableFuture<ClientSession> last;
        synchronized (this) {
            closed = true;
            last = attempt;
        }
        if (last != null && last.isDone() && !last.isCompletedExceptionally()) {
            last.join().close(true);
        }
    }
}
