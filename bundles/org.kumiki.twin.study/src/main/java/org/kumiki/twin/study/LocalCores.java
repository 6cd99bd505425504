package org.kumiki.twin.study;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs on the cores of this machine, as many at a time as it has cores and memory for. */
final class LocalCores implements Spread {

    /** Of a run, what was measured to be enough: for each machine and host, and for the program that runs. */
    private static final long BYTES_A_MACHINE = 6_000;
    private static final long BYTES_A_HOST = 3_000;
    private static final long BYTES_A_RUN = 16L << 20;

    private final Policies policies;
    private final int atOnce;

    /** @param atOnce how many runs at a time */
    LocalCores(Policies policies, int atOnce) {
        this.policies = policies;
        this.atOnce = atOnce;
    }

    /** How many runs of a scenario this machine has cores and memory for; one at least. */
    static int fitting(Scenario scenario, int cores, long memory) {
        long samples = scenario.length().toMinutes() / 5 + 1;
        long one = BYTES_A_RUN + scenario.workload().machines() * (BYTES_A_MACHINE + samples) + scenario.hosts().size() * BYTES_A_HOST;
        return (int) Math.max(1, Math.min(cores, memory / 4 * 3 / one));
    }

    @Override
    public String place() {
        return atOnce == 1 ? "1 core" : atOnce + " cores";
    }

    @Override
    public void run(Scenario scenario, List<Run> runs, Listener listener) throws InterruptedException {
        Worker worker = new Worker(scenario, policies);
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            runs.forEach(run -> threads.execute(() -> one(worker, run, listener)));
            threads.shutdown();
            threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void one(Worker worker, Run run, Listener listener) {
        Result result;
        try {
            result = worker.run(run);
        } catch (RuntimeException | Error e) { // a policy is somebody else's, and may throw anything
            listener.failed(run, e.toString());
            return;
        }
        listener.done(run, result);
    }
}
