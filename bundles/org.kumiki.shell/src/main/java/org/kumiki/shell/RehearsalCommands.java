package org.kumiki.shell;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.HostId;
import org.kumiki.api.policy.Action;
import org.kumiki.api.policy.Comparison;
import org.kumiki.api.policy.Figures;
import org.kumiki.api.policy.Rehearsal;
import org.kumiki.api.policy.RehearsalReport;
import org.kumiki.api.policy.RehearsalReport.Sample;
import org.kumiki.api.policy.Role;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does to find out whether a policy is good, and to put it in the place of another one. */
@GogoCommand(scope = "kumiki", function = { "shadow", "canary", "promote", "rollback", "retire", "rehearsals" })
@Component(service = RehearsalCommands.class)
public class RehearsalCommands {

    private static final String NOT_SAID = "";

    /** How both did, beside each other. */
    private record Line(String what, String candidate, String other) {
    }

    private final Operator operator;

    @Activate
    public RehearsalCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("has a policy look on: its plans are compared with another one's, and nothing of them is carried out")
    public String shadow(@Descriptor("the policy, and the one that it is compared with") String... policies) {
        return answer(new PolicyCommand.Shadow(candidate(policies), other(policies)));
    }

    @Descriptor("gives a policy some hosts of its own; when it breaks a bound it only looks on again, and all hosts are the other's")
    public String canary(
            @Descriptor("its hosts: how many (4), which share (0.1), or which (a,b)") @Parameter(names = { "-h", "--hosts" },
                    absentValue = "0.1") String hosts,
            @Descriptor("the most guests that it may move within an hour") @Parameter(names = { "-m", "--moves" },
                    absentValue = NOT_SAID) String moves,
            @Descriptor("the most of the time that its hosts may have no processor left, e.g. 0.02") @Parameter(names = { "-o", "--overload" },
                    absentValue = NOT_SAID) String overload,
            @Descriptor("the most energy that a host of its may need, as a factor of what one of the other's needs, e.g. 1.05") @Parameter(
                    names = { "-e", "--energy" }, absentValue = NOT_SAID) String energy,
            @Descriptor("the least share of CPUs that must be promised to nobody, e.g. 0.1") @Parameter(names = { "-s", "--spare" },
                    absentValue = NOT_SAID) String spare,
            @Descriptor("after which time within its bounds it is promoted, e.g. 30m, 12h or 2d; never, if you do not say") @Parameter(
                    names = { "-a", "--after" }, absentValue = NOT_SAID) String after,
            @Descriptor("the policy, and the one that keeps the other hosts") String... policies) {
        return answer(new PolicyCommand.Canary(candidate(policies), other(policies), Limits.part(hosts),
                Limits.bounds(moves, overload, energy, spare), Limits.duration(after)));
    }

    @Descriptor("lets a policy decide everywhere, and the one whose place it takes look on; with bounds it is rehearsed first")
    public String promote(
            @Descriptor("the most guests that it may move within an hour") @Parameter(names = { "-m", "--moves" },
                    absentValue = NOT_SAID) String moves,
            @Descriptor("the most of the time that hosts may have no processor left, e.g. 0.02") @Parameter(names = { "-o", "--overload" },
                    absentValue = NOT_SAID) String overload,
            @Descriptor("the most energy, as a factor of what the other needs, e.g. 1.05") @Parameter(names = { "-e", "--energy" },
                    absentValue = NOT_SAID) String energy,
            @Descriptor("the least share of CPUs that must be promised to nobody, e.g. 0.1") @Parameter(names = { "-s", "--spare" },
                    absentValue = NOT_SAID) String spare,
            @Descriptor("the policy, and the one whose place it takes; the one that it is a candidate for, if you do not say") String... policies) {
        String candidate = candidate(policies);
        return operator.submitAndGlance(new PolicyCommand.Promote(candidate, other(policies), Limits.bounds(moves, overload, energy, spare)))
                .map(RehearsalCommands::answer)
                .orElseGet(() -> Text.line(candidate) + " is still being rehearsed, which goes on and may take minutes;"
                        + " rehearsals shows when it decides, why " + Text.line(candidate) + " what was against it");
    }

    @Descriptor("takes back what a policy was made: what was promoted or a canary looks on, and the one before it decides")
    public String rollback(@Descriptor("the policy") String policy) {
        return answer(new PolicyCommand.RollBack(policy));
    }

    @Descriptor("asks a policy no more; rollback takes that back")
    public String retire(@Descriptor("the policy") String policy) {
        return answer(new PolicyCommand.Retire(policy));
    }

    @Descriptor("lists the policies that were given a role, or shows how one does beside the other, and what each of them plans")
    public Object rehearsals(@Descriptor("the policy; all, if you do not say") String... policy) {
        List<RehearsalReport> reports = operator.datacenter().rehearsals();
        if (policy.length == 0) {
            return listing(reports);
        }
        return new Details(reports.stream().filter(report -> report.rehearsal().policy().equals(policy[0])).findFirst().map(this::details)
                .orElseThrow(() -> new CommandFailedException("no role was given to a policy \"" + Text.line(policy[0])
                        + "\"; rehearsals shows to which one was, plugins which are present")));
    }

