package org.kumiki.twin.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * By how much longer work takes in a guest than on the bare machine, by the way the guest is virtualized and by the kind of the work: 1 for as long. What is
 * {@linkplain Basis#PUBLISHED published} is computed from the figures of P. Barham et al., Xen and the Art of Virtualization, SOSP 2003, figure 3, which
 * were checked: native Linux, Xen with paravirtual guests, and VMware Workstation 3.2 for binary translation on a host. The others were not: what is
 * {@linkplain Basis#REMEMBERED remembered} is from W. Felter et al., An Updated Performance Comparison of Virtual Machines and Linux Containers, 2014
 * (containers, KVM), J. Walters et al., AINA 2008 (MPI), and K. Adams and O. Agesen, ASPLOS 2006 (first processors with support); the rest is
 * {@linkplain Basis#ASSUMED assumed}. Measure your own ({@code kumiki bench technologies}) and put it in. Immutable.
 */
public final class Overhead {

    /** Ways to virtualize. */
    public enum Way {
        /** Guests share the host's kernel. */
        OS_LEVEL,
        /** The guest's kernel calls the monitor. */
        PARAVIRTUAL,
        /** With support by the processor for memory as well, and devices that the guest knows to be virtual. */
        HARDWARE,
        /** With the support that the first processors had, none for memory. */
        HARDWARE_FIRST,
        /** Binary translation, on a host operating system. */
        BINARY_TRANSLATION
    }

    /** Kinds of work. */
    public enum Work {
        /** Numbers on one processor. */
        COMPUTE,
        /** Compiling: many processes, much memory that is mapped. */
        BUILD,
        /** A database that is read. */
        DATABASE_READ,
        /** One that is written to, transaction by transaction. */
        DATABASE_WRITE, FILE_SERVER, WEB,
        /** Much that is sent in few connections. */
        BULK_SEND,
        /** Processes that wait for each other's messages. */
        MPI
    }

    /** How a figure is known. */
    public enum Basis {
        /** From a paper, checked. */
        PUBLISHED,
        /** From a paper, as somebody remembers it. */
        REMEMBERED,
        /** Nobody measured it; it is between its neighbours. */
        ASSUMED,
        /** On one's own machines. */
        MEASURED
    }

    /**
     * A figure.
     *
     * @param slowDown of the time that the work takes; at least 1 but for noise
     */
    public record Factor(double slowDown, Basis basis) {
    }

    /** What is known without measuring. */
    public static final Overhead PUBLISHED = published();

    private final Map<Way, Map<Work, Factor>> factors;

    private Overhead(Map<Way, Map<Work, Factor>> factors) {
        this.factors = factors;
    }

    /** Empty if it is neither known nor like anything that is. */
    public Optional<Factor> factor(Way way, Work work) {
        return Optional.ofNullable(factors.get(way).get(work));
    }

    /** The same with something that was measured. */
    public Overhead measured(Way way, Work work, double slowDown) {
        Overhead copy = new Overhead(new EnumMap<>(Way.class));
        factors.forEach((each, row) -> copy.factors.put(each, new EnumMap<>(row)));
        return copy.with(way, Basis.MEASURED, work, slowDown);
    }

    private Overhead with(Way way, Basis basis, Work work, double slowDown) {
        factors.get(way).put(work, new Factor(slowDown, basis));
        return this;
    }

    private static Overhead published() {
        Overhead all = new Overhead(new EnumMap<>(Way.class));
        for (Way way : Way.values()) {
            all.factors.put(way, new EnumMap<>(Work.class));
        }
        all.rate(Work.COMPUTE, 567, 567, 554).time(Work.BUILD, 263, 271, 334).rate(Work.DATABASE_READ, 172, 158, 80).rate(Work.DATABASE_WRITE, 1714, 1633, 199)
                .rate(Work.FILE_SERVER, 418, 400, 310).rate(Work.WEB, 518, 514, 150).rate(Work.BULK_SEND, 897, 897, 291);
        return all.with(Way.PARAVIRTUAL, Basis.ASSUMED, Work.MPI, 1.1)
                .with(Way.BINARY_TRANSLATION, Basis.ASSUMED, Work.MPI, 4)
                .with(Way.OS_LEVEL, Basis.REMEMBERED, Work.COMPUTE, 1.0).with(Way.OS_LEVEL, Basis.ASSUMED, Work.BUILD, 1.01)
                .with(Way.OS_LEVEL, Basis.ASSUMED, Work.DATABASE_READ, 1.01).with(Way.OS_LEVEL, Basis.REMEMBERED, Work.DATABASE_WRITE, 1.02)
                .with(Way.OS_LEVEL, Basis.ASSUMED, Work.FILE_SERVER, 1.02).with(Way.OS_LEVEL, Basis.ASSUMED, Work.WEB, 1.0)
                .with(Way.OS_LEVEL, Basis.REMEMBERED, Work.BULK_SEND, 1.0).with(Way.OS_LEVEL, Basis.REMEMBERED, Work.MPI, 1.0)
                .with(Way.HARDWARE, Basis.REMEMBERED, Work.COMPUTE, 1.02).with(Way.HARDWARE, Basis.ASSUMED, Work.BUILD, 1.07)
                .with(Way.HARDWARE, Basis.ASSUMED, Work.DATABASE_READ, 1.1).with(Way.HARDWARE, Basis.REMEMBERED, Work.DATABASE_WRITE, 1.4)
                .with(Way.HARDWARE, Basis.REMEMBERED, Work.FILE_SERVER, 2.0).with(Way.HARDWARE, Basis.ASSUMED, Work.WEB, 1.1)
                .with(Way.HARDWARE, Basis.REMEMBERED, Work.BULK_SEND, 1.0).with(Way.HARDWARE, Basis.REMEMBERED, Work.MPI, 1.3)
                .with(Way.HARDWARE_FIRST, Basis.REMEMBERED, Work.COMPUTE, 1.05).with(Way.HARDWARE_FIRST, Basis.REMEMBERED, Work.BUILD, 2);
    }

    /** Figure 3 of Barham et al., where more is better. */
    private Overhead rate(Work work, double without, double xen, double vmware) {
        return time(work, 1 / without, 1 / xen, 1 / vmware);
    }

    /** And where less is. */
    private Overhead time(Work work, double without, double xen, double vmware) {
        return with(Way.PARAVIRTUAL, Basis.PUBLISHED, work, xen / without).with(Way.BINARY_TRANSLATION, Basis.PUBLISHED, work, vmware / without);
    }
}
