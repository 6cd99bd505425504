package org.kumiki.api.scheduler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.api.model.HostRows;
import org.kumiki.api.model.Refusal;

/** Gathers the hosts that were refused, by reason. Rows side by side are often refused alike, so the last reason is kept at hand. */
final class Refusals {

    private final Map<String, BitSet> byReason = new HashMap<>();
    private String lastReason;
    private BitSet lastRows;

    Refusals() {
    }

    Refusals(Survey survey) {
        for (int index = 0; index < survey.reasons.size(); index++) {
            add(survey.reasons.get(index), survey.refused.get(index));
        }
    }

    /** @param words the rows, 64 a word, of a reason that was not added before */
    void add(String reason, long[] words) {
        BitSet rows = BitSet.valueOf(words);
        if (!rows.isEmpty()) {
            byReason.put(reason, rows);
        }
    }

    void add(String reason, int row) {
        if (!reason.equals(lastReason)) {
            lastReason = reason;
            lastRows = byReason.computeIfAbsent(reason, r -> new BitSet());
        }
        lastRows.set(row);
    }

    /** The reason of the lowest row comes first. */
    List<Refusal> toList() {
        List<Refusal> refusals = new ArrayList<>(byReason.size());
        byReason.entrySet().stream().sorted(Comparator.comparingInt(entry -> entry.getValue().nextSetBit(0)))
                .forEach(entry -> refusals.add(new Refusal(entry.getKey(), HostRows.of(entry.getValue()))));
        return refusals;
    }
}
