package org.kumiki.policy.balance;

import java.util.Arrays;

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
    /** By host and dimension, as far as it was asked for and has not changed since; else NaN. */
    private final double[] shares;
    private final double[] sums = new double[DIMENSIONS];
    private final double[] squares = new double[DIMENSIONS];

    Shares(Course course) {
        this.course = course;
        shares = new double[course.size() * DIMENSIONS];
        Arrays.fill(shares, Double.NaN);
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
        int index = host * DIMENSIONS + dimension;
        if (Double.isNaN(shares[index])) {
            shares[index] = read(host, dimension);
        }
        return shares[index];
    }

    private double read(int host, int dimension) {
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

    /** What the score would be if these went from one host to another, for each of several: a plan looks at many. */
    double[] scores(int[] party, int from, int[] to, int dimensions) {
        double[] scores = new double[to.length];
        for (int dimension = 0; dimension < dimensions; dimension++) {
            double leaves = part(party, from, dimension);
            double sum = sums[dimension] - leaves;
            double square = squareWithout(from, leaves, dimension);
            for (int index = 0; index < to.length; index++) {
                double comes = arriving(party, from, leaves, to[index], dimension);
                scores[index] += deviation(sum + comes, squareWith(square, to[index], comes, dimension));
            }
        }
        return scores;
    }

    /** To be told before they go. */
    void move(int[] party, int from, int to) {
        for (int dimension = 0; dimension < DIMENSIONS; dimension++) {
            double leaves = part(party, from, dimension);
            double comes = arriving(party, from, leaves, to, dimension);
            sums[dimension] = sums[dimension] - leaves + comes;
            squares[dimension] = squareWith(squareWithout(from, leaves, dimension), to, comes, dimension);
        }
        Arrays.fill(shares, from * DIMENSIONS, (from + 1) * DIMENSIONS, Double.NaN);
        Arrays.fill(shares, to * DIMENSIONS, (to + 1) * DIMENSIONS, Double.NaN);
    }

    /** @param leaves what they take of the host that they leave, which is the same of one that is as large */
    private double arriving(int[] party, int from, double leaves, int to, int dimension) {
        return course.capacity(from) == course.capacity(to) ? leaves : part(party, to, dimension);
    }

    private double part(int[] party, int host, int dimension) {
        double part = 0;
        for (int instance : party) {
            part += part(instance, host, dimension);
        }
        return part;
    }

    private double squareWithout(int host, double leaves, int dimension) {
        double here = share(host, dimension);
        return squares[dimension] - here * here + (here - leaves) * (here - leaves);
    }

    private double squareWith(double square, int host, double comes, int dimension) {
        double there = share(host, dimension);
        return square - there * there + (there + comes) * (there + comes);
    }
}
