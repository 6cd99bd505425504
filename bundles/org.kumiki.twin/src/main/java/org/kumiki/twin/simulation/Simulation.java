package org.kumiki.twin.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.kumiki.api.datacenter.Datacenter;
import org.kumiki.api.forecast.Forecaster;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.hypervisor.Hypervisor;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.PlacementRules;
import org.kumiki.api.power.HostPower;
import org.kumiki.api.twin.EngineState;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.VirtualEngine;
import org.kumiki.api.twin.VirtualEngines;
import org.kumiki.api.view.HostTable;

/**
 * The production engine in virtual time, on simulated hosts. It is wound by {@link #runUntil}; the same one always comes to the same. Not
 * thread-safe, but for {@link #cancel()} and {@link #hangs}.
 */
public final class Simulation implements AutoCloseable {

    private final VirtualTimeline timeline;
    private final Account account;
    private final Fleet fleet;
    private final VirtualEngine engine;
    private final Watch watch = new Watch();
    private final Duration interval;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final List<FleetDriver> drivers = new ArrayList<>();
    private final Instant begin;
    private Instant accounted;

    private Simulation(Parts parts, Brains brains, Duration interval) {
        this.timeline = parts.timeline();
        this.account = parts.account();
        this.fleet = parts.fleet();
        this.engine = parts.engine();
        this.interval = interval;
        this.begin = timeline.instant();
        this.accounted = begin;
        NoStores.addTo(engine);
        watch.addTo(engine, brains);
    }

    private record Parts(VirtualTimeline timeline, Account account, Fleet fleet, VirtualEngine engine) {
    }

    /** Begins a scenario. */
    public static Simulation of(VirtualEngines engines, Scenario scenario) {
        VirtualTimeline timeline = new VirtualTimeline(scenario.begin());
        Account account = new Account(scenario.begin(), scenario.hosts().size());
        Fleet fleet = new Fleet(scenario.hosts(), timeline, account);
        VirtualEngine engine = engines.open(scenario.settings(), timeline, scenario.seed());
        Simulation simulation = new Simulation(new Parts(timeline, account, fleet, engine), scenario.brains(), scenario.interval());
        Set<HostId> hosts = new LinkedHashSet<>();
        scenario.hosts().forEach(host -> hosts.add(host.id()));
        simulation.drive(new FleetDriver(Scenario.TECHNOLOGY, hosts, fleet, timeline, scenario.physics(), account));
        simulation.step(scenario.physics().step());
        timeline.runUntil(scenario.begin()); // the hosts are found, and the image is there
        new Customers(Customers.of(scenario.demand()), engine, timeline, fleet, account).begin();
        return simulation;
    }

    /**
     * Goes on from a state, with the hosts and guests that it has, each guest as it was measured.
     *
     * @param from what is to be different from the state
     */
    public static Simulation of(VirtualEngines engines, EngineState state, Fork from) {
        Instant begin = state.inventory().time().isBefore(from.begin()) ? from.begin() : state.inventory().time();
        VirtualTimeline timeline = new VirtualTimeline(begin);
        HostTable table = state.inventory().view().hosts();
        List<SimulatedHost> hosts = Forked.hosts(table, from.sleep());
        Account account = new Account(begin, hosts.size());
        Fleet fleet = new Fleet(hosts, timeline, account);
        Forked.guests(state, fleet, from.load());
        VirtualEngine engine = engines.open(from.settings(), timeline, from.seed(), state);
        Simulation simulation = new Simulation(new Parts(timeline, account, fleet, engine), from.brains(), from.interval());
        Forked.technologies(table).forEach((technology, ids) -> simulation.drive(
                new FleetDriver(technology, ids, fleet, timeline, from.physics(), account)));
        simulation.step(from.physics().step());
        return simulation;
    }

    /** Has somebody foresee starts, stops and moves; {@link #forecasts()} says how that comes out. */
    public void foresee(Forecaster forecaster) {
        engine.add(Forecaster.class, "forecaster", forecaster);
    }

    /** What was foreseen beside what happened. */
    public List<Foreseen> forecasts() {
        return engine.datacenter().forecasts(engine.operator());
    }

    /** Empties hosts and takes them away; what finds no room elsewhere is terminated. */
    public void takeAway(List<HostId> hosts) {
        hosts.forEach(host -> new Removal(host, engine, timeline, fleet, account).begin());
    }

