package org.kumiki.twin.model;

/**
 * Pre-copy in closed form, for a guest that writes at one rate D to all of its memory M, over a channel of R: with &lambda; = D/R each round sends
 * &lambda; times what the one before sent, so n rounds and the last one send M&middot;(1-&lambda;<sup>n+1</sup>)/(1-&lambda;), and the guest
 * stands still for M&middot;&lambda;<sup>n</sup>/R (H. Liu et al., HPDC 2011; the algebra was checked here, see its test).
 *
 * @param memory    M, in bytes
 * @param dirtyRate D, less than R, in bytes a second
 * @param channel   R, in bytes a second
 */
public record Geometric(double memory, double dirtyRate, double channel) {

    public Geometric {
        if (!(memory > 0 && dirtyRate > 0 && dirtyRate < channel)) {
            throw new IllegalArgumentException("rounds get shorter only for a guest that writes more slowly than can be sent: " + dirtyRate + ", " + channel);
        }
    }

    public double lambda() {
        return dirtyRate / channel;
    }

    /** How many rounds there are until so little is left. */
    public int rounds(double left) {
        return (int) Math.max(0, Math.ceil(Math.log(left / memory) / Math.log(lambda())));
    }

    /** What is sent in so many rounds and a last one. */
    public double bytes(int rounds) {
        return memory * (1 - Math.pow(lambda(), rounds + 1.0)) / (1 - lambda());
    }

    public double seconds(int rounds) {
        return bytes(rounds) / channel;
    }

    /** How long the guest stands still after so many rounds, but for the switch-over. */
    public double downtime(int rounds) {
        return memory * Math.pow(lambda(), rounds) / channel;
    }

    /**
     * What it costs, in joules, both hosts together: 0.512 a MB and 20.165 for each move, which Liu et al. fitted to Xen on their hosts. The two constants are
     * from memory and not checked against the paper; take them for an order of magnitude.
     */
    public static double joules(double bytes) {
        return 0.512 * bytes / 1e6 + 20.165;
    }
}
