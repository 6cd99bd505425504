package org.kumiki.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.model.HostId;
import org.kumiki.api.power.BlockingHostPower;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.power.PowerException;

/** A power controller that blocks, behind the interface of those that do not. Its calls are made on the threads of its bulkhead. */
record UnblockedPower(BlockingHostPower blocking) implements HostPower {

    @FunctionalInterface
    private interface Call<T> {
        T make() throws InterruptedException;
    }

    @Override
    public boolean controls(HostId host) {
        return blocking.controls(host);
    }

    @Override
    public CompletionStage<Void> on(HostId host) {
        return made(() -> {
            blocking.on(host);
            return null;
        });
    }

    @Override
    public CompletionStage<Void> off(HostId host) {
        return made(() -> {
            blocking.off(host);
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> isOn(HostId host) {
        return made(() -> blocking.isOn(host));
    }

    private static <T> CompletionStage<T> made(Call<T> call) {
        try {
            return CompletableFuture.completedFuture(call.make());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CompletableFuture.failedFuture(new PowerException(PowerException.Reason.UNAVAILABLE, "the controller is not asked any longer", e));
        }
    }
}
