package org.kumiki.tck.live;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.kumiki.tck.Report;
import org.kumiki.tck.Report.Result;
import org.kumiki.tck.Report.Verdict;

/** One plug-in, and how far its examination is. Thread-safe. */
final class Examination {

    private final String bundle;
    private final int checks;
    private final List<Result> results = new CopyOnWriteArrayList<>();
    private volatile String state = "waits for its turn";

    /** @param checks how many there are */
    Examination(String bundle, int checks) {
        this.bundle = bundle;
        this.checks = checks;
    }

    String bundle() {
        return bundle;
    }

    void is(String newState) {
        state = newState;
    }

    void add(Result result) {
        results.add(result);
        state = "is being examined: " + results.size() + " of " + checks + " checks";
    }

    /** What is wrong with the plug-in. */
    Optional<String> end(Report report) {
        state = (report.isPassed() ? "has passed: " : "has failed: ") + report.summary();
        return report.isPassed() ? Optional.empty() : Optional.of(report.summary());
    }

    /** One line. */
    String line() {
        return bundle + " " + state;
    }

    /** That line, and one for each check that was not simply passed; all of them, if somebody wants all. */
    List<String> lines(boolean all) {
        return Stream.concat(Stream.of(line()), results.stream()
                .filter(result -> all || result.verdict() == Verdict.FAILED).map(result -> "  " + result)).toList();
    }
}
