package org.kumiki.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.forecast.Afterwards;
import org.kumiki.api.forecast.Forecast;
import org.kumiki.api.forecast.Foreseen;
import org.kumiki.api.forecast.Happened;
import org.kumiki.api.forecast.HostLoad;
import org.kumiki.api.forecast.MeasuredLoad;
import org.kumiki.api.forecast.Undertaking;
import org.kumiki.api.forecast.Undertaking.Kind;
import org.kumiki.api.model.AccountId;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.ImageId;
import org.kumiki.api.model.InstanceId;

class ForecastFileTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123456789Z");
    private static final HostId A = new HostId("a");
    private static final HostId B = new HostId("b");

    @TempDir
    Path data;

    Path file;
    final ForecastLedger ledger = new ForecastLedger();

    @BeforeEach
    void name() {
        file = data.resolve("forecasts");
    }

    private static Foreseen begun(Kind kind, int number) {
        Undertaking.Guest guest = new Undertaking.Guest(new InstanceId(String.format("i-%08x", number)), new AccountId("000000000001"), "t2.nano",
                new ImageId("ami-00000001"), 512);
        return Foreseen.begun(kind == Kind.MOVE ? new Undertaking(kind, guest, number, "qemu", B, Optional.of(A), Optional.of("precopy"), Duration.ofMillis(300))
                : Undertaking.at(A, kind, guest, number, "qemu"), NOW);
    }

    private static Foreseen whole(int number) {
        return begun(Kind.MOVE, number)
                .with("twin 1.0.0", new Forecast(Duration.ofMillis(8_123), Duration.ofNanos(1), 600L << 20, List.of(new HostLoad(B, 0.4, 3), new HostLoad(A, 0, 0))))
                .with(NOW.plusSeconds(8), new Happened(Duration.ofMillis(8_001), Duration.ofMillis(40), 599L << 20, 1.5e6, 1.25e8))
                .with(new Afterwards(OptionalDouble.of(0.25), List.of(new MeasuredLoad(B, OptionalDouble.of(0.41), 4, ""),
                        new MeasuredLoad(A, OptionalDouble.empty(), 0, "a was lost before"))));
    }

    private ForecastFile opened() throws IOException {
        ForecastFile opened = new ForecastFile(file);
        opened.read().forEach(ledger::put);
        return opened;
    }

    private List<ForecastLedger.Entry> read() throws IOException {
        ForecastLedger again = new ForecastLedger();
        new ForecastFile(file).read().forEach(again::put);
        return again.entries();
    }

    @Test
    void everythingComesBackAsItWasAndTheNewestLineCounts() throws IOException {
        ForecastFile opened = opened();
        ForecastLedger.Entry failed = ledger.add(begun(Kind.STOP, 1));
        ForecastLedger.Entry over = ledger.add(begun(Kind.MOVE, 2));
        opened.add(List.of(failed, over), ledger::entries);
        opened.add(List.of(ledger.change(failed.number(), each -> each.failed(NOW, "no room")).orElseThrow(),
                ledger.change(over.number(), each -> whole(2)).orElseThrow()), ledger::entries);

        assertThat(read()).isEqualTo(ledger.entries());
        assertThat(Files.readAllLines(file)).hasSize(4);
    }

    @Test
    void anywhereItBreaksOffTheLinesBeforeAreThere() throws IOException {
        ForecastFile opened = opened();
        opened.add(List.of(ledger.add(whole(1)), ledger.add(whole(2)), ledger.add(whole(3))), ledger::entries);
        byte[] all = Files.readAllBytes(file);

        for (int length = 0; length <= all.length; length += 7) {
            byte[] torn = Arrays.copyOf(all, length);
            Files.write(file, torn);
            int lines = (int) new String(torn, StandardCharsets.UTF_8).lines().count() - (length > 0 && torn[length - 1] != '\n' ? 1 : 0);

            assertThat(read()).isEqualTo(ledger.entries().subList(0, lines));
        }
    }

    @Test
    void oneThatCannotBeReadLosesNoOther() throws IOException {
        opened().add(List.of(ledger.add(whole(1)), ledger.add(whole(2)), ledger.add(whole(3))), ledger::entries);
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, lines.get(0) + "\n" + lines.get(1).substring(20) + "\n" + lines.get(2) + "\n");

        assertThat(read()).containsExactly(ledger.entries().get(0), ledger.entries().get(2));
    }

    @Test
    void theFileIsBegunAnewWhenItHasTooManyLinesAndTheNewestOfEachKindAreKept() throws IOException {
        ForecastFile opened = opened();
        opened.add(List.of(ledger.add(begun(Kind.MOVE, 0))), ledger::entries);
        int most = 0;
        for (int number = 1; number < 30_000; number += 100) {
            int first = number;
            opened.add(IntStream.range(0, 100).mapToObj(each -> ledger.add(begun(Kind.START, first + each))).toList(), ledger::entries);
            most = Math.max(most, lines());
        }

        assertThat(most).isLessThanOrEqualTo(20_000);
        assertThat(lines()).isLessThan(15_000);
        assertThat(ledger.entries()).hasSize(ForecastLedger.KEPT + 1);
        assertThat(ledger.all().get(0).undertaking().kind()).as("many starts push no move out").isEqualTo(Kind.MOVE);
        assertThat(read()).isEqualTo(ledger.entries());
    }

    private int lines() throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return (int) lines.count();
        }
    }
}
