package org.kumiki.shell;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.view.HostTable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Why this, why not that. */
@GogoCommand(scope = "kumiki", function = { "why", "whynot" })
@Component(service = DecisionCommands.class)
public class DecisionCommands {

    private static final int SHOWN = 10;

    private final Operator operator;

    @Activate
    public DecisionCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("says who put an instance where it is, and why, and why not elsewhere")
    public Details why(@Descriptor("its identifier or name") String instance) {
        Inventory inventory = operator.inventory();
        Instance subject = Finder.instance(inventory, instance);
        return new Details(explain(inventory.view().hosts(), subject, decision(inventory, subject)));
    }

    @Descriptor("says why an instance is not on another host")
    public Details whynot(@Descriptor("its identifier or name") String instance, @Descriptor("the other host") String host) {
        Inventory inventory = operator.inventory();
        Instance subject = Finder.instance(inventory, instance);
        Host other = Finder.host(inventory, host);
        return new Details(explainNot(inventory.view().hosts(), subject, other.id(), decision(inventory, subject)));
    }

    private static Decision decision(Inventory inventory, Instance instance) {
        return inventory.decisions().find(instance.decision()).orElseThrow(() -> new CommandFailedException(
                "decision " + instance.decision() + " is not remembered any more; only the latest ones are"));
    }

    static String explain(HostTable hosts, Instance instance, Decision decision) {
        StringBuilder text = new StringBuilder();
        text.append(instance.id()).append(" was put on ").append(instance.host().map(HostId::value).orElse("no host")).append(" by ")
                .append(Text.line(decision.brain())).append(" at ").append(decision.at()).append(" (decision ").append(decision.number())
                .append(", seeing state ").append(decision.view()).append(")\nbecause: ").append(Text.line(decision.reason()));
        for (Refusal refusal : decision.refusals()) {
            text.append("\nnot ").append(names(hosts, refusal)).append(": ").append(Text.line(refusal.reason()));
        }
        return text.toString();
    }

    static String explainNot(HostTable hosts, Instance instance, HostId host, Decision decision) {
        if (instance.host().equals(Optional.of(host))) {
            return instance.id() + " is on " + host;
        }
        int row = hosts.row(host);
        String then = decision.refusals().stream().filter(refusal -> refusal.hosts().contains(row)).map(Refusal::reason).findFirst()
                .map(reason -> host + " was refused: it " + Text.line(reason))
                .orElseGet(() -> host + " would have done, or was not there yet; the choice was: " + Text.line(decision.reason()));
        String now = Objects.requireNonNullElse(Eligibility.refusal(hosts, row, instance.resources(), instance.spec().rules()),
                "would have room for it");
        return "then (decision " + decision.number() + "): " + then + "\nnow: " + host + " " + Text.line(now);
    }

    private static String names(HostTable hosts, Refusal refusal) {
        int[] rows = refusal.hosts().toArray();
        List<String> names = Arrays.stream(rows).limit(SHOWN).mapToObj(row -> row < hosts.size() ? hosts.id(row).value() : "row " + row)
                .toList();
        return names.stream().collect(Collectors.joining(", ")) + (rows.length > SHOWN ? " and " + (rows.length - SHOWN) + " more" : "");
    }
}
