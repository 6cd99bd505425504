package org.kumiki.twin.study;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

import org.kumiki.api.policy.Policy;
import org.kumiki.twin.cloudsim.Study;

/**
 * What goes into a run, in a number: the datacenter, the workload, the policy with its parameters, and the programs of all of them. Runs of the same number
 * come to the same, so none is made twice.
 */
final class Digests {

    private static final int DIGITS = 16;

    private final Scenario scenario;
    private final Policies policies;
    private final String common;
    private final Map<String, String> codes = new HashMap<>();

    Digests(Scenario scenario, Policies policies) {
        this.scenario = scenario;
        this.policies = policies;
        common = String.join("\n", scenario.physics().name(), scenario.hosts().toString(), scenario.workload().toString(), scenario.length().toString(),
                Code.digest(Study.class), Code.digest(Policy.class), Code.digest(Digests.class));
    }

    String of(Run run) {
        Choice choice = scenario.policies().get(run.policy());
        String code = codes.computeIfAbsent(choice.policy(), name -> policies.named(name).map(bundle -> Code.digest(bundle.place())).orElse(Choice.NONE));
        MessageDigest digest = Code.sha256();
        digest.update(String.join("\n", common, choice.policy(), choice.parameters().toString(), code, Long.toString(run.seed())).getBytes(StandardCharsets.UTF_8));
        return Code.hex(digest).substring(0, DIGITS);
    }
}
