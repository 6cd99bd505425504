package org.kumiki.tck;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.kumiki.api.model.Technology;
import org.kumiki.tck.Report.Result;
import org.kumiki.tck.Report.Verdict;

/** The checks, and how they are run. */
public final class Tck {

    private static final int LONGEST_DETAIL = 500;

    private Tck() {
    }

    /** All checks, the plain ones first. */
    public static List<Check> checks() {
        return Stream.of(HostChecks.all(), LifecycleChecks.all(), IdempotencyChecks.all(), ConsoleChecks.all(), FailureChecks.all(),
                HostileChecks.all(), EventChecks.all(), VolumeChecks.all(), LinkChecks.all(), MeterChecks.all(), MigrationChecks.all(),
                ReleaseChecks.all(), ConcurrencyChecks.all(), AdoptionChecks.all()).flatMap(List::stream).toList();
    }

    /**
     * Runs all checks, one after the other. Blocks. When its thread is interrupted the check that runs fails, and no other is begun.
     *
     * @param progress told of each result when it is there
     */
    public static Report run(TestBed bed, Consumer<Result> progress) {
        Instant began = Instant.now();
        List<Result> results = new ArrayList<>();
        for (Check check : checks()) {
            if (Thread.currentThread().isInterrupted()) {
                results.add(new Result(check.name(), Verdict.FAILED, "the run was broken off", Duration.ZERO));
                break;
            }
            Result result = run(check, bed);
            results.add(result);
            progress.accept(result);
        }
        return new Report(name(bed), began, results);
    }

    private static String name(TestBed bed) {
        try {
            return Driver.of(bed.driver()).technology().name();
        } catch (RuntimeException e) { // the report says so already: every check has failed
            return "unknown (" + e + ")";
        }
    }

    /** Runs one check. */
    public static Result run(Check check, TestBed bed) {
        long began = System.nanoTime();
        Verdict verdict = Verdict.PASSED;
        String detail = "";
        try {
            perform(check, bed);
        } catch (NotOffered e) {
            verdict = Verdict.SKIPPED;
            detail = e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            verdict = Verdict.FAILED;
            detail = "interrupted";
        } catch (Exception | AssertionError e) {
            verdict = Verdict.FAILED;
            detail = line(e);
        }
        return new Result(check.name(), verdict, detail, Duration.ofNanos(System.nanoTime() - began));
    }

    /**
     * Runs one check, and throws what was wrong.
     *
     * @throws NotOffered     if it makes no sense for this driver, or the bed does not offer what it needs
     * @throws AssertionError if the driver does something else
     */
    public static void perform(Check check, TestBed bed) throws Exception {
        Optional<String> missing = check.need().missing(Driver.of(bed.driver()).technology());
        if (missing.isPresent()) {
            throw new NotOffered(missing.get());
        }
        Trial trial = new Trial(bed);
        try {
            check.body().run(trial);
        } catch (Exception | AssertionError e) {
            tidyAfter(trial, e);
            throw e;
        }
        trial.close();
    }

    private static void tidyAfter(Trial trial, Throwable failure) {
        try {
            trial.close();
        } catch (Exception | AssertionError e) {
            failure.addSuppressed(e);
        }
    }

    /** What is wrong, as one line of bearable length: a driver's message may be anything. */
    private static String line(Throwable failure) {
        String text = (failure instanceof AssertionError ? failure.getMessage() : failure.toString()).replaceAll("\\p{Cntrl}+", " ");
        return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) + "…" : text;
    }
}
