package org.kumiki.engine;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import org.kumiki.api.hypervisor.GuestState;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.power.PowerException;

/** Takes hosts out of an estate, and puts them back. */
final class PaperPower implements HostPower {

    private final PaperHypervisor.Estate estate;
    private final Set<HostId> off = ConcurrentHashMap.newKeySet();
    /** What it says instead of doing anything. */
    volatile String lie;
    /** What it does takes until this is complete. */
    volatile CompletableFuture<Void> proof = CompletableFuture.completedFuture(null);

    PaperPower(PaperHypervisor.Estate estate) {
        this.estate = estate;
    }

    @Override
    public boolean controls(HostId host) {
        return host.value().startsWith("h");
    }

    @Override
    public CompletionStage<Void> on(HostId host) {
        return shown(() -> {
            off.remove(host);
            estate.hosts.computeIfAbsent(host, id -> new ConcurrentHashMap<>());
        });
    }

    @Override
    public CompletionStage<Void> off(HostId host) {
        return shown(() -> {
            Map<InstanceId, GuestState> guests = estate.hosts.get(host);
            if (guests != null && guests.containsValue(GuestState.RUNNING)) {
                throw new AssertionError("guests were switched off with " + host);
            }
            off.add(host);
            estate.hosts.remove(host);
        });
    }

    private CompletionStage<Void> shown(Runnable change) {
        return proof.thenRun(() -> {
            if (lie != null) {
                throw new PowerException(PowerException.Reason.UNPROVEN, lie);
            }
            change.run();
        });
    }

    @Override
    public CompletionStage<Boolean> isOn(HostId host) {
        return CompletableFuture.completedFuture(!off.contains(host));
    }
}
