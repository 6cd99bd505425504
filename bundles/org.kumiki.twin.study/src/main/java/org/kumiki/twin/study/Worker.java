package org.kumiki.twin.study;

/** Carries out single runs. Thread-safe; each run has policies of its own. */
public final class Worker {

    private final Scenario scenario;
    private final Policies brains;

    public Worker(Scenario scenario, Policies brains) {
        this.scenario = scenario;
        this.brains = brains;
    }

    /** @throws RuntimeException if a policy or the datacenter fails; whatever a policy throws may come */
    public Result run(Run run) {
        return scenario.physics().run(scenario, scenario.policies().get(run.policy()), run.seed(), brains);
    }
}
