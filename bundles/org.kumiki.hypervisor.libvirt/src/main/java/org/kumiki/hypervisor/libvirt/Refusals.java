package org.kumiki.hypervisor.libvirt;

import org.kumiki.api.hypervisor.HypervisorException;
import org.kumiki.api.hypervisor.HypervisorException.Reason;
import org.kumiki.hypervisor.libvirt.rpc.LibvirtError;

/** What libvirt's errors mean to the engine. Pure. */
final class Refusals {

    private Refusals() {
    }

    /** In libvirt's own words, with the reason by which the engine knows what to do. */
    static HypervisorException of(LibvirtError error) {
        return new HypervisorException(reason(error.code()), "libvirt refuses: " + error.getMessage(), error);
    }

    /** By {@code virErrorNumber}; what is not listed may be otherwise the next time. */
    private static Reason reason(int code) {
        return switch (code) {
        case 2 -> Reason.EXHAUSTED; // no memory
        case 3, 16, 67, 74, 84 -> Reason.UNSUPPORTED; // call, kind of system, configuration, argument, operation
        case 8, 27, 35, 92 -> Reason.REFUSED; // an argument, or XML, that is not understood
        case 28, 55 -> Reason.CONFLICT; // exists already, wrong state
        case Libvirt.NO_DOMAIN -> Reason.NOT_FOUND;
        default -> Reason.UNAVAILABLE;
        };
    }
}
