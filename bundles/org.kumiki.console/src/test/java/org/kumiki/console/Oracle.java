package org.kumiki.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;

import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.MeasuredLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.Instance;

/** Foresees a day of starts and moves, well but for a few. */
final class Oracle {

    private Oracle() {
    }

    /** Where the instance is, and if it moves, from where the other one is. */
    private static Undertaking of(Kind kind, Instance instance, Instance other) {
        Undertaking.Guest guest = new Undertaking.Guest(instance.id(), FakeDatacenter.ROOT, "m1.small", new ImageId("ami-00000001"), 1_740);
        HostId here = instance.host().orElseThrow();
        HostId there = other.host().filter(host -> !host.equals(here)).orElse(new HostId("rack1-02"));
        return kind == Kind.START || kind == Kind.STOP ? Undertaking.at(here, kind, guest, instance.decision(), "qemu")
                : new Undertaking(kind, guest, instance.decision(), "qemu", here, Optional.of(there), Optional.empty(), Duration.ofMillis(300));
    }

    /** 119 starts and one that fails, which is the last, 60 moves, 10 cold ones, and 10 stops; one every ten minutes. */
    static List<Foreseen> day(List<Instance> instances) {
        Random random = new Random(7);
        List<Foreseen> all = new ArrayList<>();
        Instant begin = Instant.now().minus(Duration.ofMinutes(2_000));
        List<Kind> kinds = new ArrayList<>();
        kinds.addAll(Collections.nCopies(119, Kind.START));
        kinds.addAll(Collections.nCopies(60, Kind.MOVE));
        kinds.addAll(Collections.nCopies(10, Kind.COLD_MOVE));
        kinds.addAll(Collections.nCopies(10, Kind.STOP));
        Collections.shuffle(kinds, random);
        for (Kind kind : kinds) {
            Undertaking next = of(kind, instances.get(all.size() % instances.size()), instances.get((all.size() + 1) % instances.size()));
            all.add(one(next, begin.plus(Duration.ofMinutes(10L * all.size())), random));
        }
        all.add(failed(instances.get(0), "no room"));
        return all;
    }

    static Foreseen failed(Instance instance, String why) {
        return Foreseen.begun(of(Kind.START, instance, instance), Instant.now().minusSeconds(5)).failed(Instant.now(), why);
    }

    private static Foreseen one(Undertaking undertaking, Instant at, Random random) {
        double total = switch (undertaking.kind()) {
            case START -> 2 + random.nextDouble();
            case STOP -> 8 + random.nextDouble();
            case MOVE -> 3 + 22 * random.nextDouble();
            case COLD_MOVE -> 11 + 2 * random.nextDouble();
        };
        double off = 1 + 0.12 * random.nextGaussian();
        double down = undertaking.kind() == Kind.MOVE ? 0.05 + 0.2 * random.nextDouble() : undertaking.kind() == Kind.COLD_MOVE ? 2.5 : 0;
        List<HostLoad> foreseen = new ArrayList<>();
        List<MeasuredLoad> measured = new ArrayList<>();
        for (HostId host : undertaking.hosts()) {
            double load = 0.05 + 0.5 * random.nextDouble();
            boolean disturbed = random.nextInt(6) == 0;
            double was = load + 0.02 * random.nextGaussian() + (disturbed ? 0.2 * random.nextDouble() : 0);
            foreseen.add(new HostLoad(host, load, 4));
            measured.add(new MeasuredLoad(host, OptionalDouble.of(Math.max(0, was)), disturbed ? 5 : 4, ""));
        }
        return Foreseen.begun(undertaking, at)
                .with("org.kumiki.twin (org.kumiki.twin 1.0.0)", new Forecast(seconds(total), seconds(down), 0, foreseen))
                .with(at.plus(seconds(total * off)), new Happened(seconds(total * off), seconds(down * (1 + 0.25 * random.nextGaussian())), 0, 0, 0))
                .with(new Afterwards(OptionalDouble.of(0.3), measured));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(Math.max(0, seconds) * 1e9));
    }
}
