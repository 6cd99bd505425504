package org.kumiki.shell;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.command.MigrationCommand;
import org.kumiki.api.datacenter.Inventory;
import org.kumiki.api.forecast.Accuracy;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.MeasuredLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.migration.MigrationProgress;
import org.kumiki.api.migration.Rounds;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.InstanceId;
import org.kumiki.api.model.Migration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What an operator does with the places of running instances. */
@GogoCommand(scope = "kumiki", function = { "migrate", "migrations", "cancel", "forecasts", "accuracy" })
@Component(service = MigrationCommands.class)
public class MigrationCommands {

    private final Operator operator;
    private final News news;

    @Activate
    public MigrationCommands(@Reference Operator operator, @Reference News news) {
        this.operator = operator;
        this.news = news;
    }

    @Descriptor("moves a running instance to another host")
    public String migrate(CommandSession session,
            @Descriptor("strategy that directs it; the one that is present, if you do not say") @Parameter(names = { "-s", "--strategy" },
                    absentValue = "") String strategy,
            @Descriptor("wait until the move is over, and show how far it is") @Parameter(names = { "-w", "--wait" }, presentValue = "true",
                    absentValue = "false") boolean wait,
            @Descriptor("its identifier or name, and the host; a scheduler chooses, if you do not say") String... instanceAndHost) {
        if (instanceAndHost.length < 1 || instanceAndHost.length > 2) {
            throw new CommandFailedException("which instance, and where to? for example: migrate web-1 host-2");
        }
        Inventory inventory = operator.inventory();
        InstanceId instance = Finder.instance(inventory, instanceAndHost[0]).id();
        Optional<HostId> destination = instanceAndHost.length == 1 ? Optional.empty()
                : Optional.of(Finder.host(inventory, instanceAndHost[1]).id());
        Migration migration = operator.submit(new MigrationCommand.Start(instance, destination,
                strategy.isEmpty() ? Optional.empty() : Optional.of(strategy), "an operator wants it"));
        if (!wait) {
            return instance + " moves from " + migration.source() + " to " + migration.destination() + "; migrations shows how far it is";
        }
        news.follow(session.getConsole(), () -> latest(migration).filter(Migration::isMoving).isEmpty(),
                () -> progress(operator.progress(instance)));
        return end(migration);
    }

    /** How this very move is, as long as anybody knows. */
    private Optional<Migration> latest(Migration migration) {
        return operator.inventory().migrations().find(migration.instance()).filter(found -> found.decision() == migration.decision());
    }

    private String end(Migration migration) {
        Migration over = latest(migration).orElseThrow(() -> new CommandFailedException("nobody remembers how the move of "
                + migration.instance() + " ended; instance " + migration.instance() + " shows where it is"));
        if (over.state() != Migration.State.COMPLETED) {
            throw new CommandFailedException(over.instance() + " stayed on " + over.source() + ": " + over.reason());
        }
        return over.instance() + " is on " + over.destination() + " now: " + over.reason();
    }

    @Descriptor("gives the move of an instance up; it goes on where it was")
    public String cancel(@Descriptor("its identifier or name") String instance) {
        InstanceId id = Finder.instance(operator.inventory(), instance).id();
        operator.submit(new MigrationCommand.Cancel(id));
        return "the move of " + id + " is given up, if it is not too late";
    }

    @Descriptor("lists the moves that are under way, and those of the last hour")
    public List<Migration> migrations() {
        return new Listing<>(operator.inventory().migrations().stream().toList())
                .column("INSTANCE", Migration::instance)
                .column("FROM", Migration::source)
                .column("TO", Migration::destination)
                .column("STATE", migration -> Text.lowerCase(migration.state()))
                .column("SINCE", migration -> Text.age(migration.began(), operator.now()))
                .column("PROGRESS", migration -> migration.isMoving() ? progress(operator.progress(migration.instance())) : migration.reason())
                .column("BECAUSE", migration -> migration.isMoving() ? migration.reason() : "");
    }

