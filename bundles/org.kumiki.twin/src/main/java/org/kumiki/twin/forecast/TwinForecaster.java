package org.kumiki.twin.forecast;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.twin.forecast.Experience.Fact;
import org.kumiki.twin.model.Channel;
import org.kumiki.twin.model.HotAndCold;
import org.kumiki.twin.model.MoveModel;
import org.kumiki.twin.model.Moved;
import org.kumiki.twin.model.MovingGuest;
import org.kumiki.twin.model.PostCopy;
import org.kumiki.twin.model.PreCopy;
import org.kumiki.twin.model.RateControl;
import org.kumiki.twin.model.StopAndCopy;
import org.kumiki.twin.model.StopRule;
import org.kumiki.twin.model.Writes;
import org.osgi.service.component.annotations.Component;

/**
 * Foresees moves by the model of their strategy, for a guest that writes as fast and a channel that is as fast as those of its type usually are,
 * times what such moves usually take of what the model says; and starts by what those of its type usually take. The usual is the median of the
 * newest. Before the first move, a guest is taken to do nothing, and a channel to be a gigabit's; the first start is not foreseen. What was learned
 * ends with the bundle. Thread-safe.
 */
@Component
public final class TwinForecaster implements Forecaster {

    private static final double MIB = 1 << 20;
    private static final double GIGABIT = Channel.bytes(1_000);
    private static final double SWITCH_OVER = 0.05;
    private static final PostCopy POST_COPY = new PostCopy(1e6, 1e-4, PostCopy.FAULTS, HotAndCold.STRESSED.hotSize());

    private final Experience experience = new Experience();

    @Override
    public Optional<Forecast> foresee(Undertaking undertaking) {
        if (undertaking.kind() == Kind.START) {
            OptionalDouble boot = experience.usual(Fact.BOOT_SECONDS, undertaking);
            return boot.isEmpty() ? Optional.empty() : Optional.of(new Forecast(duration(boot.getAsDouble()), Duration.ZERO, 0));
        }
        Moved moved = modelled(undertaking, experience.usual(Fact.DIRTY_BYTES_PER_SECOND, undertaking).orElse(0),
                experience.usual(Fact.BYTES_PER_SECOND, undertaking).orElse(GIGABIT));
        return Optional.of(new Forecast(duration(moved.seconds() * ratio(Fact.SECONDS_RATIO, undertaking)),
                duration(moved.downtime() * ratio(Fact.DOWNTIME_RATIO, undertaking)), Math.round(moved.bytes() * ratio(Fact.BYTES_RATIO, undertaking))));
    }

    @Override
    public void learn(Undertaking undertaking, Happened happened) {
        if (undertaking.kind() == Kind.START) {
            experience.learn(Fact.BOOT_SECONDS, undertaking, seconds(happened.total()));
            return;
        }
        double channel = happened.bytesPerSecond() > 0 ? happened.bytesPerSecond() : GIGABIT;
        Moved moved = modelled(undertaking, happened.dirtyBytesPerSecond(), channel);
        experience.learn(Fact.BYTES_PER_SECOND, undertaking, channel);
        experience.learn(Fact.DIRTY_BYTES_PER_SECOND, undertaking, happened.dirtyBytesPerSecond());
        experience.learn(Fact.SECONDS_RATIO, undertaking, seconds(happened.total()) / moved.seconds());
        experience.learn(Fact.DOWNTIME_RATIO, undertaking, seconds(happened.downtime()) / moved.downtime());
        experience.learn(Fact.BYTES_RATIO, undertaking, happened.bytes() / moved.bytes());
    }

    private double ratio(Fact fact, Undertaking undertaking) {
        return experience.usual(fact, undertaking).orElse(1);
    }

    private static Moved modelled(Undertaking move, double dirtyRate, double bytesPerSecond) {
        double memory = move.memoryMiB() * MIB;
        Writes guest = dirtyRate > 0 ? new MovingGuest(memory, dirtyRate, memory) : HotAndCold.IDLE.writes(memory);
        return model(move).move(guest, new Channel(bytesPerSecond, 0, SWITCH_OVER));
    }

    /** What nobody has named directs by pre-copy first. */
    private static MoveModel model(Undertaking move) {
        return switch (move.strategy().orElse("")) {
            case "stopcopy" -> new StopAndCopy();
            case "postcopy" -> POST_COPY;
            default -> new PreCopy(RateControl.full(), StopRule.qemu(seconds(move.downtimeBudget())).or(StopRule.xen()), 100);
        };
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
