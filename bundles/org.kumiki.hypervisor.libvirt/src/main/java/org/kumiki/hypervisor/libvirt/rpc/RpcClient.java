package org.kumiki.hypervisor.libvirt.rpc;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One connection to a libvirt daemon. Calls of several threads go over it side by side. A thread of its own reads and another one writes,
         for a caller
 * that is interrupted while it used a channel would close it for all. Thread-safe.
 */
public final class RpcClient implements AutoCloseable {

    /** Told on the thread that reads, so it must be quick. */
    public interface Listener {

        /** Something has happened, and this is what libvirt says of it. */
        void event(Procedure procedure, XdrReader body);

        /** The connection is of no use any more. Told once. */
        void closed(String reason);
    }

    private final Transport transport;
    private final Listener listener;
    private final Duration keepalive;
    private final AtomicInteger serials = new AtomicInteger();
    private final BlockingQueue<Message> outgoing = new LinkedBlockingQueue<>();
    private final Map<Integer, CompletableFuture<Message>> pending = new ConcurrentHashMap<>();
    private final Map<Integer, RpcStream> streams = new ConcurrentHashMap<>();
    private final AtomicReference<String> end = new AtomicReference<>();
    private volatile long heard = System.nanoTime();

    /**
     * @param name      of its threads
     * @param keepalive how often the other side must say something; after five times that long without a word it counts as gone
     */
    public RpcClient(Transport transport, String name, Duration keepalive, Listener listener) {
        this.transport = transport;
        this.listener = listener;
        this.keepalive = keepalive;
        begin(name + "-reader", this::readAll);
        begin(name + "-writer", this::writeAll);
    }

    private static void begin(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Has the daemon do something, and waits for its answer.
     *
     * @throws LibvirtError if it says no
     * @throws IOException  if it cannot be known whether it did it: it did not answer in time, or the connection broke
     */
    public XdrReader call(Procedure procedure, XdrWriter arguments, Duration deadline) throws IOException, LibvirtError, InterruptedException {
        return answer(procedure.toString(), Message.call(procedure.number(), serials.incrementAndGet(), arguments.toBytes()),
                deadline);
    }

    /**
     * Has the daemon send bytes, as many as there are and when they are there.
     *
     * @param sink given them on the thread that reads
     */
    public RpcStream stream(Procedure procedure, XdrWriter arguments, Duration deadline, Consumer<byte[]> sink)
            throws IOException, LibvirtError, InterruptedException {
        Message call = Message.call(procedure.number(), serials.incrementAndGet(), arguments.toBytes());
        RpcStream stream = new RpcStream(call, sink, outgoing::add);
        streams.put(call.serial(), stream);
        stream.end().whenComplete((ended, failure) -> streams.remove(call.serial()));
        try {
            answer(procedure.toString(), call, deadline);
        } catch (IOException | LibvirtError | InterruptedException | RuntimeException e) {
            streams.remove(call.serial());
            throw e;
        }
        return stream;
    }

    private XdrReader answer(String what, Message call, Duration deadline) throws IOException, LibvirtError, InterruptedException {
        CompletableFuture<Message> reply = new CompletableFuture<>();
        pending.put(call.serial(), reply);
        try {
            if (end.get() != null) {
                throw new IOException(end.get());
            }
            outgoing.add(call);
            Message message = reply.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            XdrReader body = new XdrReader(message.body());
            if (message.status() == Message.Status.ERROR) {
                throw LibvirtError.read(body);
            }
            return body;
        } catch (TimeoutException e) {
            throw new IOException("libvirt did not answer " + what + " within " + deadline.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } finally {
            pending.remove(call.serial());
        }
    }

    private void readAll() {
        try {
            DataInputStream input = new DataInputStream(new BufferedInputStream(transport.input()));
            while (true) {
                Message message = Message.read(input);
                heard = System.nanoTime();
                take(message);
            }
        } catch (IOException | ProtocolException e) {
            close("the connection to libvirt broke: " + (e.getMessage() == null ? "it was closed there" : e.getMessage()));
        }
    }

    private void take(Message message) {
        if (message.program() == Message.KEEPALIVE) {
            if (message.procedure() == Message.PING) {
                outgoing.add(Message.keepalive(Message.PONG));
            }
            return;
        }
        switch (message.type()) {
        case REPLY -> {
            CompletableFuture<Message> reply = pending.get(message.serial());
            if (reply != null) { // else whoever called does not wait any more
                reply.complete(message);
            }
        }
        case EVENT -> Procedure.of(message.procedure()).ifPresent(event -> listener.event(event, new XdrReader(message.body())));
        case STREAM -> {
            RpcStream stream = streams.get(message.serial());
            if (stream != null) {
                stream.take(message);
            }
        }
        default -> throw new ProtocolException("a message of type " + message.type() + " was never asked for");
        }
    }

    private void writeAll() {
        try {
            OutputStream output = transport.output();
            while (end.get() == null) {
                Message message = outgoing.poll(keepalive.toMillis(), TimeUnit.MILLISECONDS);
                long silence = System.nanoTime() - heard;
                if (silence > 5 * keepalive.toNanos()) {
                    throw new IOException("libvirt has said nothing for " + TimeUnit.NANOSECONDS.toSeconds(silence) + " s");
                }
                output.write((message == null ? Message.keepalive(Message.PING) : message).toBytes());
                output.flush();
            }
        } catch (IOException e) {
            close("the connection to libvirt broke: " + e.getMessage());
        } catch (InterruptedException e) {
            close("interrupted");
        }
    }

    @Override
    public void close() {
        close("the connection to libvirt was closed");
    }

    private void close(String reason) {
        if (!end.compareAndSet(null, reason)) {
            return;
        }
        IOException failure = new IOException(reason);
        try {
            transport.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        outgoing.add(Message.keepalive(Message.PONG)); // so that the writer wakes up and ends
        pending.values().forEach(reply -> reply.completeExceptionally(failure));
        streams.values().forEach(stream -> stream.fail(failure));
        listener.closed(reason);
    }
}
