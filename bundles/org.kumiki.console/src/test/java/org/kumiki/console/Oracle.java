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
import org.kumiki.api.model.InstanceId;

/** Foresees a day of starts and moves of an instance, well but for a few. */
final class Oracle {

    private static final HostId HERE = new HostId("rack1-01");
    private static final HostId THERE = new HostId("rack1-02");

    private Oracle() {
    }

    private static Undertaking of(Kind kind, InstanceId instance) {
        Undertaking.Guest guest = new Undertaking.Guest(instance, FakeDatacenter.ROOT, "m1.small", new ImageId("ami-00000001"), 1_740);
        return kind == Kind.START || kind == Kind.STOP ? Undertaking.at(HERE, kind, guest, 1, "qemu")
                : new Undertaking(kind, guest, 1, "qemu", HERE, Optional.of(THERE), Optional.empty(), Duration.ofMillis(300));
    }

    /** 119 starts and one that fails, which is the last, 60 moves, 10 cold ones, and 10 stops; one every ten minutes. */
    static List<Foreseen> day(InstanceId instance) {
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
            all.add(one(of(kind, instance), begin.plus(Duration.ofMinutes(10L * all.size())), random));
        }
        all.add(failed(instance, "no room"));
        return all;
    }

    static Foreseen failed(InstanceId instance, String why) {
        return Foreseen.begun(of(Kind.START, instance), Instant.now().minusSeconds(5)).failed(Instant.now(), why);
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
        double load = 0.05 + 0.5 * random.nextDouble();
        boolean disturbed = random.nextInt(6) == 0;
        double measured = Math.min(1, Math.max(0, load + 0.02 * random.nextGaussian() + (disturbed ? 0.2 * random.nextDouble() : 0)));
        return Foreseen.begun(undertaking, at)
                .with("org.kumiki.twin (org.kumiki.twin 1.0.0)", new Forecast(seconds(total), seconds(down), 0, List.of(new HostLoad(HERE, load, 4))))
                .with(at.plus(seconds(total * off)), new Happened(seconds(total * off), seconds(down * (1 + 0.25 * random.nextGaussian())), 0, 0, 0))
                .with(new Afterwards(OptionalDouble.of(0.3), List.of(new MeasuredLoad(HERE, OptionalDouble.of(measured), disturbed ? 5 : 4, ""))));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(Math.max(0, seconds) * 1e9));
    }
}
