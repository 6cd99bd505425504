package org.kumiki.shell;

import java.util.List;
import java.util.stream.IntStream;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostState;
import org.kumiki.api.view.HostTable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with hosts. */
@GogoCommand(scope = "kumiki", function = { "hosts", "drain", "accept" })
@Component(service = HostCommands.class)
public class HostCommands {

    /** A host and what is free there. */
    public record Line(Host host, int freeCpus, long freeMemoryMiB, long freeDiskMiB, int guests) {
    }

    private final Operator operator;

    @Activate
    public HostCommands(@Reference Operator operator) {
        this.operator = operator;
    }

    @Descriptor("lists the hosts, and what is free there")
    public List<Line> hosts() {
        HostTable table = operator.inventory().view().hosts();
        List<Line> lines = IntStream.range(0, table.size()).filter(row -> table.state(row) != HostState.REMOVED).mapToObj(
                row -> new Line(table.host(row), table.freeCpus(row), table.freeMemoryMiB(row), table.freeDiskMiB(row), table.guests(row)))
                .toList();
        return new Listing<>(lines)
                .column("HOST", l -> l.host().id())
                .column("STATE", l -> Text.lowerCase(l.host().state()))
                .column("TECHNOLOGY", l -> l.host().technology())
                .column("GUESTS", Line::guests)
                .column("CPUS FREE", l -> l.freeCpus() + " of " + l.host().capacity().cpus())
                .column("MEMORY FREE", l -> Text.size(l.freeMemoryMiB()) + " of " + Text.size(l.host().capacity().memoryMiB()))
                .column("DISK FREE", l -> Text.size(l.freeDiskMiB()) + " of " + Text.size(l.host().capacity().diskMiB()))
                .column("LABELS", l -> l.host().labels());
    }

    @Descriptor("lets a host take no more guests; those that it has stay")
    public String drain(@Descriptor("its name") String host) {
        return answer(operator.submit(new HostCommand.Accept(Finder.host(operator.inventory(), host).id(), false)));
    }

    @Descriptor("lets a host take guests again")
    public String accept(@Descriptor("its name") String host) {
        return answer(operator.submit(new HostCommand.Accept(Finder.host(operator.inventory(), host).id(), true)));
    }

    private static String answer(Host host) {
        return host.id() + " is " + Text.lowerCase(host.state());
    }
}
