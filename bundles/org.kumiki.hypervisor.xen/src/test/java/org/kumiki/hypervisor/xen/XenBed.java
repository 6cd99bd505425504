package org.kumiki.hypervisor.xen;

import java.util.function.Supplier;

import org.kumiki.api.hypervisor.BlockingHypervisor;
import org.kumiki.api.hypervisor.GuestSpec;
import org.kumiki.api.model.InstanceId;
import org.kumiki.tck.TestBed;

/** What all beds of Xen share: guests as {@code test-host/guest-init} makes them, and a driver that goes and has a successor. */
abstract class XenBed implements TestBed {

    private final Supplier<Running> begin;
    private volatile Running running;

    /** A driver, and how it is stopped. */
    record Running(BlockingHypervisor driver, Runnable stop) {
    }

    XenBed(Supplier<Running> begin) {
        this.begin = begin;
        this.running = begin.get();
    }

    @Override
    public final BlockingHypervisor driver() {
        return running.driver();
    }

    @Override
    public final GuestSpec guest(InstanceId id, String name) {
        return Guests.spec(id, name);
    }

    @Override
    public final GuestSpec stubbornGuest(InstanceId id) {
        return Guests.spec(id, "stubborn", "kumiki.stubborn=yes");
    }

    @Override
    public final String signature(InstanceId guest) {
        return Guests.ready(guest);
    }

    @Override
    public final void restart(Runnable meanwhile) {
        running.stop().run();
        try {
            meanwhile.run();
        } finally {
            running = begin.get();
        }
    }

    @Override
    public final void close() {
        running.stop().run();
    }
}
