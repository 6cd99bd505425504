package org.kumiki.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.datacenter.Replay;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.Instance;
import org.kumiki.api.model.Migration;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.policy.PlanReport;
import org.kumiki.api.scheduler.Eligibility;
import org.kumiki.api.view.HostTable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Why this, why not that. */
@GogoCommand(scope = "kumiki", function = { "why", "whynot", "replay" })
@Component(service = DecisionCommands.class)
public class DecisionCommands {

    private static final int SHOWN = 10;

    private final Operator operator;

    @Activate
    public DecisionCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("says who put an instance where it is, or a host into its state, and why, and what policies make of it; or what was decided of a policy")
    public Details why(@Descriptor("identifier or name of an instance, name of a host, or of a policy") String subject) {
        Inventory inventory = operator.inventory();
        List<PlanReport> plans = operator.datacenter().plans();
        Optional<Host> host = Finder.presentHost(inventory, subject);
        if (host.isEmpty() && Finder.instances(inventory, subject).isEmpty()) {
            List<String> decided = decided(inventory, subject);
            if (decided.isEmpty()) {
                throw new CommandFailedException("there is no host and no instance \"" + Text.line(subject)
                        + "\"; hosts and instances show those that are there");
            }
            return new Details(String.join("\n", decided));
        }
        return new Details(host.isPresent() ? explain(inventory, plans, host.get()) : explain(inventory, plans, Finder.instance(inventory, subject)));
    }

    @Descriptor("says why an instance is not on another host")
    public Details whynot(@Descriptor("its identifier or name") String instance, @Descriptor("the other host") String host) {
        Inventory inventory = operator.inventory();
        Instance subject = Finder.instance(inventory, instance);
        Host other = Finder.host(inventory, host);
        List<String> lines = new ArrayList<>(List.of(explainNot(inventory.view().hosts(), subject, other.id(), decision(inventory, subject))));
        lines.addAll(Plans.against(operator.datacenter().plans(), subject.id(), other.id()));
        return new Details(String.join("\n", lines));
    }

    @Descriptor("asks the brain that made a decision once more, on what it saw then: a pure one answers the same, byte for byte")
    public Details replay(@Descriptor("the number of the decision, as why says it, or an instance") String decision) {
        long number = decision.matches("[0-9]{1,18}") ? Long.parseLong(decision) : Finder.instance(operator.inventory(), decision).decision();
        Replay replay = operator.await(operator.datacenter().replay(number));
        return new Details("decision " + number + " of " + Text.line(replay.recorded().brain()) + " at " + replay.recorded().at() + ": "
                + said(replay.recorded()) + (replay.isSame() ? "\nonce more: the same, byte for byte" : "\nonce more: " + said(replay.again())));
    }

    private static String said(Decision decision) {
        String chosen = decision.chosen().stream().map(HostId::value).collect(Collectors.joining(", "));
        return (chosen.isEmpty() ? "" : chosen + ", ") + "because: " + Text.line(decision.reason());
    }

    private static Decision decision(Inventory inventory, Instance instance) {
        return inventory.decisions().find(instance.decision()).orElseThrow(() -> new CommandFailedException(forgotten(instance)));
    }

    private static String forgotten(Instance instance) {
        return "decision " + instance.decision() + " is not remembered any more; only the latest ones are";
    }

    /** Why an instance is where it is, whether it moves, and what policies make of it. */
    static String explain(Inventory inventory, List<PlanReport> plans, Instance instance) {
        List<String> lines = new ArrayList<>();
        lines.add(inventory.decisions().find(instance.decision()).map(decision -> explain(inventory.view().hosts(), instance, decision))
                .orElseGet(() -> forgotten(instance)));
        inventory.migrations().find(instance.id()).map(DecisionCommands::explain).ifPresent(lines::add);
        lines.addAll(Plans.about(inventory, plans, instance.id()));
        return String.join("\n", lines);
    }

    private static String explain(Migration move) {
        String reason = Text.line(move.reason());
        return switch (move.state()) {
            case MOVING -> "it is moving to " + move.destination() + " because: " + reason + "; migrations shows how far it is";
            case COMPLETED -> "it moved from " + move.source() + " at " + move.since() + ": " + reason;
            case FAILED -> "it was to move to " + move.destination() + " at " + move.since() + " and stayed: " + reason;
        };
    }

    /** Why a host is in its state, and what policies make of it. */
    static String explain(Inventory inventory, List<PlanReport> plans, Host host) {
        List<String> lines = new ArrayList<>();
        lines.add(host.id() + " is " + Words.of(host.state()) + ": " + Words.of(host.state(), Forecast.leaving(inventory, host.id())));
        lines.addAll(decided(inventory, host.id().value()));
        if (lines.size() == 1) {
            lines.add("nothing that was decided about it is remembered");
        }
        lines.addAll(Plans.about(inventory, plans, host.id()));
        return String.join("\n", lines);
    }

    /** The latest decisions about a host or a policy, the newest first. */
    private static List<String> decided(Inventory inventory, String subject) {
        return inventory.decisions().stream().filter(decision -> decision.subject().contains(subject))
                .sorted(Comparator.comparingLong(Decision::number).reversed()).limit(SHOWN)
                .map(decision -> "at " + decision.at() + " " + Text.line(decision.brain()) + " decided (decision " + decision.number()
                        + ", seeing state " + decision.view() + "): " + Text.line(decision.reason())).toList();
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
