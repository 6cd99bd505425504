package org.kumiki.twin.study;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.api.migration.MigrationStrategy;
import org.kumiki.api.policy.Policy;
import org.kumiki.api.scheduler.Scheduler;
import org.kumiki.twin.cloudsim.Study;

/**
 * What goes into a run, in a number: the datacenter, the workload, the policies with their parameters, and the programs of all of them. Runs of the
 * same number come to the same, so none is made twice.
 */
final class Digests {

    private static final int DIGITS = 16;

    private final Scenario scenario;
    private final Policies brains;
    private final String common;
    private final Map<BrainBundle, String> codes = new HashMap<>();

    Digests(Scenario scenario, Policies brains) {
        this.scenario = scenario;
        this.brains = brains;
        common = String.join("\n", scenario.physics().name(), scenario.hosts().toString(), Integer.toString(scenario.promised()),
                scenario.types().toString(), scenario.workload().toString(), scenario.failing().toString(), scenario.length().toString(), Code.digest(Study.class),
                Code.digest(Policy.class), Code.digest(Digests.class), isEngine() ? EngineRun.codeOfTheEngine() : "");
    }

    private boolean isEngine() {
        return scenario.physics() == Physics.ENGINE;
    }

    String of(Run run) {
        Choice choice = scenario.policies().get(run.policy());
        List<String> parts = new ArrayList<>(List.of(common));
        choice.policies().forEach(policy -> parts.add(digest(Policy.class, policy)));
        if (isEngine()) {
            parts.add(digest(Scheduler.class, choice.scheduler()));
            parts.add(digest(MigrationStrategy.class, choice.strategy()));
        }
        parts.add(Long.toString(run.seed()));
        MessageDigest digest = Code.sha256();
        digest.update(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
        return Code.hex(digest).substring(0, DIGITS);
    }

    private String digest(Class<?> kind, Brain brain) {
        return brain + " " + codes.computeIfAbsent(brains.named(kind, brain.name()).orElseThrow(), bundle -> Code.digest(bundle.place()));
    }
}
