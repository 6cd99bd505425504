package org.kumiki.twin.study;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an earlier study has left in its tables that this one wants too: of runs by their digests, without what the lines begin with.
 *
 * @param rows   of the runs
 * @param blocks how they went, line by line
 */
record Kept(Map<String, String> rows, Map<String, List<String>> blocks) {

    static final Kept NOTHING = new Kept(Map.of(), Map.of());

    /** What a line of either table begins with: the digest, the label of the policy, and the seed. */
    static String begin(String digest, String label, long seed) {
        return Csv.row(List.of(digest, label, Long.toString(seed))).stripTrailing();
    }

    /**
     * Reads it; tables with other columns have nothing that is wanted.
     *
     * @param wanted digests
     */
    static Kept read(Path directory, Set<String> wanted) throws IOException {
        Path runs = directory.resolve(Ledger.RUNS);
        Path series = directory.resolve(Ledger.SERIES);
        if (!Files.exists(runs) || !Files.exists(series)) {
            return NOTHING;
        }
        Map<String, String> begins = new HashMap<>();
        Map<String, String> rows = new HashMap<>();
        String text = Files.readString(runs);
        List<String> lines = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList(); // what has no end was being written
        if (lines.isEmpty() || !Csv.values(lines.get(0)).equals(Ledger.header())) {
            return NOTHING;
        }
        for (String line : lines.subList(1, lines.size())) {
            List<String> values = Csv.values(line);
            if (values.size() == Ledger.header().size() && wanted.contains(values.get(0))) {
                begins.put(values.get(0), Csv.row(values.subList(0, Ledger.FIRST_METRIC)).stripTrailing());
                rows.put(values.get(0), line.substring(begins.get(values.get(0)).length()));
            }
        }
        Map<String, List<String>> blocks = blocks(series, begins);
        rows.keySet().retainAll(blocks.keySet());
        return new Kept(rows, blocks);
    }

    private static Map<String, List<String>> blocks(Path series, Map<String, String> begins) throws IOException {
        Map<String, List<String>> blocks = new HashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(series)) {
            String header = lines.readLine();
            if (header == null || !Csv.values(header).equals(Ledger.SERIES_HEADER)) {
                return blocks;
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String run = line.substring(0, Math.max(0, line.indexOf(',')));
                String begin = begins.get(run);
                if (begin != null && line.startsWith(begin)) {
                    blocks.computeIfAbsent(run, any -> new ArrayList<>()).add(line.substring(begin.length()));
                }
            }
        }
        return blocks;
    }
}
