package org.kumiki.hypervisor.qemu.qmp;

/** Why a command was not carried out. */
public final class QmpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean answered;

    private QmpException(boolean answered, String message) {
        super(message);
        this.answered = answered;
    }

    /** QEMU understood and refused. */
    public static QmpException refused(String description) {
        return new QmpException(true, description);
    }

    /** There is no telling whether QEMU did it. */
    public static QmpException lost(String reason) {
        return new QmpException(false, reason);
    }

    /** Whether QEMU itself said no; otherwise the connection is of no use any more. */
    public boolean answered() {
        return answered;
    }
}
