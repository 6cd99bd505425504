package org.kumiki.shell;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.command.HostCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.model.Host;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostState;
import org.kumiki.api.model.Migration;
import org.kumiki.api.policy.History;
import org.kumiki.api.view.HostTable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with hosts. */
@GogoCommand(scope = "kumiki", function = { "hosts", "drain", "accept", "power", "remove" })
@Component(service = HostCommands.class)
public class HostCommands {

    /**
     * A host and what is free there.
     *
     * @param cpu how busy its CPUs are, from 0 to 1; NaN if that was not measured
     */
    public record Line(Host host, double cpu, int freeCpus, long freeMemoryMiB, long freeDiskMiB, int guests) {
    }

    private final Operator operator;
    private final News news;

    @Activate
    public HostCommands(@Reference Operator operator, @Reference News news) {
        this.operator = operator;
        this.news = news;
    }

    @Descriptor("lists the hosts: how busy each is, what is free there, and what its state means")
    public List<Line> hosts() {
        HostTable table = operator.inventory().view().hosts();
        History history = operator.datacenter().history();
        List<Line> lines = IntStream.range(0, table.size()).filter(row -> table.state(row) != HostState.REMOVED)
                .mapToObj(row -> new Line(table.host(row), now(history.cpu(table.id(row), 1)), table.freeCpus(row), table.freeMemoryMiB(row),
                        table.freeDiskMiB(row), table.guests(row)))
                .toList();
        return new Listing<>(lines)
                .column("HOST", l -> l.host().id())
                .column("STATE", l -> Text.lowerCase(l.host().state()))
                .column("TECHNOLOGY", l -> l.host().technology())
                .column("GUESTS", Line::guests)
                .column("CPU NOW", l -> Words.share(l.cpu()))
                .column("CPUS FREE", l -> l.freeCpus() + " of " + l.host().capacity().cpus())
                .column("MEMORY FREE", l -> Text.size(l.freeMemoryMiB()) + " of " + Text.size(l.host().capacity().memoryMiB()))
                .column("DISK FREE", l -> Text.size(l.freeDiskMiB()) + " of " + Text.size(l.host().capacity().diskMiB()))
                .column("LABELS", HostCommands::labels)
                .column("MEANS", l -> Words.of(l.host().state(), l.guests()));
    }

    /** The technology has a column of its own. */
    private static Map<String, String> labels(Line line) {
        Map<String, String> labels = new TreeMap<>(line.host().labels());
        labels.remove(Host.TECHNOLOGY);
        return labels;
    }

    @Descriptor("empties a host: it takes no more guests, and policies move away those that it has")
    public String drain(CommandSession session,
            @Descriptor("wait until it is empty, and show how many guests are left") @Parameter(names = { "-w", "--wait" }, presentValue = "true",
                    absentValue = "false") boolean wait,
            @Descriptor("its name") String name) {
        Host host = operator.submit(new HostCommand.Accept(Finder.host(operator.inventory(), name).id(), false));
        if (wait) {
            news.follow(session.getConsole(), () -> Finder.host(operator.inventory(), name).state() != HostState.DRAINING,
                    () -> left(host.id()));
        }
        return answer(Finder.host(operator.inventory(), name));
    }

    /** A guest that no policy moves keeps its host, and whoever waits should see why. */
    private String left(HostId host) {
        Inventory inventory = operator.inventory();
        List<Migration> leaving = inventory.migrations().stream().filter(each -> each.isMoving() && each.source().equals(host)).toList();
        return Forecast.leaving(inventory, host) + " left; " + (leaving.isEmpty() ? "none is moving, plans shows why" : leaving.stream()
                .map(each -> each.instance() + " moves to " + each.destination() + ": " + MigrationCommands.progress(operator.progress(each.instance())))
                .collect(Collectors.joining("; ")));
    }

    @Descriptor("lets a host take guests again, also one that was removed")
    public String accept(@Descriptor("its name") String host) {
        return answer(operator.submit(new HostCommand.Accept(Finder.anyHost(operator.inventory(), host).id(), true)));
    }

    @Descriptor("switches a host on, or off if no guest runs there")
    public String power(
            @Descriptor("only say what would happen") @Parameter(names = { "-n", "--dry-run" }, presentValue = "true",
                    absentValue = "false") boolean dry,
            @Descriptor("why, for the record") @Parameter(names = { "-r", "--reason" }, absentValue = "an operator wants it") String reason,
            @Descriptor("on or off, and the host's name") String... what) {
        if (what.length != 2 || !what[0].equals("on") && !what[0].equals("off")) {
            throw new CommandFailedException("on or off, and which host? for example: power off host-2");
        }
        boolean on = what[0].equals("on");
        Inventory inventory = operator.inventory();
        Host host = Finder.host(inventory, what[1]);
        if (dry) {
            return Forecast.power(inventory, host, on);
        }
        operator.submit(new HostCommand.Power(host.id(), on, reason));
        return host.id() + " is being switched " + what[0] + "; hosts shows when it is" + (on ? " back" : "") + ", why what came of it";
    }

    @Descriptor("takes a host that has no instances out of the datacenter")
    public String remove(
            @Descriptor("only say what would happen") @Parameter(names = { "-n", "--dry-run" }, presentValue = "true",
                    absentValue = "false") boolean dry,
            @Descriptor("its name") String host) {
        Inventory inventory = operator.inventory();
        Host found = Finder.host(inventory, host);
        return dry ? Forecast.removal(inventory, found) : answer(operator.submit(new HostCommand.Remove(found.id())));
    }

    private String answer(Host host) {
        int leaving = Forecast.leaving(operator.inventory(), host.id());
        return host.id() + " is " + Words.of(host.state()) + ": " + Words.of(host.state(), leaving)
                + (host.state() == HostState.DRAINING && leaving > 0 ? "; plans and migrations show how it goes" : "");
    }

    private static double now(double[] series) {
        return series.length == 0 ? Double.NaN : series[series.length - 1];
    }
}
