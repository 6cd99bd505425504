package org.kumiki.twin.cloudsim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.twin.trace.CpuTraces;

/**
 * One day of a datacenter under a policy. A policy plans every five minutes, on the same view and history that it has in a real datacenter, and its
 * migrations are begun at once: each takes as long as the machine's memory over half of a gigabit network. What a policy wants beside migrations is
 * left: hosts draw nothing as soon as they have no load.
 */
public final class Study {

    private static final double INTERVAL = 300;
    private static final double DAY = 86_400;
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

    private Study(CpuTraces traces, int size) {
        machines = new Machines(traces);
        account = new Account(size, machines.size);
        hosts = new Hosts(size, machines, account);
    }

    /**
     * Runs a day.
     *
     * @param hosts  how many
     * @param policy that moves the machines; none if they stay where they are put first
     * @throws IllegalArgumentException if the machines do not fit on the hosts at first
     */
    public static Outcome run(CpuTraces traces, int hosts, Optional<Policy> policy) {
        Study study = new Study(traces, hosts);
        FirstPlacement.of(study.machines, study.hosts, policy.isPresent()).carryOut((machine, host) -> {
            study.hosts.add(host, machine, false);
            study.machines.host[machine] = host;
        });
        double seconds = study.day(policy);
        return study.account.outcome(study.hosts.energyKWh(), study.migrations, seconds);
    }

    private double day(Optional<Policy> policy) {
        Views views = new Views(hosts, machines, Integer.MAX_VALUE);
        double now = BEGIN + INTERVAL;
        double end = now;
        while (now < DAY) {
            end = now;
            pass(now);
            machines.remember(now);
            if (policy.isPresent()) {
                carryOut(moves(policy.get().plan(views.view(now), views.history(now))), views, now);
            }
            now += INTERVAL;
        }
        return end;
    }

    private void pass(double now) {
        machines.want(now);
        hosts.pass(last, now);
        last = now;
    }

    // --- Migrations ----------------------------------------------------------------------------------------------------------

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
        boolean[] touched = new boolean[hosts.size];
        for (Move move : moves) {
            machines.moving[move.machine()] = true;
            hosts.add(move.to(), move.machine(), true);
            touched[move.to()] = true;
            touched[machines.host[move.machine()]] = true;
            migrations++;
        }
        IntStream.range(0, hosts.size).filter(host -> touched[host]).forEach(host -> hosts.share(host, now));
        moves.stream().mapToInt(move -> machines.memoryMiB[move.machine()]).distinct().sorted().forEach(memory -> {
            double then = now + memory / MIB_PER_SECOND;
            pass(then);
            moves.stream().filter(move -> machines.memoryMiB[move.machine()] == memory).forEach(move -> arrive(move, views));
            pass(then);
        });
    }

    private void arrive(Move move, Views views) {
        int machine = move.machine();
        hosts.remove(machines.host[machine], machine);
        hosts.remove(move.to(), machine);
        hosts.add(move.to(), machine, false);
        machines.host[machine] = move.to();
        machines.moving[machine] = false;
        views.arrived(machine);
    }
}
