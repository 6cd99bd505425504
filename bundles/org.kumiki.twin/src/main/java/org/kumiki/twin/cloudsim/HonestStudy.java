package org.kumiki.twin.cloudsim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;

import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.twin.cloudsim.RealHosts.Mode;
import org.kumiki.twin.model.Channel;
import org.kumiki.twin.model.HostSleep;
import org.kumiki.twin.model.HotAndCold;
import org.kumiki.twin.model.Moved;
import org.kumiki.twin.model.PreCopy;
import org.kumiki.twin.model.RateControl;
import org.kumiki.twin.model.StopRule;
import org.kumiki.twin.trace.CpuTraces;

/**
 * The same day on the same hosts as {@link Study}, without CloudSim's simplifications:
 * <ul>
 * <li>memory counts, on both hosts while a machine moves;
 * <li>a host without machines is suspended, draws a little, and takes its time and energy to fall asleep and to wake;
 * <li>a move takes what pre-copy takes of a machine that writes the more, the busier it is, over half of a gigabit network, it begins when there is
 * room and no more than two moves are at either host (sixteen in all, the engine's defaults), and takes processors at both ends; the machine stands
 * still at last;
 * <li>machines do not vanish when they use nothing.
 * </ul>
 * A policy plans every five minutes. What has not begun by the next plan is forgotten. Hosts that sleep are shown as hosts that are up: whoever
 * sends a machine there wakes one.
 */
public final class HonestStudy {

    private static final double INTERVAL = 300;
    private static final double MIB = 1 << 20;
    private static final double MEGABITS = 500;
    /** A hertz for each bit a second, the rule of thumb for TCP (A. Foong et al., TCP Performance Re-Visited, ISPASS 2003; not checked). */
    private static final double MOVE_MIPS = MEGABITS;
    private static final Channel CHANNEL = new Channel(Channel.bytes(MEGABITS), 0.5, 0.05);
    /** QEMU's rule, and Xen's for those that would not end by it. */
    private static final PreCopy PRECOPY = new PreCopy(RateControl.full(), StopRule.qemu(0.3).or(StopRule.xen()), 100);
    private static final int MOVES_AT_ONCE = 16;
    private static final int MOVES_PER_HOST = 2;

