package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;
import org.kumiki.api.command.PolicyCommand;
import org.kumiki.api.policy.Bounds;
import org.kumiki.api.policy.Part;

/** What the page shows of policies that are rehearsed, and what its form asks of them. */
class RehearsalRowTest {

    @Test
    void aShadowsStepsAreThoseThatTellItFromTheOtherFirst() {
        FakeDatacenter lab = Theatre.lab();
        RehearsalRow row = RehearsalRow.of(Theatre.shadow(lab), lab.inventory());

        assertThat(row.role()).isEqualTo("shadow");
        assertThat(row.inPlaceOf()).isEqualTo("consolidate");
        assertThat(row.steps()).extracting(PlanRow.StepRow::state).containsExactly("candidate", "other", "both");
        assertThat(row.steps().get(0).kind()).isEqualTo("off");
        assertThat(row.text()).startsWith("stochastic against consolidate: ");
        assertThat(row.more()).isZero();
    }

    @Test
    void theLinesOfACanaryAndOfTheOthersGoFromTheOldestToTheNewest() {
        RehearsalRow row = RehearsalRow.of(Theatre.canary(), Theatre.lab().inventory());

        assertThat(row.plots()).extracting(Plot::kind).containsExactly("on", "load", "watts", "overload");
        Plot on = row.plots().get(0);
        assertThat(on.candidate()).startsWith("M0.0 0.8L").matches("[ML0-9. ]+").contains("L100.0 ");
        assertThat(on.other()).startsWith("M0.0 0.8L").endsWith("L100.0 0.8");
        assertThat(on.now()).isEqualTo("50 %");
        assertThat(on.otherNow()).isEqualTo("100 %");
        assertThat(on.top()).isEqualTo("100 %");
        assertThat(row.plots().get(2).now()).endsWith(" W");
        assertThat(Plot.of(List.of())).isEmpty();
    }

    @Test
    void theFormIsReadOrRefusedInWords() {
        assertThat(read("canary", Map.of("other", "mild", "hosts", "25%", "moves", "5", "overload", "2%", "energy", "", "hours", "0.5")))
                .isEqualTo(new PolicyCommand.Canary("bold", Optional.of("mild"), new Part.Share(0.25),
                        new Bounds(OptionalInt.of(5), OptionalDouble.of(0.02), OptionalDouble.empty(), OptionalDouble.empty()),
                        Optional.of(Duration.ofMinutes(30))));
        assertThat(read("promote", Map.of("other", ""))).isEqualTo(new PolicyCommand.Promote("bold", Optional.empty(), Bounds.NONE));
        assertThat(read("shadow", Map.of("other", "mild"))).isEqualTo(new PolicyCommand.Shadow("bold", Optional.of("mild")));
        assertThat(read("rollback", Map.of())).isEqualTo(new PolicyCommand.RollBack("bold"));
        assertThat(read("retire", Map.of())).isEqualTo(new PolicyCommand.Retire("bold"));
        assertThatThrownBy(() -> read("canary", Map.of())).hasMessageContaining("which hosts?");
        assertThatThrownBy(() -> read("canary", Map.of("hosts", "1", "moves", "few"))).hasMessage("moves is a number, not \"few\"");
        assertThatThrownBy(() -> read("canary", Map.of("hosts", "1", "hours", "-1"))).hasMessageContaining("more than 0 hours");
        assertThatThrownBy(() -> read("canary", Map.of("hosts", "1", "hours", "NaN"))).hasMessageContaining("more than 0 hours");
        assertThatThrownBy(() -> read("explode", Map.of())).hasMessageContaining("is nothing that a policy can be asked");
    }

    private static PolicyCommand read(String action, Map<String, String> fields) {
        return PolicyForm.read(action, "bold", fields::get);
    }
}