    private Listing<RehearsalReport> listing(List<RehearsalReport> reports) {
        Instant now = operator.now();
        return new Listing<>(reports)
                .column("POLICY", report -> report.rehearsal().policy())
                .column("ROLE", report -> Text.lowerCase(report.rehearsal().role()))
                .column("IN PLACE OF", report -> report.rehearsal().inPlaceOf())
                .column("HOSTS", report -> report.rehearsal().hosts().isEmpty() ? "" : report.rehearsal().hosts().size())
                .column("SINCE", report -> Text.age(report.rehearsal().since(), now))
                .column("MOVES", RehearsalReport::moves)
                .column("BOUNDS", report -> report.rehearsal().bounds().text())
                .column("PROMOTED AT", report -> report.rehearsal().promoteAt())
                .column("BY", report -> report.rehearsal().by())
                .column("BECAUSE", report -> report.objection().orElse(report.rehearsal().reason()));
    }

    private String details(RehearsalReport report) {
        Rehearsal given = report.rehearsal();
        StringBuilder text = new StringBuilder(sentence(given)).append("\nsince ").append(given.since()).append(", by ")
                .append(Text.line(given.by()));
        if (!given.hosts().isEmpty()) {
            text.append("\nhosts: ").append(given.hosts().stream().map(HostId::value).map(Text::line).collect(Collectors.joining(", ")));
        }
        if (!given.bounds().areNone()) {
            text.append("\nbounds: ").append(given.bounds().text()).append(report.objection().map(broken -> "; broken: " + broken).orElse("; kept"));
        }
        if (!report.samples().isEmpty()) {
            text.append('\n').append(figures(given, report.samples()).table());
        }
        report.plans().ifPresent(plans -> text.append('\n').append(comparison(plans)));
        return text.toString();
    }

    private static Listing<Line> figures(Rehearsal given, List<Sample> samples) {
        Figures candidate = Figures.mean(samples.stream().map(Sample::candidate).toList()).orElseThrow();
        Optional<Figures> other = Figures.mean(samples.stream().flatMap(sample -> sample.active().stream()).toList());
        return new Listing<>(List.of(
                line("hosts on", candidate, other, figures -> String.format(Locale.ROOT, "%.1f of %.0f", figures.on(), figures.hosts())),
                line("load", candidate, other, figures -> Words.share(figures.load())),
                line("watts a host", candidate, other, figures -> String.format(Locale.ROOT, "%.1f", figures.wattsPerHost())),
                line("overload", candidate, other, figures -> Words.share(figures.overload())),
                line("spare", candidate, other, figures -> Words.share(figures.spare())),
                line("moves", candidate, other, figures -> String.valueOf(figures.moves()))))
                .column("IN THE MEAN", Line::what)
                .column(Text.line(given.policy()).toUpperCase(Locale.ROOT), Line::candidate)
                .column(given.inPlaceOf().map(Text::line).orElse("others").toUpperCase(Locale.ROOT), Line::other);
    }

    private static Line line(String what, Figures candidate, Optional<Figures> other, Function<Figures, String> value) {
        return new Line(what, value.apply(candidate), other.map(value).orElse(""));
    }

    private String comparison(Comparison plans) {
        record Step(String who, Action action) {
        }
        Inventory inventory = operator.inventory();
        List<Step> steps = new ArrayList<>();
        plans.common().forEach(action -> steps.add(new Step("both", action)));
        plans.onlyCandidate().forEach(action -> steps.add(new Step(plans.candidate().policy(), action)));
        plans.onlyActive().forEach(action -> steps.add(new Step(plans.active().policy(), action)));
        return Text.line(plans.text()) + "\n" + Text.line(plans.candidate().policy()) + " because: " + Text.line(plans.candidate().reason()) + "\n"
                + Text.line(plans.active().policy()) + " because: " + Text.line(plans.active().reason())
                + (steps.isEmpty() ? "" : "\n" + new Listing<>(steps).column("WHO", Step::who)
                        .column("WOULD", step -> Plans.action(inventory, step.action())).table());
    }

    private String answer(PolicyCommand command) {
        return answer(operator.submit(command));
    }

    private static String answer(Rehearsal given) {
        return sentence(given) + (given.role() == Role.OFF ? "" : "; rehearsals shows how it does");
    }

    private static String sentence(Rehearsal given) {
        String place = given.inPlaceOf().map(other -> " in place of " + Text.line(other)).orElse("");
        return Text.line(given.policy()) + switch (given.role()) {
            case ACTIVE -> " decides" + place;
            case SHADOW -> " only looks on" + given.inPlaceOf().map(other -> ", beside " + Text.line(other)).orElse("");
            case CANARY -> " decides" + place + " on " + given.hosts().size() + (given.hosts().size() == 1 ? " host" : " hosts")
                    + given.promoteAt().map(at -> " until " + at + ", and then everywhere").orElse("");
            case OFF -> " is not asked any more";
        } + (given.reason().isEmpty() ? "" : ": " + Text.line(given.reason()));
    }

    private static String candidate(String... policies) {
        if (policies.length == 0 || policies.length > 2) {
            throw new CommandFailedException("which policy, and in place of which? for example: shadow stochastic consolidate");
        }
        return policies[0];
    }

    private static Optional<String> other(String... policies) {
        return policies.length < 2 ? Optional.empty() : Optional.of(policies[1]);
    }
}
