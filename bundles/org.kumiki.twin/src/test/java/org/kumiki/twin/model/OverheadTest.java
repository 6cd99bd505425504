package org.kumiki.twin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kumiki.twin.model.Overhead.Basis;
import org.kumiki.twin.model.Overhead.Factor;
import org.kumiki.twin.model.Overhead.Way;
import org.kumiki.twin.model.Overhead.Work;

class OverheadTest {

    private static double of(Way way, Work work) {
        return Overhead.PUBLISHED.factor(way, work).orElseThrow().slowDown();
    }

    /** Rounded, as they are usually quoted from figure 3 of the paper of Xen. */
    @ParameterizedTest
    @CsvSource({ "PARAVIRTUAL, BUILD, 1.03", "PARAVIRTUAL, DATABASE_READ, 1.09", "PARAVIRTUAL, DATABASE_WRITE, 1.05", "PARAVIRTUAL, WEB, 1.01",
            "BINARY_TRANSLATION, COMPUTE, 1.02", "BINARY_TRANSLATION, BUILD, 1.27", "BINARY_TRANSLATION, DATABASE_READ, 2.15",
            "BINARY_TRANSLATION, DATABASE_WRITE, 8.61", "BINARY_TRANSLATION, FILE_SERVER, 1.35", "BINARY_TRANSLATION, WEB, 3.45", "BINARY_TRANSLATION, BULK_SEND, 3.08" })
    void xensPaper(Way way, Work work, double slowDown) {
        Factor factor = Overhead.PUBLISHED.factor(way, work).orElseThrow();
        assertThat(factor.slowDown()).isCloseTo(slowDown, within(0.006));
        assertThat(factor.basis()).isEqualTo(Basis.PUBLISHED);
    }

    // What H. Nakada's lecture on virtualizing the datacenter (2008) says.

    @ParameterizedTest
    @EnumSource(Way.class)
    void workOfTheProcessorAloneIsNearlyNative(Way way) {
        assertThat(of(way, Work.COMPUTE)).isBetween(1.0, 1.05);
    }

    @ParameterizedTest
    @EnumSource(value = Way.class, names = { "PARAVIRTUAL", "HARDWARE", "BINARY_TRANSLATION" })
    void mappingMemoryCostsALittleAndStorageMore(Way way) {
        assertThat(of(way, Work.BUILD)).isGreaterThan(of(way, Work.COMPUTE));
        assertThat(of(way, Work.FILE_SERVER)).isGreaterThan(of(way, Work.BUILD));
    }

    @ParameterizedTest
    @EnumSource(Work.class)
    void whoSharesTheKernelIsTheLightest(Work work) {
        for (Way way : new Way[] { Way.HARDWARE, Way.BINARY_TRANSLATION }) {
            assertThat(of(Way.OS_LEVEL, work)).isLessThanOrEqualTo(of(way, work));
        }
        assertThat(of(Way.OS_LEVEL, work)).isBetween(1.0, 1.05);
    }

    @ParameterizedTest
    @EnumSource(value = Work.class, names = { "DATABASE_READ", "DATABASE_WRITE", "FILE_SERVER", "WEB", "BULK_SEND" })
    void aGuestThatKnowsIsFasterAtInputAndOutput(Work work) {
        assertThat(of(Way.PARAVIRTUAL, work)).isLessThan(of(Way.BINARY_TRANSLATION, work));
    }

    @ParameterizedTest
    @EnumSource(value = Way.class, names = { "PARAVIRTUAL", "HARDWARE", "BINARY_TRANSLATION" })
    void parallelJobsSufferMoreThanNumbersOnOneProcessorAndTheWeb(Way way) {
        assertThat(of(way, Work.MPI)).isGreaterThan(of(way, Work.COMPUTE)).isGreaterThan(of(way, Work.WEB));
    }

    @Test
    void supportByTheProcessorIsNotAlwaysFaster() {
        assertThat(of(Way.HARDWARE_FIRST, Work.BUILD)).isGreaterThan(of(Way.BINARY_TRANSLATION, Work.BUILD));
        assertThat(Overhead.PUBLISHED.factor(Way.HARDWARE_FIRST, Work.WEB)).isEmpty();
    }

    @Test
    void whatWasMeasuredReplacesWhatWasAssumed() {
        Overhead own = Overhead.PUBLISHED.measured(Way.HARDWARE, Work.WEB, 1.3);

        assertThat(own.factor(Way.HARDWARE, Work.WEB)).contains(new Factor(1.3, Basis.MEASURED));
        assertThat(of(Way.HARDWARE, Work.WEB)).as("the published one is as it was").isEqualTo(1.1);
        assertThat(Arrays.stream(Work.values()).filter(work -> work != Work.WEB))
                .allMatch(work -> own.factor(Way.HARDWARE, work).equals(Overhead.PUBLISHED.factor(Way.HARDWARE, work)));
    }
}
