package org.kumiki.twin.study;

import java.util.List;
import java.util.Optional;

/** What a study has found, in a sentence or two. Pure. */
final class Verdict {

    private Verdict() {
    }

    /** Which policy is best, and whether that is more than chance. */
    static String of(Findings findings) {
        Scenario scenario = findings.scenario();
        Metric metric = scenario.compare();
        Optional<Integer> found = findings.best();
        if (found.isEmpty()) {
            return "No policy keeps the bounds.";
        }
        int best = found.get();
        String among = scenario.bounds().isEmpty() ? "" : " of those that keep the bounds";
        String least = findings.label(best) + " has the least " + metric.title() + among + ": " + (Findings.shown(metric, findings.estimate(best, metric)) + " " + metric.unit()).strip() + ".";
        List<Findings.Difference> differences = findings.differences(best).stream().filter(each -> findings.broken(each.policy()).isEmpty()).toList();
        if (differences.isEmpty()) {
            return least;
        }
        if (differences.stream().anyMatch(each -> Double.isNaN(each.p()))) {
            return least + " One seed does not say whether that is more than chance; give it several.";
        }
        List<String> alike = differences.stream().filter(each -> !each.isSignificant()).map(each -> findings.label(each.policy())).toList();
        return least + (alike.isEmpty() ? " The difference to each of the others is more than chance." : " It may be chance that it is better than "
                + String.join(", ", alike) + (alike.size() < differences.size() ? "; the difference to the others is more than that." : "."));
    }
}
