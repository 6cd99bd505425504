package org.kumiki.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.kumiki.api.journal.Entry;
import org.kumiki.api.journal.Journal;

/**
 * What holds for every journal. What a crash and a full disk do to one depends on what it is made of, so a store tests that itself, with
 * {@link JournalTraffic} to know what must be there afterwards.
 */
public interface JournalContract {

    /** The journal under test, the same one until {@link #reopenJournal()}. It is empty when a test begins. */
    Journal journal();

    /** The same journal after the platform has been stopped and started; {@link #journal()} gives this one from then on. */
    Journal reopenJournal();

    @Test
    default void handsOverTheLatestEntryOfEachThingInOrder() {
        journal().append(List.of(thing(1, "a", "1"), thing(2, "b", "1")));
        journal().append(List.of(thing(3, "a", "2")));

        assertThat(replay()).containsExactly(thing(2, "b", "1"), thing(3, "a", "2"));
    }

    @Test
    default void takesTheLastOfSeveralEntriesOfAThingInOneAppend() {
        journal().append(List.of(thing(1, "a", "1"), thing(2, "a", "2"), new Entry(3, "instance", "b", Optional.empty()), thing(4, "b", "1")));

        assertThat(replay()).containsExactly(thing(2, "a", "2"), thing(4, "b", "1"));
    }

    @Test
    default void tellsThingsOfDifferentKindsApart() {
        Entry image = new Entry(1, "image", "a", Optional.of("1"));
        Entry volume = new Entry(2, "volume", "a", Optional.of("2"));
        journal().append(List.of(image, volume));

        assertThat(replay()).containsExactly(image, volume);
    }

    @Test
    default void forgetsWhatIsGone() {
        journal().append(List.of(thing(1, "a", "1"), thing(2, "b", "1")));
        journal().append(List.of(new Entry(3, "instance", "a", Optional.empty()), new Entry(4, "instance", "never", Optional.empty())));

        assertThat(replay()).containsExactly(thing(2, "b", "1"));
        reopenJournal();
        assertThat(replay()).containsExactly(thing(2, "b", "1"));
    }

    @Test
    default void keepsEveryCharacter() {
        String hostile = "\0\n\r\t\"\\'; DROP TABLE entries; -- ,\u2028 \uD83D\uDC51 é";
        journal().append(List.of(thing(1, hostile, hostile), thing(2, "", "")));
        reopenJournal();

        assertThat(replay()).containsExactly(thing(1, hostile, hostile), thing(2, "", ""));
    }

    @Test
    default void isWhatItWasWhenItIsOpenedAgain() {
        for (int number = 1; number <= 100; number++) {
            journal().append(JournalTraffic.append(number));
            if (number % 20 == 0) {
                reopenJournal();
            }
        }

        assertThat(replay()).isEqualTo(JournalTraffic.after(100));
    }

    @Test
    default void doesNotMindThatItsThreadIsInterrupted() {
        journal().append(JournalTraffic.append(1));
        Thread.currentThread().interrupt();
        journal().append(JournalTraffic.append(2));
        assertThat(Thread.interrupted()).isTrue();

        assertThat(replay()).isEqualTo(JournalTraffic.after(2));
    }

    /** All that the journal hands over. */
    private List<Entry> replay() {
        List<Entry> entries = new ArrayList<>();
        journal().replay(entries::add);
        return entries;
    }

    private static Entry thing(long sequence, String key, String value) {
        return new Entry(sequence, "instance", key, Optional.of(value));
    }
}
