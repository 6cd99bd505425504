package org.kumiki.policy.consolidate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

import org.kumiki.api.model.Resources;
import org.kumiki.api.policy.Course;
import org.kumiki.api.view.InstanceTable;

/**
 * Searches for a better packing and goes there as far as there is a way. Guests of groups, and those that may not move, stay, and so their hosts
 * stay in use.
 */
final class Rearrangement {

    private static final long SEED = 1;

    private final Course course;
    private final IntPredicate mayMove;
    private final double mostLoad;
    private final InstanceTable instances;

    Rearrangement(Course course, IntPredicate mayMove, double mostLoad) {
        this.course = course;
        this.mayMove = mayMove;
        this.mostLoad = mostLoad;
        instances = course.instances();
    }

    /** @param begin where the search begins: another course of the same datacenter */
    void towards(Course begin, int rounds) {
        List<Integer> hosts = new ArrayList<>();
        int[] numbers = new int[course.size()];
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host).takesGuests()) {
                numbers[host] = hosts.size();
                hosts.add(host);
            }
        }
        List<Integer> guests = new ArrayList<>();
        double[][] capacity = hosts.stream().map(this::free).toArray(double[][]::new);
        double[] cost = hosts.stream().mapToDouble(host -> Price.of(course, host)).toArray();
        for (int number = 0; number < capacity.length; number++) {
            for (int guest = course.first(hosts.get(number)); guest >= 0; guest = course.next(guest)) {
                if (isLoose(guest)) {
                    guests.add(guest);
                    add(capacity[number], demand(guest));
                } else {
                    cost[number] = 0;
                }
            }
        }
        int[] from = guests.stream().mapToInt(guest -> numbers[begin.hostRow(guest)]).toArray();
        int[] to = new Assortment(capacity, cost, guests.stream().map(this::demand).toArray(double[][]::new),
                (guest, host) -> course.suits(guests.get(guest), hosts.get(host)), SEED).from(from).search(rounds);
        boolean goesOn = true;
        while (goesOn) {
            goesOn = false;
            for (int index = 0; index < to.length; index++) {
                int guest = guests.get(index);
                int host = hosts.get(to[index]);
                goesOn |= course.hostRow(guest) != host && course.refusal(guest, host) == null
                        && course.migrate(new int[] { guest }, host, "hosts in use will cost less") == null;
            }
        }
    }

    private boolean isLoose(int guest) {
        return instances.rules(guest).spreadGroup().isEmpty() && instances.rules(guest).clusterGroup().isEmpty() && mayMove.test(guest)
                && course.hindrance(guest) == null;
    }

    private double[] free(int host) {
        return new double[] { course.freeCpus(host), course.freeMemoryMiB(host), course.freeDiskMiB(host), course.freeNetworkMbps(host),
                course.processors(host) * (mostLoad - course.load(host)) };
    }

    private double[] demand(int guest) {
        Resources each = instances.resources(guest);
        return new double[] { each.cpus(), each.memoryMiB(), each.diskMiB(), each.networkMbps(), course.use(guest) };
    }

    private static void add(double[] amounts, double[] more) {
        for (int dimension = 0; dimension < amounts.length; dimension++) {
            amounts[dimension] += more[dimension];
        }
    }
}
