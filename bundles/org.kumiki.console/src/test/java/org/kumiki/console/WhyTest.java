package org.kumiki.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.kumiki.api.model.Decision;
import org.kumiki.api.model.HostId;
import org.kumiki.api.model.HostRows;
import org.kumiki.api.model.Refusal;
import org.kumiki.api.view.HostTable;

class WhyTest {

    private final HostTable hosts = FakeDatacenter.of(100, 0).inventory().view().hosts();

    @Test
    void namesTheHostsBehindTheRowsTheMostCommonReasonFirst() {
        Why why = Why.of(decision(List.of("i-1"), List.of("rack1-01"), refusal("is full", 1), refusal("is being drained", 2, 3)), hosts);

        assertThat(why.not()).containsExactly(new Why.Not("is being drained", 2, List.of("rack1-03", "rack1-04")),
                new Why.Not("is full", 1, List.of("rack1-02")));
        assertThat(why.fitting()).isEqualTo(96);
    }

    @Test
    void saysWhereEachGuestWent() {
        Why why = Why.of(decision(List.of("i-1", "i-2", "i-3"), List.of("rack1-01", "rack1-01")), hosts);

        assertThat(why.subjects()).containsExactly(new Why.Subject("i-1", "rack1-01"), new Why.Subject("i-2", "rack1-01"),
                new Why.Subject("i-3", null));
    }

    @Test
    void saysOfOneGuestWhatWasDecidedAboutItHoweverManyThereWere() {
        List<String> guests = IntStream.range(0, 200).mapToObj(i -> "i-" + i).toList();
        Decision decision = decision(guests, guests.stream().map(guest -> "rack1-01").toList());

        assertThat(Why.of(decision, hosts, "i-150").subjects()).containsExactly(new Why.Subject("i-150", "rack1-01"));
        assertThat(Why.of(decision, hosts).subjects()).hasSize(Why.NAMES);
    }

    @Test
    void nobodyReadsThousandsOfNames() {
        Why why = Why.of(decision(List.of("i-1"), List.of("rack1-01"), refusal("is full", rows(1, 100))), hosts);

        assertThat(why.not().get(0).count()).isEqualTo(99);
        assertThat(why.not().get(0).hosts()).hasSize(Why.NAMES);
        assertThat(why.fitting()).isZero();
    }

    @Test
    void rowsThatAreNoHostsDoNoHarm() {
        Why why = Why.of(decision(List.of(), List.of("no-such-host"), refusal("is full", 5, 100_000)), hosts);

        assertThat(why.not()).containsExactly(new Why.Not("is full", 2, List.of("rack1-06")));
    }

    private static Decision decision(List<String> subjects, List<String> chosen, Refusal... refusals) {
        return new Decision(7, Instant.EPOCH, 3, "bestfit 1.0.0", subjects, chosen.stream().map(HostId::new).toList(), "it fits",
                List.of(refusals));
    }

    private static Refusal refusal(String reason, int... rows) {
        BitSet set = new BitSet();
        for (int row : rows) {
            set.set(row);
        }
        return new Refusal(reason, HostRows.of(set));
    }

    private static int[] rows(int from, int to) {
        return IntStream.range(from, to).toArray();
    }
}
