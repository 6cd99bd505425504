package org.kumiki.engine;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestListener;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.hypervisor.HostReport;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.model.ConsoleOutput;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Technology;

/** A blocking driver, seen as one that is not. It still blocks, on the thread of whoever calls: the driver's bulkhead. */
record Unblocked(BlockingHypervisor blocking) implements Hypervisor {

    @Override
    public Technology technology() {
        return blocking.technology();
    }

    @Override
    public CompletionStage<List<HostReport>> hosts() {
        return CompletableFuture.completedFuture(blocking.hosts());
    }

    @Override
    public CompletionStage<Void> start(HostId host, GuestSpec guest) {
        return done(() -> blocking.start(host, guest));
    }

    @Override
    public CompletionStage<Void> stop(HostId host, InstanceId guest, boolean force) {
        return done(() -> blocking.stop(host, guest, force));
    }

    @Override
    public CompletionStage<Void> reboot(HostId host, InstanceId guest) {
        return done(() -> blocking.reboot(host, guest));
    }

    @Override
    public CompletionStage<Void> destroy(HostId host, InstanceId guest) {
        return done(() -> blocking.destroy(host, guest));
    }

    @Override
    public CompletionStage<ConsoleOutput> console(HostId host, InstanceId guest) {
        return CompletableFuture.completedFuture(blocking.console(host, guest));
    }

    @Override
    public Runnable watch(GuestListener listener) {
        return blocking.watch(listener);
    }

    private static CompletionStage<Void> done(Runnable call) {
        call.run();
        return CompletableFuture.completedFuture(null);
    }
}
