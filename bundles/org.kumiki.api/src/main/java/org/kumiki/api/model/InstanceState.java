package org.kumiki.api.model;

/**
 * The life of an instance.
 *
 * <pre>
 *             started              stop               stopped
 * PENDING ──────────▶ RUNNING ──────────▶ STOPPING ──────────▶ STOPPED
 *    ▲                   │                                        │
 *    └───────────────────┼────────────── start ───────────────────┤
 *                        │ terminate                              │ terminate
 *                        ▼                                        │
 *                  SHUTTING_DOWN ──────────▶ TERMINATED ◀─────────┘
 * </pre>
 *
 * An instance that cannot be started goes from PENDING to TERMINATED, or back to STOPPED if it had run before.
 */
public enum InstanceState {
    PENDING(0, "pending"), RUNNING(16, "running"), SHUTTING_DOWN(32, "shutting-down"), TERMINATED(48, "terminated"), STOPPING(64,
            "stopping"), STOPPED(80, "stopped");

    private final int code;
    private final String label;

    InstanceState(int code, String label) {
        this.code = code;
        this.label = label;
    }

    /** The number that EC2 gives this state. */
    public int code() {
        return code;
    }

    /** The name that EC2 gives this state. */
    public String label() {
        return label;
    }

    /** Whether an instance in this state takes the resources of its host. */
    public boolean occupiesHost() {
        return this != STOPPED && this != TERMINATED;
    }
}
