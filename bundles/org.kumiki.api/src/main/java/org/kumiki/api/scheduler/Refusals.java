package org.kumiki.api.scheduler;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.kumiki.api.model.HostRows;
import org.kumiki.api.model.Refusal;

/** Gathers the hosts that were refused, by reason. Rows side by side are often refused alike, so the last reason is kept at hand. */
final class Refusals {

    private final Map<String, BitSet> byReason = new LinkedHashMap<>();
    private String lastReason;
    private BitSet lastRows;

    void add(String reason, int row) {
        if (!reason.equals(lastReason)) {
            lastReason = reason;
            lastRows = byReason.computeIfAbsent(reason, r -> new BitSet());
        }
        lastRows.set(row);
    }

    List<Refusal> toList() {
        List<Refusal> refusals = new ArrayList<>(byReason.size());
        byReason.forEach((reason, rows) -> refusals.add(new Refusal(reason, HostRows.of(rows))));
        return refusals;
    }
}
