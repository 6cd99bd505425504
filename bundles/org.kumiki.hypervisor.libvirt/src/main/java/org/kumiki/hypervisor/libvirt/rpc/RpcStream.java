package org.kumiki.hypervisor.libvirt.rpc;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Bytes that a daemon sends beside its answers, until they end or are not wanted any more. Thread-safe. */
public final class RpcStream {

    private static final byte[] NOTHING = {};

    private final Message call;
    private final Consumer<byte[]> sink;
    private final Consumer<Message> outgoing;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    RpcStream(Message call, Consumer<byte[]> sink, Consumer<Message> outgoing) {
        this.call = call;
        this.sink = sink;
        this.outgoing = outgoing;
    }

    /** Completes when there are no more; fails with a {@link LibvirtError}, or an {@link IOException} if the connection broke. */
    public CompletableFuture<Void> end() {
        return end;
    }

    /** Wants no more. */
    public void abort() {
        if (end.complete(null)) {
            say(Message.Status.ERROR);
        }
    }

    void take(Message message) {
        switch (message.status()) {
        case CONTINUE -> {
            if (message.body().length > 0) {
                sink.accept(message.body());
            } else if (end.complete(null)) { // the last of them; now libvirt wants to hear that nobody misses anything
                say(Message.Status.OK);
            }
        }
        case OK -> end.complete(null);
        case ERROR -> end.completeExceptionally(LibvirtError.read(new XdrReader(message.body())));
        }
    }

    void fail(IOException failure) {
        end.completeExceptionally(failure);
    }

    private void say(Message.Status status) {
        outgoing.accept(new Message(call.program(), call.version(), call.procedure(), Message.Type.STREAM, call.serial(), status, NOTHING));
    }
}
