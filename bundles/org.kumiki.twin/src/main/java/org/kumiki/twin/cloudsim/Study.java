package org.kumiki.twin.cloudsim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.twin.trace.CpuTraces;

/**
 * A day, or several, of a datacenter under a policy. A policy plans every five minutes, on the same view and history that it has in a real
 * datacenter, and its migrations are begun at once: each takes as long as the machine's memory over half of a gigabit network. What a policy wants
 * beside migrations is left: hosts draw nothing as soon as they have no load.
 */
public final class Study {

    private static final double INTERVAL = 300;
    /** When the load begins. */
    private static final double BEGIN = 0.1;
    /** Half of 1 Gbit/s, in MB/s as CloudSim counts. */
    private static final double MIB_PER_SECOND = 62.5;

    private final Machines machines;
    private final Account account;
    private final Hosts hosts;
    private int migrations;
    private double last;

    /** A migration under way. */
    private record Move(int machine, int to) {
    }

    private Study(CpuTraces traces, List<HostKind> kinds) {
        machines = new Machines(traces);
        account = new Account(kinds.size(), machines.size);
        hosts = new Hosts(kinds, machines, account);
    }

    /**
     * Runs a day on CloudSim's hosts.
     *
     * @param hosts  how many
     * @param policy that moves the machines; none if they stay where they are put first
     * @throws IllegalArgumentException if the machines do not fit on the hosts at first
     */
    public static Outcome run(CpuTraces traces, int hosts, Optional<Policy> policy) {
        return run(traces, HostKind.cloudSims(hosts), Duration.ofDays(1), policy, sample -> { });
    }

    /**
     * Runs as long as that.
     *
     * @param hosts   what each of them is
     * @param length  of what runs; the last sample of a trace that is shorter lasts
     * @param policy  that moves the machines; none if they stay where they are put first
     * @param samples is shown how the datacenter fares, every five minutes before the policy plans
     * @throws IllegalArgumentException if the machines do not fit on the hosts at first
     */
    public static Outcome run(CpuTraces traces, List<HostKind> hosts, Duration length, Optional<Policy> policy, Consumer<Sample> samples) {
        Study study = new Study(traces, hosts);
        new FirstPlacement(study.machines, study.hosts, policy.isPresent()).run();
        double seconds = study.run(length.toSeconds(), policy, samples);
        return study.account.outcome(study.hosts.energyKWh(), study.migrations, seconds);
    }

    private double run(double length, Optional<Policy> policy, Consumer<Sample> samples) {
        Views views = new Views(hosts, machines, false);
        double now = BEGIN + INTERVAL;
        double end = now;
        while (now < length) {
            end = now;
            pass(now);
            machines.remember();
            samples.accept(sample(now));
            if (policy.isPresent()) {
                carryOut(moves(policy.get().plan(views.view(now), views.history(now))), views, now);
            }
            now += INTERVAL;
        }
        return end;
    }

    private Sample sample(double now) {
        int on = 0;
        double used = 0;
        double total = 0;
        for (int host = 0; host < hosts.size; host++) {
            if (hosts.used[host] > 0) {
                on++;
                used += hosts.used[host];
                total += hosts.total[host];
            }
        }
        return new Sample(now, on, total == 0 ? 0 : used / total, account.violatedNow(), hosts.energyKWh(), migrations);
    }

    private void pass(double now) {
        if (now != last) {
            machines.want(now);
        }
        hosts.pass(last, now);
        last = now;
    }

    private List<Move> moves(Plan plan) {
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

    private void carryOut(List<Move> moves, Views views, double now) {
        BitSet changed = new BitSet();
        for (Move move : moves) {
            machines.moving[move.machine()] = true;
            hosts.add(move.to(), move.machine(), true);
            changed.set(move.to());
            changed.set(machines.host[move.machine()]);
            migrations++;
        }
        changed.stream().forEach(host -> hosts.share(host, now));
        SortedMap<Integer, List<Move>> bySize = new TreeMap<>();
        for (Move move : moves) {
            bySize.computeIfAbsent(machines.memoryMiB[move.machine()], memory -> new ArrayList<>()).add(move);
        }
        bySize.forEach((memory, equallyLong) -> {
            double then = now + memory / MIB_PER_SECOND;
            pass(then);
            hosts.passAgain(arrive(equallyLong, views), then);
        });
    }

    /** Answers on which hosts something has changed. */
    private BitSet arrive(List<Move> moves, Views views) {
        BitSet changed = new BitSet();
        for (Move move : moves) {
            int machine = move.machine();
            changed.set(machines.host[machine]);
            changed.set(move.to());
            hosts.remove(machines.host[machine], machine);
            hosts.remove(move.to(), machine);
            hosts.add(move.to(), machine, false);
            machines.host[machine] = move.to();
            machines.moving[machine] = false;
            views.arrived(machine);
        }
        return changed;
    }
}
