package org.kumiki.hypervisor.vsphere;

import java.io.IOException;

/** What a server answers instead of doing something: a fault of the vSphere API. */
final class VimFault extends IOException {

    private static final long serialVersionUID = 1L;

    private final String type;

    /**
     * @param type    of the fault, e.g. {@code InvalidPowerState}; empty if it has none
     * @param message the server's own words
     */
    VimFault(String method, String type, String message) {
        super(method + ": " + (message.isBlank() ? type : message.strip() + (type.isEmpty() ? "" : " (" + type + ")")));
        this.type = type;
    }

    String type() {
        return type;
    }

    boolean is(String wanted) {
        return type.equals(wanted);
    }

    /** @param what a {@code LocalizedMethodFault}, as tasks have it */
    static VimFault of(String method, Element what) {
        return new VimFault(method, what.child("fault").map(Element::kind).orElse(""), what.textAt("localizedMessage"));
    }
}
