package org.kumiki.tck.brain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.tck.Report;
import org.kumiki.tck.Report.Result;
import org.kumiki.tck.Report.Verdict;

/** The checks of brains, and how they are run. */
public final class BrainTck {

    /** So long a check may take, which no brain needs; one that hangs fails. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LONGEST_DETAIL = 500;

    private BrainTck() {
    }

    public static List<BrainCheck<Scheduler>> scheduler() {
        return SchedulerChecks.all();
    }

    public static List<BrainCheck<Policy>> policy() {
        return PolicyChecks.all();
    }

    public static List<BrainCheck<MigrationStrategy>> strategy() {
        return StrategyChecks.all();
    }

    /** How many checks there are of what this is; 0 if it is no brain. */
    public static int checks(Object brain) {
        return (brain instanceof Scheduler ? scheduler().size() : 0) + (brain instanceof Policy ? policy().size() : 0)
                + (brain instanceof MigrationStrategy ? strategy().size() : 0);
    }

    /**
     * Runs all checks of whatever a brain is, each in a thread that is given up if it takes too long. Blocks.
     *
     * @param brain    one or several of {@link Scheduler}, {@link Policy} and {@link MigrationStrategy}
     * @param progress told of each result when it is there
     * @throws IllegalArgumentException if it is none of these
     */
    public static Report run(String name, Object brain, Consumer<Result> progress) {
        Instant began = Instant.now();
        List<Result> results = new ArrayList<>();
        if (brain instanceof Scheduler scheduler) {
            run(scheduler(), scheduler, results, progress);
        }
        if (brain instanceof Policy policy) {
            run(policy(), policy, results, progress);
        }
        if (brain instanceof MigrationStrategy strategy) {
            run(strategy(), strategy, results, progress);
        }
        if (results.isEmpty()) {
            throw new IllegalArgumentException(name + " is no scheduler, policy or migration strategy");
        }
        return new Report(name, began, results);
    }

    private static <B> void run(List<BrainCheck<B>> checks, B brain, List<Result> results, Consumer<Result> progress) {
        for (BrainCheck<B> check : checks) {
            Result result = run(check, brain, PATIENCE);
            results.add(result);
            progress.accept(result);
        }
    }

    /** Runs one check. When this thread is interrupted the check fails, and the thread stays interrupted. */
    static <B> Result run(BrainCheck<B> check, B brain, Duration patience) {
        long began = System.nanoTime();
        FutureTask<Void> task = new FutureTask<>(() -> {
            check.body().run(brain);
            return null;
        });
        Thread thread = new Thread(task, "kumiki-tck-brain");
        thread.setDaemon(true);
        thread.start();
        String fault = "";
        try {
            task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            fault = line(e.getCause());
        } catch (TimeoutException e) {
            fault = "it did not answer within " + patience.toSeconds() + " s";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fault = "the run was broken off";
        } finally {
            task.cancel(true);
        }
        return new Result(check.name(), fault.isEmpty() ? Verdict.PASSED : Verdict.FAILED, fault, Duration.ofNanos(System.nanoTime() - began));
    }

    private static String line(Throwable failure) {
        String text = String.valueOf(failure instanceof AssertionError ? failure.getMessage() : "it threw " + failure).replaceAll("\\p{Cntrl}+", " ");
        return text.length() > LONGEST_DETAIL ? text.substring(0, LONGEST_DETAIL) + "…" : text;
    }

    static void expect(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