    @Descriptor("lists how long starts, stops and moves were foreseen to take, and took, and what hosts carried afterwards; the newest last")
    public List<Foreseen> forecasts() {
        return new Listing<>(operator.forecasts())
                .column("DECISION", each -> each.undertaking().decision())
                .column("INSTANCE", each -> each.undertaking().guest().id())
                .column("WHAT", each -> Text.lowerCase(each.undertaking().kind()) + " on " + each.undertaking().technology())
                .column("FORESEEN", each -> each.forecast().map(forecast -> seconds(forecast.total())))
                .column("TOOK", MigrationCommands::took)
                .column("RATIO", each -> each.ratio().isPresent() ? String.format(Locale.ROOT, "%.2f", each.ratio().getAsDouble()) : "-")
                .column("STOOD STILL", each -> pair(each, moves(each), happened -> happened.downtime().toMillis() + " ms",
                        forecast -> forecast.downtime().toMillis() + " ms"))
                .column("SENT", each -> pair(each, each.undertaking().kind() == Undertaking.Kind.MOVE, happened -> Text.size(happened.bytes() >> 20),
                        forecast -> Text.size(forecast.bytes() >> 20)))
                .column("HOSTS CARRIED", MigrationCommands::carried)
                .column("BY", Foreseen::by);
    }

    private static String took(Foreseen each) {
        return each.happened().map(happened -> seconds(happened.total())).orElse(each.failure().isEmpty() ? "-" : "failed: " + each.failure());
    }

    private static boolean moves(Foreseen each) {
        return each.undertaking().source().isPresent();
    }

    /** What was, of what was foreseen. */
    private static String pair(Foreseen each, boolean wanted, Function<Happened, String> was, Function<Forecast, String> foreseen) {
        return wanted ? each.happened().map(was).orElse("-") + " of " + each.forecast().map(foreseen).orElse("-") : "";
    }

    private static List<String> carried(Foreseen each) {
        return each.undertaking().hosts().stream().map(host -> carried(each, host)).flatMap(Optional::stream).toList();
    }

    private static Optional<String> carried(Foreseen each, HostId host) {
        Optional<String> foreseen = each.forecast().flatMap(forecast -> forecast.loads().stream().filter(load -> load.host().equals(host)).findFirst())
                .map(load -> Words.share(load.share()));
        Optional<MeasuredLoad> measured = each.afterwards().flatMap(afterwards -> afterwards.of(host));
        return foreseen.isEmpty() && measured.isEmpty() ? Optional.empty()
                : Optional.of(host + " " + measured.map(load -> load.share().isPresent() ? Words.share(load.share().getAsDouble()) : "-").orElse("-") + " of "
                        + foreseen.orElse("-") + measured.filter(load -> !load.reason().isEmpty()).map(load -> " (" + load.reason() + ")").orElse(""));
    }

    @Descriptor("says how far forecasts were off in the median, by kind: in per cent of what it took, and in points of how busy hosts were")
    public String accuracy() {
        StringJoiner lines = new StringJoiner("\n");
        for (Accuracy accuracy : Accuracy.of(operator.forecasts())) {
            StringJoiner figures = new StringJoiner("; ");
            off(accuracy.total(), "%").ifPresent(figures::add);
            off(accuracy.downtime(), "%").ifPresent(text -> figures.add("standstill " + text));
            off(accuracy.load(), "points").ifPresent(text -> figures.add("hosts " + text));
            off(accuracy.undisturbed(), "points").ifPresent(text -> figures.add("where nothing else happened " + text));
            lines.add(Text.lowerCase(accuracy.kind()) + ": " + (figures.length() == 0 ? "none is over that was foreseen" : figures));
        }
        return lines.toString();
    }

    private static Optional<String> off(Accuracy.Median median, String unit) {
        return median.error().isEmpty() ? Optional.empty()
                : Optional.of(String.format(Locale.ROOT, "%.1f %s off in the median of %d", 100 * median.error().getAsDouble(), unit, median.of()));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
    }

    static String progress(List<MigrationProgress> reports) {
        if (reports.isEmpty()) {
            return "it begins";
        }
        MigrationProgress now = reports.get(reports.size() - 1);
        return switch (now.phase()) {
            case PRECOPY -> "round " + (now.round() + 1) + ", " + Text.size(now.sentBytes() >> 20) + " sent, " + Text.size(now.remainingBytes() >> 20)
                    + " left at " + rate(now.bytesPerSecond()) + ", " + rate(now.dirtyBytesPerSecond()) + " written, "
                    + end(now) + (now.throttle() > 0 ? ", its CPUs slowed down by " + Words.share(now.throttle()) : "");
            case POSTCOPY -> "it runs there; " + Text.size(now.remainingBytes() >> 20) + " of memory follow, " + end(now);
            default -> Text.lowerCase(now.phase());
        };
    }

    private static String end(MigrationProgress now) {
        return Rounds.untilEnd(now).map(rest -> rest.toSeconds() == 0 ? "less than 1 s to go" : "about " + rest.toSeconds() + " s to go")
                .orElse("no end in sight: it writes as fast as is sent");
    }

    private static String rate(double bytesPerSecond) {
        return Math.round(bytesPerSecond / 1e6) + " MB/s";
    }
}
