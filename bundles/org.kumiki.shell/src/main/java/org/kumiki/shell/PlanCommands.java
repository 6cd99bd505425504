package org.kumiki.shell;

import java.time.Instant;
import java.util.List;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.policy.Plan;
import org.kumiki.api.policy.PlanReport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What policies want to change. */
@GogoCommand(scope = "kumiki", function = "plans")
@Component(service = PlanCommands.class)
public class PlanCommands {

    private final Operator operator;

    @Activate
    public PlanCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("lists the latest plan of each policy, or shows one, step by step")
    public Object plans(@Descriptor("the policy; all, if you do not say") String... policy) {
        List<PlanReport> plans = operator.datacenter().plans();
        if (policy.length == 0) {
            return listing(plans);
        }
        return new Details(plans.stream().filter(plan -> plan.policy().equals(policy[0])).findFirst()
                .map(this::details).orElseThrow(() -> new CommandFailedException("there is no plan of a policy \""
                        + Text.line(policy[0]) + "\"; plans shows those that there are, plugins which policies are present")));
    }

    private Listing<PlanReport> listing(List<PlanReport> plans) {
        Instant now = operator.now();
        return new Listing<>(plans)
                .column("POLICY", PlanReport::policy)
                .column("PLAN", Plans::mode)
                .column("AGE", plan -> Text.age(plan.at(), now))
                .column("STEPS", Plans::steps)
                .column("LEFT", plan -> plan.left().size())
                .column("REASON", PlanReport::reason);
    }

    private String details(PlanReport plan) {
        Inventory inventory = operator.inventory();
        StringBuilder text = new StringBuilder(Text.line(plan.policy())).append(": planned by ").append(Text.line(plan.brain()))
                .append(" at ").append(plan.at()).append(", ").append(Text.age(plan.at(), operator.now())).append(" ago, seeing state ")
                .append(plan.view()).append("\nbecause: ").append(Text.line(plan.reason()));
        if (plan.advice()) {
            text.append("\nadvice only: nothing of it is carried out; migrate and power do what you agree with");
        }
        if (!plan.steps().isEmpty()) {
            text.append('\n').append(new Listing<>(plan.steps())
                    .column("STATE", step -> Plans.word(step.state()))
                    .column("STEP", step -> Plans.action(inventory, step.action()))
                    .column("NOTE", PlanReport.Step::note)
                    .column("BECAUSE", PlanReport.Step::reason).table());
        }
        if (!plan.left().isEmpty()) {
            text.append('\n').append(new Listing<>(plan.left())
                    .column("LEFT WHERE IT IS", left -> Plans.name(inventory, left.instance()))
                    .column("BECAUSE", Plan.Left::reason).table());
        }
        return text.toString();
    }
}
