package org.kumiki.twin.study;

import java.util.Optional;

import org.kumiki.api.policy.Policy;

/** Carries out single runs. Thread-safe; each run has a policy of its own. */
public final class Worker {

    private final Scenario scenario;
    private final Policies policies;

    public Worker(Scenario scenario, Policies policies) {
        this.scenario = scenario;
        this.policies = policies;
    }

    /** @throws RuntimeException if the policy or the datacenter fails; whatever a policy throws may come */
    public Result run(Run run) {
        Choice choice = scenario.policies().get(run.policy());
        Optional<Policy> policy = choice.policy().equals(Choice.NONE) ? Optional.empty()
                : Optional.of(policies.named(choice.policy()).orElseThrow(() -> new IllegalStateException("there is no policy " + choice.policy() + " here"))
                        .create(choice.parameters()));
        return scenario.physics().run(scenario, run.seed(), policy);
    }
}
