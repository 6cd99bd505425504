package org.kumiki.tck;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a driver did.
 *
 * @param technology what it said it is
 * @param results    in the order of the checks
 */
public record Report(String technology, Instant began, List<Result> results) {

    /** What has come of a check. */
    public enum Verdict {
        PASSED, FAILED,
        /** It makes no sense for this driver, or the test bed does not offer what it needs. */
        SKIPPED
    }

    /**
     * How a driver did in one check.
     *
     * @param detail why it failed or was skipped; empty if it passed
     */
    public record Result(String check, Verdict verdict, String detail, Duration took) {

        @Override
        public String toString() {
            return verdict + " " + check + (detail.isEmpty() ? "" : ": " + detail);
        }
    }

    public Report {
        results = List.copyOf(results);
    }

    /** Whether no check failed, and at least one passed. */
    public boolean isPassed() {
        return count(Verdict.FAILED) == 0 && count(Verdict.PASSED) > 0;
    }

    public long count(Verdict verdict) {
        return results.stream().filter(result -> result.verdict() == verdict).count();
    }

    /** One line: the figures, and which checks failed. */
    public String summary() {
        String figures = count(Verdict.PASSED) + " passed, " + count(Verdict.FAILED) + " failed, " + count(Verdict.SKIPPED) + " skipped";
        return isPassed() ? figures
                : figures + ": " + results.stream().filter(result -> result.verdict() == Verdict.FAILED)
                        .map(result -> result.check() + " (" + result.detail() + ")").collect(Collectors.joining("; "));
    }
}
