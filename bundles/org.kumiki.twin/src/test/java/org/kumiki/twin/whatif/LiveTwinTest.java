package org.kumiki.twin.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.Rehearser.Forecast;
import org.kumiki.api.time.Timeline;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Named;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;
import org.kumiki.api.twin.WhatIfRun;
import org.kumiki.twin.simulation.Simulation;
import org.kumiki.twin.simulation.Days;

/** A twin of a datacenter that is simulated itself. */
class LiveTwinTest {

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Simulation live = Days.live(List.of(Days.consolidate(), Days.powersave()));
    private LiveTwin twin;

    @BeforeEach
    void open() {
        twin = twin(live.fork(), Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        twin.close();
        live.close();
        clock.shutdownNow();
    }

    private LiveTwin twin(EngineState state, Duration patience) {
        return new LiveTwin(() -> state, Days.ENGINES, new RealTime(), new LiveTwin.Limits(1, Duration.ofMinutes(10), patience),
                new Run.Tariff(0.25, "EUR"));
    }

    private final class RealTime implements Timeline {

        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
            var future = clock.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }
    }

    private static WhatIfReport get(WhatIfRun run) throws InterruptedException, ExecutionException {
        return run.report().toCompletableFuture().get();
    }

    @Test
    void aCandidateIsComparedWithWhatIsThere() throws Exception {
        long version = live.datacenter().inventory().version();
        WhatIfRun run = twin.ask(new WhatIf(List.of(new Change.With("consolidate"), new Change.With("powersave")), Duration.ofHours(6)));
        WhatIfReport report = get(run);

        assertThat(run.done()).isEqualTo(1);
        assertThat(report.at()).isEqualTo(live.datacenter().inventory().time());
        assertThat(report.asIs().moves()).isZero();
        assertThat(report.changed().moves()).isPositive();
        assertThat(report.changed().kWh()).isLessThan(report.asIs().kWh());
        assertThat(report.cost(report.asIs())).isEqualTo(0.25 * report.asIs().kWh());
        assertThat(report.asIs().intervals()).hasSize(48).hasSameSizeAs(report.changed().intervals());
        assertThat(live.datacenter().inventory().version()).isEqualTo(version);
    }

    @Test
    void theSameQuestionHasTheSameAnswer() throws Exception {
        WhatIf question = new WhatIf(List.of(new Change.With("consolidate"), new Change.Load(2)), Duration.ofHours(3));

        assertThat(get(twin.ask(question))).isEqualTo(get(twin.ask(question)));
    }

    @Test
    void fewerHostsHaveMoreToDo() throws Exception {
        WhatIfReport report = get(twin.ask(new WhatIf(List.of(new Change.FewerHosts(2)), Duration.ofHours(2))));

        List<Interval> changed = report.changed().intervals();
        assertThat(changed.get(47).hostsOn()).isEqualTo(report.asIs().hosts() - 2);
        assertThat(changed.get(47).instances()).isEqualTo(report.asIs().intervals().get(47).instances());
        assertThat(changed.get(47).load()).isGreaterThan(report.asIs().intervals().get(47).load());
    }

    @Test
    void twiceTheLoadIsTwiceTheLoad() throws Exception {
        WhatIfReport report = get(twin.ask(new WhatIf(List.of(new Change.Load(2)), Duration.ofHours(2))));

        double ratio = report.changed().intervals().get(20).load() / report.asIs().intervals().get(20).load();
        assertThat(ratio).isBetween(1.7, 2.0); // no guest uses more than it has
    }

    private static Interval last(Series side) {
        return side.intervals().get(side.intervals().size() - 1);
    }

