package org.kumiki.hypervisor.libvirt.rpc;

/** The other side does not speak libvirt's protocol, or not as we do; the connection is of no use any more. */
public final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }

    public ProtocolException(String message, Throwable cause) {
        super(message, cause);
    }
}
