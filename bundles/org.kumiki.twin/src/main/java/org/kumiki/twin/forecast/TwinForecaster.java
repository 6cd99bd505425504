package org.kumiki.twin.forecast;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.model.Instance;
import org.kumiki.api.policy.History;
import org.kumiki.twin.forecast.Experience.Fact;
import org.kumiki.twin.forecast.Experience.Of;
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
 * Foresees moves by the model of their strategy, for a guest that writes as fast and a channel that is as fast as those like it usually are, times
 * what such moves usually take of what the model says; starts and stops by what those like it usually take, and a cold move by what cold moves
 * took, or else by a stop and a start; and what hosts carry afterwards by {@link Loads}. The usual is the median of the newest. Before the first
 * move, a guest is taken to do nothing, and a channel to be a gigabit's; the first start is not foreseen. Thread-safe.
 */
@Component
public final class TwinForecaster implements Forecaster {

    private static final double MIB = 1 << 20;
    private static final double GIGABIT = Channel.bytes(1_000);
    private static final double SWITCH_OVER = 0.05;
    private static final PostCopy POST_COPY = new PostCopy(1e6, 1e-4, PostCopy.FAULTS, HotAndCold.STRESSED.hotSize());

    private final Experience experience = new Experience();

    @Override
    public Optional<Forecast> foresee(Undertaking undertaking, Inventory now, History history) {
        return times(undertaking, Of.all(undertaking)).map(times -> times.with(new Loads(now, history, guest -> use(undertaking, guest)).after(undertaking)));
    }

    private Optional<Forecast> times(Undertaking undertaking, Of these) {
        return switch (undertaking.kind()) {
            case START -> alone(experience.usual(Fact.BOOT_SECONDS, these));
            case STOP -> alone(experience.usual(Fact.STOP_SECONDS, these));
            case COLD_MOVE -> cold(these.undirected());
            case MOVE -> Optional.of(move(undertaking, these));
        };
    }

    private static Optional<Forecast> alone(OptionalDouble seconds) {
        return seconds.isEmpty() ? Optional.empty() : Optional.of(new Forecast(duration(seconds.getAsDouble()), Duration.ZERO, 0));
    }

    private Optional<Forecast> cold(Of these) {
        OptionalDouble total = experience.usual(Fact.COLD_SECONDS, these);
        OptionalDouble off = experience.usual(Fact.COLD_DOWNTIME, these);
        OptionalDouble stop = experience.usual(Fact.STOP_SECONDS, these);
        OptionalDouble start = experience.usual(Fact.BOOT_SECONDS, these);
        if (total.isPresent() && off.isPresent()) {
            return Optional.of(new Forecast(duration(total.getAsDouble()), duration(off.getAsDouble()), 0));
        }
        return stop.isEmpty() || start.isEmpty() ? Optional.empty()
                : Optional.of(new Forecast(duration(stop.getAsDouble() + start.getAsDouble()), duration(start.getAsDouble()), 0));
    }

    private Forecast move(Undertaking move, Of these) {
        Moved moved = modelled(move, experience.usual(Fact.DIRTY_BYTES_PER_SECOND, these).orElse(0),
                experience.usual(Fact.BYTES_PER_SECOND, these).orElse(GIGABIT));
        return new Forecast(duration(moved.seconds() * ratio(Fact.SECONDS_RATIO, these)), duration(moved.downtime() * ratio(Fact.DOWNTIME_RATIO, these)),
                Math.round(moved.bytes() * ratio(Fact.BYTES_RATIO, these)));
    }

    /** What a guest on the same host usually uses, of its virtual CPUs. */
    private OptionalDouble use(Undertaking undertaking, Instance guest) {
        return experience.usual(Fact.USE, new Of(undertaking.technology(), "", guest.spec().type(), guest.spec().image().value()));
    }

    @Override
    public void learn(Undertaking undertaking, Happened happened) {
        Of these = Of.all(undertaking);
        switch (undertaking.kind()) {
            case START -> experience.learn(Fact.BOOT_SECONDS, these, seconds(happened.total()));
            case STOP -> experience.learn(Fact.STOP_SECONDS, these, seconds(happened.total()));
            case COLD_MOVE -> {
                experience.learn(Fact.COLD_SECONDS, these.undirected(), seconds(happened.total()));
                experience.learn(Fact.COLD_DOWNTIME, these.undirected(), seconds(happened.downtime()));
            }
            case MOVE -> learnMove(undertaking, these, happened);
        }
    }

    private void learnMove(Undertaking move, Of these, Happened happened) {
        double channel = happened.bytesPerSecond() > 0 ? happened.bytesPerSecond() : GIGABIT;
        Moved moved = modelled(move, happened.dirtyBytesPerSecond(), channel);
        experience.learn(Fact.BYTES_PER_SECOND, these, channel);
        experience.learn(Fact.DIRTY_BYTES_PER_SECOND, these, happened.dirtyBytesPerSecond());
        experience.learn(Fact.SECONDS_RATIO, these, seconds(happened.total()) / moved.seconds());
        experience.learn(Fact.DOWNTIME_RATIO, these, seconds(happened.downtime()) / moved.downtime());
        experience.learn(Fact.BYTES_RATIO, these, happened.bytes() / moved.bytes());
    }

    @Override
    public void learn(Undertaking undertaking, Afterwards afterwards) {
        if (undertaking.kind() == Kind.START) {
            afterwards.guest().ifPresent(use -> experience.learn(Fact.USE, Of.all(undertaking), use));
        }
    }

    private double ratio(Fact fact, Of these) {
        return experience.usual(fact, these).orElse(1);
    }

    private static Moved modelled(Undertaking move, double dirtyRate, double bytesPerSecond) {
        double memory = move.guest().memoryMiB() * MIB;
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