    @Test
    void launchesAreSpreadOverTheirTimeAndAreLikeWhatRuns() throws Exception {
        WhatIfReport report = get(twin.ask(new WhatIf(List.of(new Change.Launches(100, Optional.empty(), Duration.ofHours(2))),
                Duration.ofHours(4))));

        assertThat(report.asIs().launches()).isZero();
        assertThat(report.changed().launches()).isEqualTo(100);
        assertThat(report.changed().failedLaunches()).isZero();
        assertThat(report.changed().intervals().stream().limit(24)).as("within two hours, four or five in each five minutes")
                .allSatisfy(interval -> assertThat(interval.launches()).isBetween(4, 5));
        assertThat(last(report.changed()).instances()).isEqualTo(last(report.asIs()).instances() + 100);
        assertThat(last(report.changed()).load() / last(report.asIs()).load()).as("twice as many and more that do the same").isBetween(2.5, 3.5);
    }

    @Test
    void moreHostsTakeWhatFindsNoRoom() throws Exception {
        Change many = new Change.Launches(500, Optional.of("t2.small"), Duration.ZERO);
        WhatIfReport without = get(twin.ask(new WhatIf(List.of(many), Duration.ofHours(1))));
        WhatIfReport with = get(twin.ask(new WhatIf(List.of(many, new Change.MoreHosts(10, Optional.of(new HostId("host-00000")))),
                Duration.ofHours(1))));

        assertThat(without.changed().launches() + without.changed().failedLaunches()).isEqualTo(500);
        assertThat(without.changed().failedLaunches()).isGreaterThan(200);
        assertThat(with.changed().failedLaunches()).isZero();
        assertThat(with.changed().launches()).isEqualTo(500);
        assertThat(last(with.changed()).hostsOn()).isEqualTo(20);
    }

    @Test
    void theFullestHostsFailInTheirTimeAndTheirGuestsAreLost() throws Exception {
        WhatIfReport report = get(twin.ask(new WhatIf(List.of(new Change.FullestHostsFail(2, Duration.ofMinutes(62))), Duration.ofHours(2))));

        assertThat(report.asIs().lost()).isZero();
        int lost = report.changed().lost();
        assertThat(lost).isPositive();
        assertThat(report.changed().intervals().get(24).lost()).as("minute 62").isEqualTo(lost);
        assertThat(last(report.changed()).instances()).isEqualTo(last(report.asIs()).instances() - lost);
        assertThat(last(report.changed()).hostsOn()).isEqualTo(report.asIs().hosts() - 2);
    }

    @Test
    void changesGoTogether() throws Exception {
        HostId first = new HostId("host-00000");
        List<Change> changes = List.of(new Change.With("consolidate"), new Change.With("powersave"), new Change.Load(1.5), new Change.FewerHosts(1),
                new Change.FewerHosts(1), new Change.WithoutHosts(List.of(first)), new Change.HostsFail(List.of(first), Duration.ofSeconds(3)),
                new Change.FullestHostsFail(1, Duration.ofMinutes(30)), new Change.Launches(60, Optional.empty(), Duration.ofHours(1)),
                new Change.MoreHosts(1, Optional.empty()));
        WhatIfReport report = get(twin.ask(new WhatIf(changes, Duration.ofHours(3))));

        assertThat(report.changed().launches() + report.changed().failedLaunches()).isGreaterThanOrEqualTo(60);
        assertThat(report.changed().lost()).isPositive();
        assertThat(last(report.changed()).hostsOn()).as("ten, and one, less two, the first one and the fullest").isLessThanOrEqualTo(7);
        assertThat(get(twin.ask(new WhatIf(changes, Duration.ofHours(3)))).changed()).isEqualTo(report.changed());
    }

