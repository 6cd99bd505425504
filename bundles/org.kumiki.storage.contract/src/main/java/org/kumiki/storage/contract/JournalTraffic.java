package org.kumiki.storage.contract;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.kumiki.api.journal.Entry;

/** A made-up history of appends to a journal, the same every time, so that two processes can know what it must hold. */
public final class JournalTraffic {

    private JournalTraffic() {
    }

    /**
     * The append of that number. Things come, change and go; some are named twice in one append.
     *
     * @param number from 1
     */
    public static List<Entry> append(int number) {
        SplittableRandom random = new SplittableRandom(number);
        int size = 1 + random.nextInt(20);
        long first = 1 + 100L * number;
        List<Entry> entries = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            String key = "k" + random.nextInt(200);
            Optional<String> value = random.nextInt(4) == 0 ? Optional.empty()
                    : Optional.of("{\"append\":" + number + ",\"text\":\"" + "é".repeat(random.nextInt(800)) + "\"}");
            entries.add(new Entry(first + index, random.nextBoolean() ? "instance" : "decision", key, value));
        }
        return entries;
    }

    /** What a journal hands over after so many appends, in order. */
    public static List<Entry> after(int appends) {
        TreeMap<String, Entry> latest = new TreeMap<>();
        for (int number = 1; number <= appends; number++) {
            for (Entry entry : append(number)) {
                latest.put(entry.kind() + " " + entry.key(), entry);
            }
        }
        return latest.values().stream().filter(entry -> entry.value().isPresent())
                .sorted(Comparator.comparingLong(Entry::sequence)).toList();
    }
}
