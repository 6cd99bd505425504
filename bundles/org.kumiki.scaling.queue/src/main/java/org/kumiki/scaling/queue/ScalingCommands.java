package org.kumiki.scaling.queue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** What an operator sees of groups that scale. */
@GogoCommand(scope = "kumiki", function = "scaling")
@Component(service = ScalingCommands.class)
public class ScalingCommands {

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policyOption = ReferencePolicyOption.GREEDY)
    private volatile List<QueueScaling> groups;

    @Descriptor("lists the groups of workers that follow a queue, and how they are doing")
    public String scaling() {
        List<String> lines = new ArrayList<>(List.of("%8s %8s %8s %8s %8s  %s".formatted("WAITING", "AT WORK", "WORKERS", "WANTED", "TO BE", "GROUP")));
        groups.stream().map(QueueScaling::report).sorted(Comparator.comparing(QueueScaling.Report::name))
                .forEach(group -> lines.add("%8d %8d %8d %8d %8d  %s of %s: %s".formatted(group.waiting(), group.atWork(),
                        group.workers(), group.wanted(), group.size(), group.name(), group.queue(), group.note())));
        return String.join("\n", lines);
    }
}