    @Test
    void whatThereIsNotCannotBeChanged() {
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.With("magic")), Duration.ofHours(1))))).cause()
                .hasMessage("there is no policy 'magic'; there is consolidate, powersave");
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.Without("magic")), Duration.ofHours(1))))).cause()
                .hasMessage("no policy 'magic' decides; none does");
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.FewerHosts(10)), Duration.ofHours(1))))).cause()
                .hasMessage("there are 10 hosts that take guests, so 10 fewer leave none");
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.WithoutHosts(List.of(new HostId("none")))), Duration.ofHours(1)))))
                .cause()
                .hasMessage("there is no host 'none' that is on");
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.MoreHosts(1, Optional.of(new HostId("none")))), Duration.ofHours(1)))))
                .cause()
                .hasMessage("there is no host 'none' that is on");
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.HostsFail(List.of(new HostId("none")), Duration.ZERO)),
                Duration.ofHours(1)))))
                .cause().hasMessage("there is no host 'none'");
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.FullestHostsFail(11, Duration.ZERO)), Duration.ofHours(1))))).cause()
                .hasMessage("there are 10 hosts, of which 11 cannot fail");
        assertThatThrownBy(() -> get(twin.ask(new WhatIf(List.of(new Change.Launches(1, Optional.of("t9.tiny"), Duration.ZERO)),
                Duration.ofHours(1)))))
                .cause().hasMessageStartingWith("there is no instance type 't9.tiny'; one is, for example, '");
        assertThatThrownBy(() -> new WhatIf(List.of(new Change.FullestHostsFail(1, Duration.ofHours(2))), Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("what is to happen within 2h takes a look further ahead than 1h");
    }

    @Test
    void aPolicyThatHangsIsNamedAndTheNextQuestionIsAnswered() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean isLive = new AtomicBoolean(true);
        Policy hanging = (view, history) -> {
            while (!isLive.get()) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    continue; // as one that knows of nothing but itself
                }
                isLive.set(true);
            }
            return Plan.NOTHING;
        };
        try (Simulation with = Days.live(List.of(new Named<>("hanging", hanging)))) {
            isLive.set(false);
            LiveTwin impatient = twin(with.fork(), Duration.ofMillis(100));
            assertThatThrownBy(() -> get(impatient.ask(new WhatIf(List.of(new Change.With("hanging")), Duration.ofHours(1))))).cause()
                    .isInstanceOf(IllegalStateException.class).hasMessage("policy hanging did not answer within 0 s");
            assertThat(get(impatient.ask(new WhatIf(List.of(), Duration.ofHours(1)))).asIs().moves()).isZero();
        } finally {
            never.countDown();
        }
    }

    @Test
    void oneCanBeCancelledAndNoMoreThanAllowedAreAnswered() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        AtomicBoolean isLive = new AtomicBoolean(true);
        Policy slow = (view, history) -> {
            if (isLive.get()) {
                return Plan.NOTHING;
            }
            asked.countDown();
            try {
                enough.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Plan.NOTHING;
        };
        try (Simulation with = Days.live(List.of(new Named<>("slow", slow)))) {
            isLive.set(false);
            LiveTwin patient = twin(with.fork(), Duration.ofMinutes(5));
            WhatIfRun run = patient.ask(new WhatIf(List.of(new Change.With("slow")), Duration.ofHours(1)));
            asked.await();
            assertThatThrownBy(() -> patient.ask(new WhatIf(List.of(), Duration.ofHours(1)))).isInstanceOf(IllegalStateException.class)
                    .hasMessage("the twin answers 1 already, which is as many as it may; wait, or cancel one");
            run.cancel();
            assertThatThrownBy(() -> get(run)).cause().isInstanceOf(CancellationException.class).hasMessage("it was cancelled");
        } finally {
            enough.countDown();
        }
    }

    @Test
    void aCandidateThatBreaksBoundsIsObjectedTo() throws Exception {
        Bounds still = new Bounds(OptionalInt.of(0), OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
        Forecast broken = twin.rehearse("consolidate", Optional.empty(), still).toCompletableFuture().get();
        Forecast kept = twin.rehearse("consolidate", Optional.empty(), Bounds.NONE).toCompletableFuture().get();

        assertThat(broken.objection()).get().asString().startsWith("moves: ").contains("at most 0 allowed, at 2026-03-02T");
        assertThat(kept.objection()).isEmpty();
        assertThat(kept.text()).contains("instead of 0 moves").contains("in 8 h");
    }
}
