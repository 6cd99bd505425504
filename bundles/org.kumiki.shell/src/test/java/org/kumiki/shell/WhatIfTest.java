package org.kumiki.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.junit.jupiter.api.Test;
import org.kumiki.api.model.HostId;
import org.kumiki.api.twin.Change;
import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;
import org.kumiki.api.twin.WhatIfRun;

/** What an operator asks the twin, and is told. */
class WhatIfTest {

    private static final Instant BEGIN = Instant.parse("2026-03-02T00:00:00Z");

    private final WhatIfCommands commands = new WhatIfCommands();
    private WhatIf asked;

    /** A run that is over. */
    private record Answered(WhatIf question, CompletableFuture<WhatIfReport> answer) implements WhatIfRun {

        @Override
        public double done() {
            return 1;
        }

        @Override
        public CompletionStage<WhatIfReport> report() {
            return answer;
        }

        @Override
        public void cancel() {
            answer.cancel(false);
        }
    }

    private static Series series(double... hostsOn) {
        List<Interval> intervals = new ArrayList<>();
        for (double on : hostsOn) {
            Instant end = BEGIN.plus(Duration.ofHours(intervals.size() + 1L));
            intervals.add(new Interval(end, on, 7, 1 / on, on / 10, 0.5, 0, 1, 0, 2, 0, on < 3 ? 5 : 0));
        }
        return new Series(BEGIN, 4, intervals);
    }

    private static CommandSession session() {
        PrintStream console = new PrintStream(new ByteArrayOutputStream());
        return (CommandSession) Proxy.newProxyInstance(WhatIfTest.class.getClassLoader(), new Class<?>[] { CommandSession.class },
                (proxy, method, arguments) -> method.getName().equals("getConsole") ? console : null);
    }

    @Test
    void bothSidesAreTabledAndPlotted() throws Exception {
        commands.twin = question -> {
            asked = question;
            WhatIfReport report = new WhatIfReport(question, BEGIN, series(4, 4, 4), series(4, 3, 2), 0.5, "EUR");
            return new Answered(question, CompletableFuture.completedFuture(report));
        };
        Object answer = commands.whatif(session(), "3h", "replace", "mild", "bold", "less", "a,b", "load", "2");

        assertThat(asked).isEqualTo(new WhatIf(List.of(new Change.Replaced("mild", "bold"), new Change.WithoutHosts(List.of(new HostId("a"),
                new HostId("b"))), new Change.Load(2)), Duration.ofHours(3)));
        assertThat(new Printer().format(answer, Converter.INSPECT, null)).asString().isEqualTo("""
                IN 3H                 AS IT IS  CHANGED
                energy, kWh           1.20      0.90
                cost, EUR             0.60      0.45
                hosts on              4.0       3.0
                moves                 3         3
                overload, s of hosts  0         0
                launches              6         6
                launches that failed  0         0
                instances lost        0         5

                from 2026-03-02T00:00:00Z on:
                hosts on  as it is \u2588\u2588\u2588
                          changed  \u2588\u2586\u2585
                load      as it is \u2585\u2585\u2585
                          changed  \u2585\u2586\u2588
                energy    as it is \u2588\u2588\u2588
                          changed  \u2588\u2586\u2585
                overload  as it is \u2581\u2581\u2581
                          changed  \u2581\u2581\u2581""");
    }

    private static List<Change> read(String words) {
        return WhatIfWords.read(words.split(" "));
    }

    @Test
    void launchesAndFailuresMayHaveATimeAndOthersFollow() {
        assertThat(read("launch 200 t2.small over 4h fail 2 at 90m")).containsExactly(
                new Change.Launches(200, Optional.of("t2.small"), Duration.ofHours(4)), new Change.FullestHostsFail(2, Duration.ofMinutes(90)));
        assertThat(read("launch 5 fail a,b")).containsExactly(new Change.Launches(5, Optional.empty(), Duration.ZERO),
                new Change.HostsFail(List.of(new HostId("a"), new HostId("b")), Duration.ZERO));
        assertThat(read("launch 5 over 1h launch 6 m1.large")).containsExactly(new Change.Launches(5, Optional.empty(), Duration.ofHours(1)),
                new Change.Launches(6, Optional.of("m1.large"), Duration.ZERO));
        assertThat(read("more 5 more 2 like big-1 fewer 3")).containsExactly(new Change.MoreHosts(5, Optional.empty()),
                new Change.MoreHosts(2, Optional.of(new HostId("big-1"))), new Change.FewerHosts(3));
    }

    @Test
    void whatIsNoChangeIsExplained() {
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "magic")).isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("\"magic\" is no change; for example:");
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "fewer")).hasMessageStartingWith("after \"fewer\" something else belongs");
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "load", "-1")).hasMessage("the load changes by a factor from 0 to 100, not -1.0");
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "launch", "many"))
                .hasMessageStartingWith("after \"launch\" something else belongs");
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "launch", "7", "over"))
                .hasMessageStartingWith("after \"over\" something else belongs");
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "fail", "0")).hasMessage("at least one host fails, not 0");
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "fail", "a", "at", "soon"))
                .hasMessageStartingWith("a time is a number with s, m, h or d");
        assertThatThrownBy(() -> commands.whatif(session(), "6h", "fail", "1", "at", "8h")).isInstanceOf(CommandFailedException.class)
                .hasMessage("what is to happen within 8h takes a look further ahead than 6h");
        assertThatThrownBy(() -> commands.whatif(session(), "5m")).isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("one can look from 10 minutes to 7 days ahead");
        assertThatThrownBy(() -> commands.whatif(session(), "6h")).hasMessage("the twin is not there; start the bundle org.kumiki.twin");
    }

    @Test
    void whyThereIsNoAnswerIsSaid() {
        commands.twin = question -> new Answered(question, CompletableFuture.failedFuture(new IllegalStateException("policy bold threw up")));

        assertThatThrownBy(() -> commands.whatif(session(), "6h", "with", "bold")).isInstanceOf(CommandFailedException.class)
                .hasMessage("policy bold threw up");
    }
}
