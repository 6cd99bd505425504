package org.kumiki.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.kumiki.tck.BadDrivers.Defect;
import org.kumiki.tck.Report.Result;
import org.kumiki.tck.Report.Verdict;

/** The checks are worth something: each driver with a defect fails the check that is there for it, and with the defect only. */
class BadDriversTest {

    /** Some defects are that a call never comes back. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    static List<Defect> defects() {
        return BadDrivers.all();
    }

    @ParameterizedTest
    @MethodSource("defects")
    void eachDefectIsCaughtByTheCheckThatIsThereForIt(Defect defect) throws Exception {
        Check check = Tck.checks().stream().filter(one -> one.name().contains(defect.caughtBy())).findFirst()
                .orElseThrow(() -> new AssertionError("no check has \"" + defect.caughtBy() + "\" in its name"));
        MemoryBed bed = new MemoryBed(defect.driver(), PATIENCE);
        try {
            Result result = Tck.run(check, bed);

            assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.FAILED);
            assertThat(result.detail()).isNotBlank();
        } finally {
            bed.close();
        }
    }

    @Test
    void thereAreManyDefectsAndEachIsAnother() {
        assertThat(defects()).hasSizeGreaterThanOrEqualTo(100);
        assertThat(defects()).extracting(Defect::name).doesNotHaveDuplicates();
    }

    @Test
    void mostChecksCatchADefect() {
        List<String> caught = defects().stream().map(Defect::caughtBy).toList();

        assertThat(Tck.checks()).extracting(Check::name).filteredOn(name -> caught.stream().anyMatch(name::contains)).hasSizeGreaterThan(60);
    }
}