    /**
     * Adds hosts that are on and empty, and are found at once.
     *
     * @param like the host that they are like; its driver has them too
     */
    public void add(int count, HostId like) {
        SimulatedHost first = fleet.machine(like).host;
        List<SimulatedHost> more = Stream.iterate(1, number -> number + 1).map(number -> new HostId("more-" + number)).filter(id -> !fleet.has(id))
                .limit(count).map(first::another).toList();
        more.forEach(fleet::add);
        account.more(count);
        drivers.stream().filter(driver -> driver.controls(like)).forEach(driver -> driver.add(more.stream().map(SimulatedHost::id).toList()));
        timeline.runUntil(timeline.instant());
    }

    /** Has hosts fail after a while; those that are not there any more by then have nothing to lose. */
    public void fail(List<HostId> hosts, Duration after) {
        timeline.after(after, () -> hosts.forEach(fleet::fail));
    }

    /** Has so many hosts fail after a while: of those that are on then, the ones with the most guests. */
    public void failFullest(int count, Duration after) {
        timeline.after(after, () -> fleet.fullest().stream().limit(count).forEach(fleet::fail));
    }

    /**
     * Launches instances.
     *
     * @param over how long it takes, if not all at once
     * @param like instances that are there, and which they are like in turn: in where they may be, and in what they use; if there are none,
     *             they may be anywhere and do nothing
     */
    public void launch(int count, String type, Duration over, List<Instance> like) {
        timeline.runUntil(timeline.instant()); // the image is there
        Duration now = Duration.between(begin, timeline.instant());
        List<Customers.Wanted> wanted = IntStream.range(0, count).mapToObj(number -> {
            Optional<Instance> one = like.isEmpty() ? Optional.empty() : Optional.of(like.get(number % like.size()));
            return new Customers.Wanted(now.plus(over.multipliedBy(number).dividedBy(count)), Optional.empty(),
                    Customers.spec(type, one.map(same -> same.spec().rules().withoutGroups()).orElse(PlacementRules.ANYWHERE),
                            one.flatMap(same -> same.spec().hardware())), one.map(same -> fleet.use(same.id())).orElse(Fleet.IDLE));
        }).toList();
        new Customers(wanted, engine, timeline, fleet, account).begin();
    }

    private void drive(FleetDriver driver) {
        drivers.add(driver);
        engine.add(Hypervisor.class, driver.technology().name(), driver);
        engine.add(HostPower.class, driver.technology().name(), driver);
    }

    private void step(Duration step) {
        fleet.look();
        timeline.after(step, () -> step(step));
    }

    /** The datacenter as it is now, in virtual time. */
    public Datacenter datacenter() {
        return engine.datacenter();
    }

    /** The engine as it is now, to go on from in another way. */
    public EngineState fork() {
        return engine.fork();
    }

    public Instant instant() {
        return timeline.instant();
    }

    /** How many tasks have run, which is what the work of a run grows with. */
    public long tasks() {
        return timeline.ran();
    }

    /**
     * Lets time pass.
     *
     * @throws IllegalStateException if a brain has thrown, or answered null
     * @throws CancellationException if it was cancelled
     */
    public void runUntil(Instant end) {
        while (timeline.instant().isBefore(end)) {
            Instant next = accounted.plus(interval);
            Instant until = next.isBefore(end) ? next : end;
            timeline.runUntil(until, this::goOn);
            goOn();
            if (!until.isBefore(next)) {
                account();
            }
        }
    }

    private void goOn() {
        watch.check();
        if (cancelled.get()) {
            throw new CancellationException("the run was cancelled");
        }
    }

    private void account() {
        fleet.settle();
        account.close(timeline.instant(), fleet.running(), spare(engine.datacenter().inventory().view().hosts()));
        accounted = timeline.instant();
    }

    private static double spare(HostTable hosts) {
        long all = 0;
        long free = 0;
        for (int row = 0; row < hosts.size(); row++) {
            if (hosts.state(row).takesGuests()) {
                all += hosts.capacity(row).cpus();
                free += Math.max(0, hosts.freeCpus(row));
            }
        }
        return all == 0 ? 0 : (double) free / all;
    }

    /** What it has come to until now; an interval that is not over is closed. */
    public Series series() {
        if (accounted.isBefore(timeline.instant())) {
            account();
        }
        return account.series();
    }

    /** What guests have got until now. */
    public Service service() {
        fleet.settle();
        return account.service();
    }

    /** Has it end soon; from any thread. */
    public void cancel() {
        cancelled.set(true);
    }

    /** The brain that has been asked for longer than that, in real time, and has not answered; from any thread. */
    public Optional<String> hangs(Duration patience) {
        Watch.Asked asked = watch.asked();
        return Optional.ofNullable(asked).filter(one -> System.nanoTime() - one.sinceNanos() > patience.toNanos()).map(Watch.Asked::who);
    }

    @Override
    public void close() {
        engine.close();
    }
}
