package org.kumiki.policy.balance;

import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Course;

/**
 * How much is taken of each resource of each host that takes guests, and how uneven that is: of CPUs what is used, of the others what is
 * promised.
 */
final class Shares {

    static final int DIMENSIONS = 4;

    private final Course course;
    private final int hosts;
    private final double[] sums = new double[DIMENSIONS];
    private final double[] squares = new double[DIMENSIONS];

    Shares(Course course) {
        this.course = course;
        int count = 0;
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host).takesGuests()) {
                count++;
                for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
                    double share = share(host, dimension);
                    sums[dimension] += share;
                    squares[dimension] += share * share;
                }
            }
        }
        hosts = count;
    }

    double share(int host, int dimension) {
        Resources capacity = course.capacity(host);
        return switch (dimension) {
            case 0 -> course.load(host);
            case 1 -> taken(course.freeMemoryMiB(host), capacity.memoryMiB());
            case 2 -> taken(course.freeDiskMiB(host), capacity.diskMiB());
            default -> taken(course.freeNetworkMbps(host), capacity.networkMbps());
        };
    }

    private static double taken(long free, long capacity) {
        return capacity == 0 ? 0 : 1 - (double) free / capacity;
    }

    /** What a guest takes of a host, as a share. */
    private double part(int instance, int host, int dimension) {
        Resources capacity = course.capacity(host);
        Resources amount = course.instances().resources(instance);
        return switch (dimension) {
            case 0 -> capacity.cpus() == 0 ? 0 : course.use(instance) / capacity.cpus();
            case 1 -> capacity.memoryMiB() == 0 ? 0 : (double) amount.memoryMiB() / capacity.memoryMiB();
            case 2 -> capacity.diskMiB() == 0 ? 0 : (double) amount.diskMiB() / capacity.diskMiB();
            default -> capacity.networkMbps() == 0 ? 0 : (double) amount.networkMbps() / capacity.networkMbps();
        };
    }

    double mean(int dimension) {
        return hosts == 0 ? 0 : sums[dimension] / hosts;
    }

    double deviation(int dimension) {
        return deviation(sums[dimension], squares[dimension]);
    }

    private double deviation(double sum, double square) {
        return hosts == 0 ? 0 : Math.sqrt(Math.max(0, square / hosts - sum / hosts * (sum / hosts)));
    }

    /** The standard deviations of the first resources, added up. */
    double score(int dimensions) {
        double score = 0;
        for (int dimension = 0; dimension < dimensions; dimension++) {
            score += deviation(dimension);
        }
        return score;
    }

    /** What the score would be if these went from one host to another. */
    double score(int[] party, int from, int to, int dimensions) {
        double score = 0;
        for (int dimension = 0; dimension < dimensions; dimension++) {
            score += change(party, from, to, dimension, false);
        }
        return score;
    }

    /** To be told before they go. */
    void move(int[] party, int from, int to) {
        for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
            change(party, from, to, dimension, true);
        }
    }

    private double change(int[] party, int from, int to, int dimension, boolean keep) {
        double leaves = 0;
        double comes = 0;
        for (int instance : party) {
            leaves += part(instance, from, dimension);
            comes += part(instance, to, dimension);
        }
        double here = share(from, dimension);
        double there = share(to, dimension);
        double sum = sums[dimension] - leaves + comes;
        double square = squares[dimension] - here * here + (here - leaves) * (here - leaves) - there * there
                + (there + comes) * (there + comes);
        if (keep) {
            sums[dimension] = sum;
            squares[dimension] = square;
        }
        return deviation(sum, square);
    }
}
