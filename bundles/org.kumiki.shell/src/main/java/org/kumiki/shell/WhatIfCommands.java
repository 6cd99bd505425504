package org.kumiki.shell;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.apache.felix.service.command.annotations.GogoCommand;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.Twin;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;
import org.kumiki.api.twin.WhatIfRun;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Asks the twin what would come of the datacenter, if something were different. */
@GogoCommand(scope = "kumiki", function = "whatif")
@Component(service = WhatIfCommands.class)
public class WhatIfCommands {

    private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    volatile Twin twin;

    /** A figure of both sides. */
    private record Line(String what, String asIs, String changed) {
    }

    @Descriptor("lets a copy of the datacenter run ahead as it is, and with something changed, and compares energy, cost, moves and overload")
    public Object whatif(CommandSession session,
            @Descriptor("how far, e.g. 90m, 12h or 2d") @Parameter(names = { "-a", "--ahead" }, absentValue = "6h") String ahead,
            @Descriptor(WhatIfWords.CHANGES + "; several, one after the other; none to look ahead only") String... changes) {
        return new Details(text(await(ask(question(ahead, changes)), session.getConsole())));
    }

    private static WhatIf question(String ahead, String... changes) {
        try {
            return new WhatIf(WhatIfWords.read(changes), Limits.duration(ahead).orElse(Duration.ofHours(6)));
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    private WhatIfRun ask(WhatIf question) {
        Twin present = twin;
        if (present == null) {
            throw new CommandFailedException("the twin is not there; start the bundle org.kumiki.twin");
        }
        try {
            return present.ask(question);
        } catch (IllegalStateException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    private static WhatIfReport await(WhatIfRun run, PrintStream out) {
        String said = "";
        try {
            while (true) {
                try {
                    return run.report().toCompletableFuture().get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    String now = String.format(Locale.ROOT, "%.0f %%", 100 * run.done());
                    if (!now.equals(said)) {
                        out.println(now);
                    }
                    said = now;
                }
            }
        } catch (ExecutionException e) {
            throw new CommandFailedException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            run.cancel();
            Thread.currentThread().interrupt();
            throw new CommandFailedException("not waited for any more, so it was cancelled", e);
        }
    }

    private static String text(WhatIfReport report) {
        Series asIs = report.asIs();
        Series changed = report.changed();
        String totals = new Listing<>(List.of(
                line("energy, kWh", asIs, changed, "%.2f", Series::kWh),
                line("cost, " + report.currency(), asIs, changed, "%.2f", report::cost),
                line("hosts on", asIs, changed, "%.1f", Series::hostsOn),
                line("moves", asIs, changed, "%.0f", Series::moves),
                line("overload, s of hosts", asIs, changed, "%.0f", Series::violationSeconds),
                line("launches", asIs, changed, "%.0f", Series::launches),
                line("launches that failed", asIs, changed, "%.0f", Series::failedLaunches),
                line("instances lost", asIs, changed, "%.0f", Series::lost)))
                .column("IN " + Text.line(report.question().ahead().toString().substring(2)), Line::what)
                .column("AS IT IS", Line::asIs).column("CHANGED", Line::changed).table();
        return totals + "\n\nfrom " + report.at() + " on:\n" + plot("hosts on", report, Interval::hostsOn) + plot("load", report, Interval::load)
                + plot("energy", report, Interval::kWh) + plot("overload", report, Interval::violationSeconds).stripTrailing();
    }

    private static Line line(String what, Series asIs, Series changed, String format, ToDoubleFunction<Series> value) {
        return new Line(what, String.format(Locale.ROOT, format, value.applyAsDouble(asIs)),
                String.format(Locale.ROOT, format, value.applyAsDouble(changed)));
    }

    /** Both sides by one scale, which begins at zero. */
    private static String plot(String what, WhatIfReport report, ToDoubleFunction<Interval> value) {
        double most = Math.max(most(report.asIs(), value), most(report.changed(), value));
        return String.format(Locale.ROOT, "%-9s as it is %s%n%-9s changed  %s%n", what, bars(report.asIs(), value, most), "",
                bars(report.changed(), value, most))
                .replace(System.lineSeparator(), "\n");
    }

    private static double most(Series series, ToDoubleFunction<Interval> value) {
        return series.intervals().stream().mapToDouble(value).max().orElse(0);
    }

    private static String bars(Series series, ToDoubleFunction<Interval> value, double most) {
        StringBuilder bars = new StringBuilder();
        for (Interval interval : series.intervals()) {
            double share = most == 0 ? 0 : value.applyAsDouble(interval) / most;
            bars.append(BARS.charAt((int) Math.round((BARS.length() - 1) * share)));
        }
        return bars.toString();
    }
}
