package org.kumiki.hypervisor.libvirt.rpc;

/** What libvirt answered instead of doing what it was asked: a {@code virError}. */
public final class LibvirtError extends Exception {

    private static final long serialVersionUID = 1L;

    private final int code;

    /** @param code one of {@code virErrorNumber} */
    public LibvirtError(int code, String message) {
        super(message);
        this.code = code;
    }

    static LibvirtError read(XdrReader from) {
        int code = from.integer();
        from.integer(); // which part of libvirt says so
        return new LibvirtError(code, from.optional().map(String::strip).orElse("libvirt gives no reason (error " + code + ")"));
    }

    public int code() {
        return code;
    }
}
