package org.kumiki.engine;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.kumiki.api.datacenter.PlugIn;
import org.kumiki.api.model.HostId;
import org.kumiki.api.power.BlockingHostPower;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.power.PowerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The power controllers that are present. Each says itself which hosts are its own. Thread-safe. */
final class Powers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Powers.class);
    private static final Duration TO_SAY_WHAT_IT_CONTROLS = Duration.ofSeconds(5);
    /** A controller waits for proof, and a machine that is asked politely takes its time. */
    private static final Duration TO_SWITCH = Duration.ofMinutes(10);

    private final Services<HostPower> services;

    Powers(Workers workers) {
        services = new Services<>(workers, "power");
    }

    void add(HostPower power, Map<String, Object> properties) {
        services.add(power, Origin.of(power, properties));
    }

    void add(BlockingHostPower power, Map<String, Object> properties) {
        services.add(new UnblockedPower(power), Origin.of(power, properties));
    }

    void remove(HostPower power) {
        services.remove(power);
    }

    void remove(BlockingHostPower power) {
        services.all().stream().filter(one -> one instanceof UnblockedPower unblocked && unblocked.blocking() == power).forEach(services::remove);
    }

    CompletionStage<Void> set(HostPower power, HostId host, boolean on) {
        return services.call(power, TO_SWITCH, controller -> on ? controller.on(host) : controller.off(host));
    }

    /** Fails if nobody controls that host: what is switched off must be switched on again by somebody. */
    CompletionStage<HostPower> controller(HostId host) {
        return controller(services.all().iterator(), host);
    }

    private CompletionStage<HostPower> controller(Iterator<HostPower> left, HostId host) {
        if (!left.hasNext()) {
            return CompletableFuture.failedFuture(new PowerException(PowerException.Reason.REFUSED,
                    "no power controller is present for the host; configure one, e.g. org.kumiki.power.ipmi"));
        }
        HostPower power = left.next();
        return services.call(power, TO_SAY_WHAT_IT_CONTROLS, controller -> CompletableFuture.completedFuture(controller.controls(host)))
                .exceptionally(failure -> {
                    LOG.warn("{} does not say whether it controls {}", power, host, Drivers.unwrapped(failure));
                    return false;
                })
                .thenCompose(controls -> controls ? CompletableFuture.completedFuture(power) : controller(left, host));
    }

    List<PlugIn> plugIns() {
        return services.plugIns();
    }

    @Override
    public void close() {
        services.close();
    }
}