    private final Machines machines;
    private final RealHosts hosts;
    private final HostSleep sleep;
    private final Views views;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::number));
    private List<Move> waiting = new ArrayList<>();
    private final int[] expected;
    private double now;
    private long numbers;
    private int moving;
    private int migrations;
    private int sleeps;

    /** Something that will happen; of two at the same time the one that was known first. */
    private record Event(double at, long number, Runnable what) {
    }

    private record Move(int machine, int to) {
    }

    private HonestStudy(CpuTraces traces, List<HostKind> kinds, HostSleep sleep, boolean byPower) {
        this.sleep = sleep;
        machines = new Machines(traces);
        hosts = new RealHosts(kinds, machines, sleep, MOVE_MIPS);
        expected = new int[kinds.size()];
        new FirstPlacement(machines, new Hosts(kinds, machines, new Account(kinds.size(), machines.size)), byPower).run();
        for (int machine = 0; machine < machines.size; machine++) {
            int host = machines.host[machine];
            hosts.add(host, machine);
            hosts.memoryMiB[host] += machines.memoryMiB[machine];
            hosts.mode[host] = Mode.ON;
        }
        views = new Views(hosts, machines, true);
    }

    /**
     * Runs a day.
     *
     * @param hosts  how many
     * @param policy that moves the machines; none if they stay where they are put first
     * @throws IllegalArgumentException if the machines do not fit on the hosts at first
     */
    public static Outcome run(CpuTraces traces, int hosts, Optional<Policy> policy) {
        return run(traces, hosts, policy, HostSleep.SUSPENDED);
    }

    /** @param sleep what hosts are like that sleep */
    public static Outcome run(CpuTraces traces, int hosts, Optional<Policy> policy, HostSleep sleep) {
        return run(traces, HostKind.cloudSims(hosts), Duration.ofDays(1), policy, sleep, sample -> { });
    }

    /**
     * Runs as long as that.
     *
     * @param hosts   what each of them is
     * @param length  of what runs; the last sample of a trace that is shorter lasts
     * @param policy  that moves the machines; none if they stay where they are put first
     * @param samples is shown how the datacenter fares, every five minutes before the policy plans, and at the end
     * @throws IllegalArgumentException if the machines do not fit on the hosts at first
     */
    public static Outcome run(CpuTraces traces, List<HostKind> hosts, Duration length, Optional<Policy> policy, HostSleep sleep,
            Consumer<Sample> samples) {
        HonestStudy study = new HonestStudy(traces, hosts, sleep, policy.isPresent());
        study.run(length.toSeconds(), policy, samples);
        return study.hosts.outcome(study.migrations, study.sleeps, length.toSeconds());
    }

    private void run(double length, Optional<Policy> policy, Consumer<Sample> samples) {
        for (double moment = 0; moment < length; moment += INTERVAL) {
            until(moment);
            machines.want(moment);
            machines.remember();
            changeAll();
            if (moment > 0) {
                samples.accept(hosts.sample(moment, migrations));
                if (policy.isPresent()) {
                    follow(policy.get().plan(views.view(moment), views.history(moment)));
                }
            }
        }
        until(length);
        changeAll();
        samples.accept(hosts.sample(length, migrations));
    }

    private void changeAll() {
        for (int host = 0; host < hosts.size(); host++) {
            hosts.change(host, now);
        }
    }

    private void until(double end) {
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event event = events.poll();
            now = event.at();
            event.what().run();
        }
        now = end;
    }

    private void after(double seconds, Runnable what) {
        events.add(new Event(now + seconds, numbers++, what));
    }

    private void follow(Plan plan) {
        waiting.forEach(move -> expected[move.to()]--);
        waiting = moves(plan);
        waiting.forEach(move -> expected[move.to()]++);
        begin();
        for (int host = 0; host < hosts.size(); host++) {
            sleepIfEmpty(host);
        }
    }

    private static List<Move> moves(Plan plan) {
        List<Move> moves = new ArrayList<>();
        for (Plan.Step step : plan.steps()) {
            if (step.action() instanceof Action.Migrate migrate) {
                moves.add(new Move(Views.machine(migrate.instance()), Views.host(migrate.destination())));
            } else if (step.action() instanceof Action.MigrateTogether migrate) {
                migrate.instances().forEach(instance -> moves.add(new Move(Views.machine(instance), Views.host(migrate.destination()))));
            }
        }
        return moves;
    }

    /** Begins what can begin now, in the order of the plan. */
    private void begin() {
        waiting.removeIf(move -> {
            int from = machines.host[move.machine()];
            boolean begins = canBegin(move, from);
            if (begins) {
                begin(move, from);
            }
            return begins;
        });
    }

    private boolean canBegin(Move move, int from) {
        if (hosts.mode[move.to()] == Mode.ASLEEP) {
            wake(move.to());
        }
        return from != move.to() && hosts.mode[move.to()] == Mode.ON && !machines.moving[move.machine()] && moving < MOVES_AT_ONCE
                && hosts.moves[from] < MOVES_PER_HOST && hosts.moves[move.to()] < MOVES_PER_HOST
                && hosts.memoryMiB[move.to()] + machines.memoryMiB[move.machine()] <= hosts.kind(move.to()).memoryMiB();
    }

    private void begin(Move move, int from) {
        int machine = move.machine();
        HotAndCold guest = HotAndCold.busy(machines.wanted[machine] / machines.mips[machine]);
        Moved moved = PRECOPY.move(guest.writes(machines.memoryMiB[machine] * MIB), CHANNEL);
        machines.moving[machine] = true;
        hosts.memoryMiB[move.to()] += machines.memoryMiB[machine];
        views.begins(machine, move.to());
        count(from, move.to(), 1);
        expected[move.to()]--;
        migrations++;
        after(moved.seconds(), () -> end(move, from, moved.downtime()));
    }

    private void end(Move move, int from, double downtime) {
        int machine = move.machine();
        hosts.stoodStill(machines.wanted[machine], downtime);
        hosts.remove(from, machine);
        hosts.add(move.to(), machine);
        hosts.memoryMiB[from] -= machines.memoryMiB[machine];
        machines.host[machine] = move.to();
        machines.moving[machine] = false;
        views.ends(machine, now);
        count(from, move.to(), -1);
        begin();
        sleepIfEmpty(from);
    }

    private void count(int from, int to, int change) {
        moving += change;
        for (int host : new int[] { from, to }) {
            hosts.moves[host] += change;
            hosts.change(host, now);
        }
    }

    private void sleepIfEmpty(int host) {
        if (hosts.mode[host] == Mode.ON && hosts.isEmpty(host) && hosts.moves[host] == 0 && expected[host] == 0) {
            sleeps++;
            become(host, Mode.FALLING_ASLEEP);
            after(sleep.toSleep(), () -> {
                become(host, Mode.ASLEEP);
                begin();
            });
        }
    }

    private void wake(int host) {
        become(host, Mode.WAKING);
        after(sleep.toWake(), () -> {
            become(host, Mode.ON);
            begin();
            sleepIfEmpty(host);
        });
    }

    private void become(int host, Mode mode) {
        hosts.mode[host] = mode;
        hosts.change(host, now);
    }
}
