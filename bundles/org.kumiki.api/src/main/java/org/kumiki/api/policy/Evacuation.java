package org.kumiki.api.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

import org.kumiki.api.model.Resources;

/**
 * Takes guests off hosts, each to the fullest host that may take it, so that empty room stays in one piece: what draining, packing and
 * relieving have in common. Large guests go first. Guests that must stay together go together.
 */
public final class Evacuation {

    private final Course course;
    private final IntPredicate mayMove;
    private final double mostLoad;
    private final RoomIndex receivers;

    /**
     * @param receivers the hosts that guests may go to
     * @param mayMove   the instances that may be moved at all, by row
     * @param mostLoad  of a host, to which guests still may go; infinite if that does not matter
     */
    public Evacuation(Course course, IntPredicate receivers, IntPredicate mayMove, double mostLoad) {
        this.course = course;
        this.mayMove = mayMove;
        this.mostLoad = mostLoad;
        this.receivers = new RoomIndex(course);
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host).takesGuests() && receivers.test(host)) {
                this.receivers.add(host);
            }
        }
        course.watch(this.receivers::changed);
    }

    /** Lets guests go to a host that was none to receive any. */
    public void receive(int host) {
        if (!receivers.contains(host)) {
            receivers.add(host);
        }
    }

    /** Moves everything off a host, or nothing. A host that was emptied receives no more. */
    public boolean empty(int host, String reason) {
        boolean received = receivers.contains(host);
        if (received) {
            receivers.remove(host);
        }
        int mark = course.mark();
        for (int[] party : parties(host, mostMemory())) {
            if (!move(party, reason)) {
                course.back(mark);
                if (received) {
                    receivers.add(host);
                }
                return false;
            }
        }
        return true;
    }

    /** Moves what can be moved off a host. */
    public void drain(int host, String reason) {
        if (receivers.contains(host)) {
            receivers.remove(host);
        }
        parties(host, mostMemory()).forEach(party -> move(party, reason));
    }

    /** What is on a host that should have moved, and why it cannot. */
    public List<Plan.Left> left(int host) {
        List<Plan.Left> left = new ArrayList<>();
        for (int[] party : parties(host, mostMemory())) {
            for (int instance : party) {
                left.add(new Plan.Left(course.instances().instance(instance).id(), why(party, instance)));
            }
        }
        return left;
    }

    /** Moves the busiest guests off a host until it is no busier than the others may become; says whether that was reached. */
    public boolean relieve(int host, String reason) {
        if (receivers.contains(host)) {
            receivers.remove(host);
        }
        for (int[] party : parties(host, Comparator.<Integer>comparingDouble(course::use).reversed())) {
            if (course.load(host) <= mostLoad) {
                break;
            }
            move(party, reason);
        }
        return course.load(host) <= mostLoad;
    }

    private String why(int[] party, int instance) {
        if (!mayMove.test(instance)) {
            return "it was moved a short while ago";
        }
        String nowhere = course.nowhere(instance);
        return party.length == 1 ? nowhere : nowhere + "; it stays with " + (party.length - 1) + " others of its cluster group";
    }

    private Comparator<Integer> mostMemory() {
        return Comparator.<Integer>comparingLong(course.instances()::memoryMiB).thenComparingInt(course.instances()::cpus).reversed();
    }

    /** What is on a host, by what must stay together. */
    private List<int[]> parties(int host, Comparator<Integer> order) {
        List<Integer> guests = new ArrayList<>(course.guests(host));
        for (int guest = course.first(host); guest >= 0; guest = course.next(guest)) {
            guests.add(guest);
        }
        guests.sort(order.thenComparing(Comparator.naturalOrder()));
        List<int[]> parties = new ArrayList<>(guests.size());
        for (int guest : guests) {
            if (course.instances().rules(guest).clusterGroup().isEmpty()) {
                parties.add(new int[] { guest });
            } else if (parties.stream().noneMatch(party -> contains(party, guest))) {
                parties.add(course.party(guest));
            }
        }
        return parties;
    }

    private static boolean contains(int[] party, int guest) {
        for (int member : party) {
            if (member == guest) {
                return true;
            }
        }
        return false;
    }

    private boolean move(int[] party, String reason) {
        Resources amount = Resources.NONE;
        double use = 0;
        for (int instance : party) {
            if (!mayMove.test(instance) || course.hindrance(instance) != null) {
                return false;
            }
            amount = amount.plus(course.instances().resources(instance));
            use += course.use(instance);
        }
        Resources all = amount;
        double more = use;
        int host = receivers.fullest(amount, candidate -> course.hasRoom(candidate, all) && staysCalm(candidate, more)
                && (party.length > 1 ? tried(party, candidate) : course.refusal(party[0], candidate) == null));
        return host >= 0 && course.migrate(party, host, reason) == null;
    }

    private boolean staysCalm(int host, double more) {
        return mostLoad == Double.POSITIVE_INFINITY || course.load(host) + more / course.processors(host) <= mostLoad;
    }

    /** Whether these may go there, found by sending them and calling them back. */
    private boolean tried(int[] party, int host) {
        int mark = course.mark();
        course.watch(changed -> { });
        boolean moved = course.migrate(party, host, "") == null;
        course.back(mark);
        course.watch(receivers::changed);
        return moved;
    }
}
