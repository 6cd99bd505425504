package org.kumiki.hypervisor.xen;

/** The ways in which Xen runs a guest. */
enum GuestType {
    /** The guest's kernel calls the hypervisor for what is privileged; the processor need not help. */
    PV("pv"),
    /** The processor helps with memory and privileged code, and all devices are Xen's own. */
    PVH("pvh"),
    /** A whole PC: the processor helps, and a QEMU in dom0 is its devices. */
    HVM("hvm");

    private final String word;

    GuestType(String word) {
        this.word = word;
    }

    /** As a configuration of xl says it. */
    String word() {
        return word;
    }
}
