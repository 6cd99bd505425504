package org.kumiki.hypervisor.qemu;

import org.kumiki.api.model.Technology;

/** How QEMU runs the guest's instructions. */
enum Accelerator {
    /** On the CPU, with the kernel's help. */
    KVM("kvm", "host", Technology.Method.HARDWARE),
    /** Translated. The buffer of translated code is bounded, because by default it may grow to a gigabyte a guest. */
    TCG("tcg,thread=multi,tb-size=128", "max", Technology.Method.BINARY_TRANSLATION);

    private final String option;
    private final String cpu;
    private final Technology.Method method;

    Accelerator(String option, String cpu, Technology.Method method) {
        this.option = option;
        this.cpu = cpu;
        this.method = method;
    }

    /** As the value of {@code -accel}. */
    String option() {
        return option;
    }

    /** As the value of {@code -cpu}: everything that the accelerator can do. */
    String cpu() {
        return cpu;
    }

    Technology.Method method() {
        return method;
    }
}
