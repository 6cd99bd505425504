package org.kumiki.twin.model;

/**
 * How long guests take to start and to stop, in seconds.
 *
 * @param boot     from the order to start until it answers
 * @param shutdown from the order to stop until it is off
 */
public record BootTime(double boot, double shutdown) {

    /** A virtual machine of 2015: the templates of mVM's experiments (V. Kherbache et al., UCC 2015), which were checked there. */
    public static final BootTime MACHINE_2015 = new BootTime(120, 17);

    public BootTime {
        if (!(boot >= 0 && shutdown >= 0)) {
            throw new IllegalArgumentException("a boot and a shutdown take some time: " + boot + " s, " + shutdown + " s");
        }
    }

    /** What a guest is away for when it is shut down here and started there. */
    public double cold() {
        return shutdown + boot;
    }
}
