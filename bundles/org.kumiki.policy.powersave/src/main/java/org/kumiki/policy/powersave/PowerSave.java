package org.kumiki.policy.powersave;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

import org.kumiki.api.model.HostState;
import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.Evacuation;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.view.DatacenterView;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Packs guests by the load that is expected of them and lets the other hosts sleep; wakes hosts, and spreads guests, before load rises. What is
 * expected is what guests use now, times the growth that the daily and weekly shape of the whole load foretells.
 */
@PolicyBrain(name = "powersave")
@Designate(ocd = Config.class)
@Component(configurationPid = "org.kumiki.policy.powersave")
public final class PowerSave implements Policy {

    /**
     * What it goes by.
     *
     * @param ahead      how far load is predicted; zero to go by the load of now
     * @param targetLoad up to which a host is filled
     * @param mostLoad   above which guests are taken off
     * @param awake      how many empty hosts stay awake
     */
    public record Settings(Duration ahead, double targetLoad, double mostLoad, int awake, Duration rest, int samples) {
    }

    private final Settings settings;

    @Activate
    public PowerSave(Config config) {
        this(new Settings(Duration.ofMinutes(config.aheadMinutes()), config.targetLoad(), config.mostLoad(), config.awake(),
                Duration.ofMinutes(config.restMinutes()), config.samples()));
    }

    public PowerSave(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Plan plan(DatacenterView view, History history) {
        double growth = settings.ahead().isZero() ? 1
                : Forecast.growth(Forecast.total(view.hosts(), history), history.interval(), settings.ahead(), settings.samples());
        double[] use = CpuUse.recent(view, history, settings.samples());
        for (int instance = 0; instance < use.length; instance++) {
            use[instance] = Math.min(view.instances().cpus(instance), use[instance] * growth);
        }
        Course course = new Course(view, use);
        wake(course);
        relieve(course);
        if (course.isEmpty()) {
            Instant rested = view.time().minus(settings.rest());
            pack(course, instance -> history.moved(course.instances().instance(instance).id()).filter(rested::isBefore).isEmpty());
        }
        return course.isEmpty() ? Plan.NOTHING
                : course.plan(String.format(Locale.ROOT, "load is expected to become %.2f times what it is", growth), List.of());
    }

    /** Wakes as many hosts as the whole load will need. */
    private void wake(Course course) {
        double missing = 0;
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host).takesGuests()) {
                missing += course.processors(host) * (course.load(host) - settings.mostLoad());
            }
        }
        for (int host = 0; host < course.size() && missing > 0; host++) {
            if (course.wake(host, "all hosts together become too busy") == null) {
                missing -= course.processors(host) * settings.targetLoad();
            }
        }
    }

    /**
     * Takes guests off hosts that become too busy, to hosts that they do not make busier than is aimed at, of which one after the other is
     * woken; and when there are no more, at least to hosts that do not become too busy themselves.
     */
    private void relieve(Course course) {
        for (double limit : new double[] { settings.targetLoad(), settings.mostLoad() }) {
            Evacuation evacuation = new Evacuation(course, host -> true, instance -> true, limit);
            for (int host = 0; host < course.size(); host++) {
                if (course.state(host) == HostState.UP && course.load(host) > settings.mostLoad()) {
                    String reason = String.format(Locale.ROOT, "host %s would be at %.0f %% of its cpus", course.id(host), 100 * course.load(host));
                    if (!evacuation.relieve(host, reason) && wakeOne(course, evacuation, reason)) {
                        evacuation.relieve(host, reason);
                    }
                }
            }
        }
    }

    private static boolean wakeOne(Course course, Evacuation evacuation, String reason) {
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host) == HostState.OFF && course.wake(host, reason) == null) {
                evacuation.receive(host);
                return true;
            }
        }
        return false;
    }

    /** Empties the least busy hosts into the others and lets those sleep that are empty then. */
    private void pack(Course course, IntPredicate mayMove) {
        Evacuation evacuation = new Evacuation(course, host -> course.guests(host) > 0, mayMove, settings.targetLoad());
        List<Integer> hosts = new ArrayList<>();
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host) == HostState.UP && course.guests(host) > 0) {
                hosts.add(host);
            }
        }
        hosts.sort(Comparator.<Integer>comparingDouble(course::load).thenComparing(Comparator.naturalOrder()));
        for (int host : hosts) {
            if (!evacuation.empty(host, "host " + course.id(host) + " is not needed")) {
                break;
            }
        }
        int empty = 0;
        for (int host = 0; host < course.size(); host++) {
            if (course.state(host) == HostState.UP && course.guests(host) == 0 && ++empty > settings.awake()) {
                course.sleep(host, "nothing runs there, and nothing will soon");
            }
        }
    }
}
