package org.kumiki.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import org.kumiki.api.twin.Interval;
import org.kumiki.api.twin.Series;
import org.kumiki.api.twin.Twin;
import org.kumiki.api.twin.WhatIf;
import org.kumiki.api.twin.WhatIfReport;
import org.kumiki.api.twin.WhatIfRun;

/** A twin that answers when a test says so: with a day on which a policy saves half of the hosts by night. */
final class FakeTwin implements Twin {

    private static final Instant BEGIN = Instant.parse("2026-11-26T00:00:00Z");

    /** A question, and how far its answer is. */
    static final class Run implements WhatIfRun {

        private final WhatIf question;
        private final CompletableFuture<WhatIfReport> report = new CompletableFuture<>();

        Run(WhatIf question) {
            this.question = question;
        }

        @Override
        public WhatIf question() {
            return question;
        }

        @Override
        public double done() {
            return 0.4;
        }

        @Override
        public CompletionStage<WhatIfReport> report() {
            return report;
        }

        @Override
        public void cancel() {
            report.completeExceptionally(new CancellationException("it was cancelled"));
        }

        void answer() {
            report.complete(new WhatIfReport(question, BEGIN, day(1), day(0.5), 0.25, "EUR"));
        }

        void fail(String reason) {
            report.completeExceptionally(new IllegalStateException(reason));
        }
    }

    private final List<Run> runs = new ArrayList<>();

    @Override
    public synchronized WhatIfRun ask(WhatIf question) {
        runs.add(new Run(question));
        return latest();
    }

    synchronized Run latest() {
        return runs.get(runs.size() - 1);
    }

    /** @param least the share of its hosts that is on by night */
    private static Series day(double least) {
        return new Series(BEGIN, 20, IntStream.range(0, 288).mapToObj(index -> {
            double busy = 0.5 - 0.5 * Math.cos(2 * Math.PI * index / 288);
            double hosts = 20 * Math.max(least, busy);
            return new Interval(BEGIN.plus(Duration.ofMinutes(5L * (index + 1))), hosts, 160, 0.1 + 8 * busy / hosts, hosts * 0.15 / 12, 0.3,
                    least < 1 && index % 40 == 0 ? 30 : 0, least < 1 && index % 8 == 0 ? 1 : 0, 0, least < 1 && index < 100 ? 2 : 0, 0,
                    least < 1 && index == 72 ? 9 : 0);
        }).toList());
    }
}
