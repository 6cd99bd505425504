package org.kumiki.policy.balance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntPredicate;

import org.kumiki.api.policy.Course;
import org.kumiki.api.policy.CpuUse;
import org.kumiki.api.policy.History;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.policy.PolicyBrain;
import org.kumiki.api.view.DatacenterView;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Gives busy guests room of their own and lets quiet ones share, by evening out what is used of the CPUs and promised of the rest.
 * <p>
 * Each move is the one that evens out most of all that are allowed, as in the <i>hbal</i> of Ganeti, and must do so by more than its copy
 * costs. What keeps guests from going to and fro: it begins only when a host is hot or the whole is uneven, and goes on until hosts are calm
 * and the whole is even; no move makes a host busier than calm; no guest moves twice in one plan, or again before it has rested.
 */
@PolicyBrain(name = "balance")
@Designate(ocd = Config.class)
@Component(configurationPid = "org.kumiki.policy.balance")
public final class Balance implements Policy {

    /** How many of the fullest, and of the emptiest hosts are looked at for a move; all of them if there are no more. */
    private static final int CANDIDATES = 128;

    /**
     * What it goes by.
     *
     * @param costOfGiB in thousandths of a standard deviation
     */
    public record Settings(double hot, double calm, double uneven, double even, double costOfGiB, int mostMoves, Duration rest, int samples) {
    }

    private final Settings settings;

    @Activate
    public Balance(Config config) {
        this(new Settings(config.hot(), config.calm(), config.uneven(), config.even(), config.costOfGiB(), config.mostMoves(),
                Duration.ofMinutes(config.restMinutes()), config.samples()));
    }

    public Balance(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Plan plan(DatacenterView view, History history) {
        return new Search(view, history).plan();
    }

    private record Move(int[] party, int from, int to, double gain) {
    }

    /** One plan in the making. */
    private final class Search {

        private final Course course;
        private final Shares shares;
        private final IntPredicate rested;
        private final Set<Integer> moved = new HashSet<>();
        private final List<Integer> hosts = new ArrayList<>();
        /** Those that were hot and are not calm yet. */
        private final List<Integer> hot = new ArrayList<>();
        private boolean evening;

        Search(DatacenterView view, History history) {
            course = new Course(view, CpuUse.recent(view, history, settings.samples()));
            shares = new Shares(course);
            Instant since = view.time().minus(settings.rest());
            rested = instance -> history.moved(course.instances().instance(instance).id()).filter(since::isBefore).isEmpty();
            for (int host = 0; host < course.size(); host++) {
                if (course.state(host).takesGuests()) {
                    hosts.add(host);
                    if (course.load(host) > settings.hot()) {
                        hot.add(host);
                    }
                }
            }
        }

        Plan plan() {
            double before = shares.score(Shares.DIMENSIONS);
            int moves = 0;
            while (moves < settings.mostMoves()) {
                Move move = next();
                if (move == null) {
                    break;
                }
                String reason = String.format(Locale.ROOT, "host %s is at %.0f %% of its cpus, host %s at %.0f %%; it evens out by %.4f",
                        course.id(move.from), 100 * course.load(move.from), course.id(move.to), 100 * course.load(move.to), move.gain);
                shares.move(move.party, move.from, move.to);
                String objection = course.migrate(move.party, move.to, reason);
                if (objection != null) {
                    throw new IllegalStateException("a move that was allowed is refused: " + objection);
                }
                for (int instance : move.party) {
                    moved.add(instance);
                }
                moves += move.party.length;
            }
            return course.isEmpty() ? Plan.NOTHING
                    : course.plan(String.format(Locale.ROOT, "the standard deviations of what is taken, %.4f together, become %.4f", before,
                            shares.score(Shares.DIMENSIONS)), List.of());
        }

        private Move next() {
            hosts.sort(Comparator.<Integer>comparingDouble(this::fullness).reversed().thenComparing(Comparator.naturalOrder()));
            List<Integer> emptiest = hosts.subList(Math.max(0, hosts.size() - CANDIDATES), hosts.size());
            hot.removeIf(host -> course.load(host) <= settings.calm());
            Move relief = best(hot.subList(0, Math.min(CANDIDATES, hot.size())), emptiest, 1);
            if (relief != null) {
                return relief;
            }
            evening |= worstDeviation() > settings.uneven();
            return evening && worstDeviation() > settings.even()
                    ? best(hosts.subList(0, Math.min(CANDIDATES, hosts.size())), emptiest, Shares.DIMENSIONS)
                    : null;
        }

        /** How much more than usual is taken of a host, all resources together. */
        private double fullness(int host) {
            double fullness = 0;
            for (int dimension = 0; dimension < Shares.DIMENSIONS; dimension++) {
                double deviation = shares.deviation(dimension);
                fullness += deviation == 0 ? 0 : shares.share(host, dimension) - shares.mean(dimension);
            }
            return fullness;
        }

        private double worstDeviation() {
            double worst = 0;
            for (int dimension = 0; dimension < Shares.DIMENSIONS; dimension++) {
                worst = Math.max(worst, shares.deviation(dimension));
            }
            return worst;
        }

        /** @param dimensions how many of the resources count, of which CPUs are the first */
        private Move best(List<Integer> sources, List<Integer> emptiest, int dimensions) {
            double now = shares.score(dimensions);
            int[] destinations = emptiest.stream().mapToInt(Integer::intValue).toArray();
            Move best = null;
            for (int from : sources) {
                for (int guest = course.first(from); guest >= 0; guest = course.next(guest)) {
                    int[] party = course.party(guest);
                    if (mayMove(party)) {
                        double least = Math.max(cost(party), best == null ? 0 : best.gain);
                        double[] scores = shares.scores(party, from, destinations, dimensions);
                        for (int index = 0; index < scores.length; index++) {
                            int to = destinations[index];
                            double gain = to == from ? 0 : now - scores[index];
                            if (gain > least && staysCalm(party, to) && isAllowed(party, to)) {
                                best = new Move(party, from, to, gain);
                                least = gain;
                            }
                        }
                    }
                }
            }
            return best;
        }

        private boolean mayMove(int[] party) {
            for (int instance : party) {
                if (moved.contains(instance) || !rested.test(instance) || course.hindrance(instance) != null) {
                    return false;
                }
            }
            return true;
        }

        private double cost(int[] party) {
            long memory = 0;
            for (int instance : party) {
                memory += course.instances().memoryMiB(instance);
            }
            return settings.costOfGiB() / 1_000 * memory / 1_024;
        }

        private boolean staysCalm(int[] party, int to) {
            double use = 0;
            for (int instance : party) {
                use += course.use(instance);
            }
            return course.load(to) + use / course.processors(to) <= settings.calm();
        }

        private boolean isAllowed(int[] party, int to) {
            if (party.length == 1) {
                return course.refusal(party[0], to) == null;
            }
            int mark = course.mark();
            boolean allowed = course.migrate(party, to, "") == null;
            course.back(mark);
            return allowed;
        }
    }
}
